# Makes oracle-compression.json: Payloads compressed by Python's libraries, whole or data alone.
#
#   python3 -m venv V && V/bin/pip install brotli zstandard python-snappy lz4 && V/bin/python compressed.py

import gzip
import json
import pathlib
import zlib

import brotli
import lz4.frame
import snappy
import zstandard

from sealed_payloads import PLAIN, as_json, proto

HERE = pathlib.Path(__file__).parent
FORMATS = {
    "binary/zlib": zlib.compress,
    "binary/gzip": lambda data: gzip.compress(data, mtime=0),
    "binary/brotli": brotli.compress,
    "binary/zstd": lambda data: zstandard.ZstdCompressor().compress(data),
    "binary/lz4": lz4.frame.compress,
    "binary/snappy": snappy.compress,
}
DATA_ONLY = ("binary/gzip", "binary/brotli", "binary/zstd")
vectors = []


def add(name, encoded, payload):
    vectors.append({"name": name, "encoded": as_json(encoded), "decoded": as_json(payload)})


for encoding, compress in FORMATS.items():
    for name, payload in PLAIN.items():
        add(f"{encoding}/whole/{name}", ({"encoding": encoding.encode()}, compress(proto(payload))), payload)
for encoding in DATA_ONLY:
    for name, (metadata, data) in PLAIN.items():
        if not data:
            continue
        packed = FORMATS[encoding](data)
        outer = {
            **metadata,
            "encoding": encoding.encode(),
            "original_encoding": metadata["encoding"],
            "original_size": str(len(data)).encode(),
            "compressed_size": str(len(packed)).encode(),
        }
        add(f"{encoding}/data/{name}", (outer, packed), (metadata, data))
# agent-runtime says its version; a stream without a size in its head, and one of several frames, are zstd as well.
for name, payload in PLAIN.items():
    text = proto(payload)
    outer = {"encoding": b"binary/zstd", "agent-runtime-payload-v": b"1"}
    add(f"agent-runtime/{name}", (outer, FORMATS["binary/zstd"](text)), payload)
    streamed = zstandard.ZstdCompressor(write_content_size=False).compressobj()
    add(
        f"binary/zstd/streamed/{name}",
        ({"encoding": b"binary/zstd"}, streamed.compress(text) + streamed.flush()),
        payload,
    )
    framed = snappy.StreamCompressor().compress(text)
    add(f"binary/snappy/framed/{name}", ({"encoding": b"binary/snappy"}, framed), payload)
page = {
    "description": "Payloads compressed by Python's zlib, gzip, brotli, zstandard, python-snappy and lz4, whole or data alone.",
    "produced_by": "tests/vectors/generate/compressed.py",
    "vectors": vectors,
}
(HERE.parent / "oracle-compression.json").write_text(json.dumps(page, indent=1) + "\n")
print(len(vectors), "vectors")
