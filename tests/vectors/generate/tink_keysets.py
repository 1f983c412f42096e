# Makes oracle-tink.json: Payloads sealed by Google's Tink with an AES-GCM keyset, and with a data key that another key wraps.
#
#   python3 -m venv V && V/bin/pip install tink && V/bin/python tink_keysets.py
#
# Tink makes keys and nonces itself, so running it again writes another file.

import base64
import io
import json
import pathlib

import tink
from tink import aead, cleartext_keyset_handle
from tink.proto import aes_gcm_pb2, tink_pb2

from sealed_payloads import PLAIN, as_json, b64, proto

HERE = pathlib.Path(__file__).parent
aead.register()
vectors = []


def raw_key(handle):
    text = io.BytesIO()
    cleartext_keyset_handle.write(tink.BinaryKeysetWriter(text), handle)
    keyset = tink_pb2.Keyset.FromString(text.getvalue())
    (key,) = keyset.key
    return aes_gcm_pb2.AesGcmKey.FromString(key.key_data.value).key_value, key.key_id


for template, tag in ((aead.aead_key_templates.AES128_GCM, "aes-128"), (aead.aead_key_templates.AES256_GCM, "aes-256")):
    handle = tink.new_keyset_handle(template)
    key, number = raw_key(handle)
    primitive = handle.primitive(aead.Aead)
    for aad in (b"", b"workflow-id"):
        for name, payload in PLAIN.items():
            data = primitive.encrypt(proto(payload), aad)
            vectors.append(
                {
                    "name": "/".join(part for part in ("tink", tag, aad.decode(), name) if part),
                    "key": {"id": str(number), "base64": b64(key)},
                    "aad": aad.decode(),
                    "encoded": as_json(({"encoding": b"binary/encrypted/tink"}, data)),
                    "decoded": as_json(payload),
                }
            )
wrapping = tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM).primitive(aead.Aead)
envelope = aead.KmsEnvelopeAead(aead.aead_key_templates.AES256_GCM, wrapping)
vectors.append(
    {
        "name": "tink/envelope",
        "key": None,
        "encoded": as_json(({"encoding": b"binary/encrypted/tink"}, envelope.encrypt(proto(PLAIN["json"]), b""))),
        "decoded": None,
        "needs": "key service",
    }
)
page = {
    "description": "Payloads sealed by Google's Tink as sdk-go's tinkcodec does. `aad` is Tink's associated data.",
    "produced_by": "tests/vectors/generate/tink_keysets.py",
    "vectors": vectors,
}
(HERE.parent / "oracle-tink.json").write_text(json.dumps(page, indent=1) + "\n")
print(len(vectors), "vectors")
