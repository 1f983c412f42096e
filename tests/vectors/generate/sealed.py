# Makes oracle-sealed.json: Payloads sealed by Python's libraries, for every format that encrypts.
#
#   python3 -m venv V && V/bin/pip install cryptography pynacl && V/bin/python sealed.py
#
# Nonces and times are made from each vector's name, so that running it again writes the same file, and so that what this
# project encodes with the same nonce can be compared byte by byte.

import base64
import hashlib
import json
import pathlib
import struct

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt as xchacha
from nacl.secret import SecretBox

from sealed_payloads import PLAIN, as_json, b64, proto

HERE = pathlib.Path(__file__).parent


NOT_EMPTY = [name for name in PLAIN if PLAIN[name][1]]
JSON_OR_BYTES = ["json", "unicode", "bytes", "large"]

KEY32 = hashlib.sha256(b"a key of 32 bytes").digest()
KEY24, KEY16 = KEY32[:24], KEY32[8:24]
vectors = []


def add(preset, key_id, secret, seal, names=PLAIN, tag="", encodes=True, whole=True, write=None, plain=None):
    """`seal(nonce, text, payload)` gives metadata and data of the sealed Payload."""
    for name in names:
        title = "/".join(part for part in (preset, tag, name) if part)
        payload = PLAIN[name]
        seed = hashlib.sha512(title.encode()).digest()
        text = proto(payload) if whole else payload[1]
        metadata, data = seal(seed[:24], text, payload)
        vectors.append(
            {
                "name": title,
                "preset": preset,
                "key": {"id": key_id, "base64": b64(secret)} if secret is not None else None,
                "write": write or {},
                "nonce": b64(seed[:24]),
                "seconds": SECONDS,
                "encodes": encodes,
                "encoded": as_json((metadata, data)),
                "decoded": as_json((plain or (lambda payload: payload))(payload)),
            }
        )


SECONDS = 1_790_000_000
CIPHER = {"encryption-cipher": b"AES/GCM/NoPadding"}


def sample(key, key_id=None, aad=b"", nonce_bytes=12, extra=None, encoding=b"binary/encrypted", id_name="encryption-key-id"):
    metadata = {"encoding": encoding, **(extra or {})}
    if key_id is not None:
        metadata[id_name] = key_id.encode()

    def seal(nonce, text, _):
        nonce = nonce[:nonce_bytes]
        return metadata, nonce + AESGCM(key).encrypt(nonce, text, aad)

    return seal


for key, tag in ((KEY16, "aes-128"), (KEY24, "aes-192"), (KEY32, "aes-256")):
    add("sdk-samples", "k/ü", key, sample(key, "k/ü"), tag=tag)
add("sdk-samples", "", KEY32, sample(KEY32, ""), tag="empty-id")
java_key = "test-key-test-key-test-key-test!"
add("samples-java", java_key, java_key.encode(), sample(java_key.encode(), java_key, extra=CIPHER))
orders_key = hashlib.sha256(b"orders key").digest()
add("orders-go", "orders key", orders_key, sample(orders_key, "orders key"))
add("no-key-id", "insecure-default-key", KEY32, sample(KEY32))
add("hub-live", "sa-rocks", KEY32, sample(KEY32, "an id that is ignored"), encodes=False)
add("hub-live", "sa-rocks", KEY32, sample(KEY32), tag="no-id", encodes=False)
add("langgraph-aes", "default", KEY32, sample(KEY32, "default"))
add(
    "istvan-olah",
    "k1",
    KEY32,
    sample(KEY32, "k1", extra={**CIPHER, "encryption-tag": b"tag-7"}),
    write={"encryption-tag": "tag-7"},
)
add("kuflow-2024", "kuflow-key-1", KEY32, sample(KEY32, "kuflow-key-1", nonce_bytes=16, extra=CIPHER))


def kuflow(nonce, text, payload):
    metadata, data = sample(
        KEY32, "8e1c", encoding=b"binary/encrypted?vendor=KuFlow", id_name="encoding-encrypted-key-id"
    )(nonce, text, payload)
    return metadata, b"AES-256-GCM:" + base64.standard_b64encode(data)


add("kuflow", "8e1c", KEY32, kuflow)


def proxy(nonce, text, _):
    kek, dek = hashlib.sha256(b"kek").digest(), hashlib.sha256(b"dek" + nonce).digest()
    wrapped = bytes(SecretBox(kek).encrypt(dek, nonce))
    metadata = {
        "encoding": b"binary/encrypted",
        "encryption-key-id": b"base64key://" + base64.urlsafe_b64encode(kek),
        "encryption-dek": base64.standard_b64encode(wrapped),
    }
    return metadata, nonce[:12] + AESGCM(dek).encrypt(nonce[:12], text, None)


add("temporal-proxy-local", "", None, proxy, encodes=False)


def fernet(secret, encoding):
    key = base64.urlsafe_b64encode((b"\0" * max(32 - len(secret), 0) + secret)[:32])

    def seal(nonce, text, _):
        token = Fernet(key)._encrypt_from_parts(text, SECONDS, nonce[:16])
        return {"encoding": encoding}, token

    return seal


# The secret as PostHog's settings spell it, and the bytes that PostHog makes of it.
for spelled, secret, tag in (
    (b"a secret that is much longer than thirty-two bytes", None, "long"),
    (b"short", None, "short"),
    (b"hex:" + KEY32.hex().encode(), KEY32, "hex"),
    (b"base64:" + base64.standard_b64encode(KEY32), KEY32, "base64"),
    (b"base64-urlsafe:" + base64.urlsafe_b64encode(KEY32), KEY32, "base64-urlsafe"),
):
    add("posthog-fernet", "posthog", spelled, fernet(secret or spelled, b"binary/encrypted"), tag=tag)
add("langgraph-fernet", "lg", KEY32, fernet(KEY32, b"binary/fernet-encrypted"))

ROOT, WORKSPACE, VERSION = b"root secret one", b"0e9d5c5e-workspace", b"v1"


def hkdf(secret, salt, info):
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=info).derive(secret)


def tracecat(nonce, text, payload):
    metadata, _ = payload
    encoding = b"binary/tracecat-aes256gcm"
    original = metadata["encoding"]
    parts = (WORKSPACE, VERSION, encoding, original)
    aad = b"".join(struct.pack(">I", len(part)) + part for part in parts)
    key = hkdf(ROOT, b"tracecat-temporal-payload:" + VERSION, WORKSPACE)
    outer = {
        **metadata,
        "encoding": encoding,
        "tracecat_original_encoding": original,
        "tracecat_key_id": VERSION,
        "tracecat_workspace_id": WORKSPACE,
        "tracecat_nonce": base64.urlsafe_b64encode(nonce[:12]),
    }
    return outer, AESGCM(key).encrypt(nonce[:12], text, aad)


add(
    "tracecat",
    "v1",
    ROOT,
    tracecat,
    names=NOT_EMPTY,
    whole=False,
    write={"tracecat_workspace_id": WORKSPACE.decode()},
)
abacus = hkdf(ROOT, b"abacus-temporal-payloads-v1", b"platform-v1")
add(
    "abacus",
    "platform-v1",
    ROOT,
    sample(abacus, "platform-v1", aad=b"platform-v1", encoding=b"binary/abacus-encrypted"),
)
add(
    "aes-gcm-payload-codec",
    "key-7",
    KEY32,
    sample(KEY32, "key-7", aad=b"binary/aes-gcmkey-7", encoding=b"binary/aes-gcm", id_name="key-id"),
)


def nzuguem(nonce, text, _):
    sealed = AESGCM(KEY32).encrypt(nonce[:16], text, None)
    return {}, base64.standard_b64encode(sealed) + b"#" + base64.standard_b64encode(nonce[:16])


add("nzuguem", "any", KEY32, nzuguem)


def temporal_kt(nonce, text, payload):
    metadata = {**payload[0], "encoding": b"binary/encrypted", **CIPHER, "encryption-key-id": b"production-key"}
    return metadata, nonce[:12] + AESGCM(KEY32).encrypt(nonce[:12], text, None)


add("temporal-kt", "production-key", KEY32, temporal_kt, names=JSON_OR_BYTES, encodes=False, whole=False)


def tink(nonce, text, _):
    sealed = nonce[:12] + AESGCM(KEY32).encrypt(nonce[:12], text, None)
    return {"encoding": b"binary/encrypted/tink"}, b"\x01" + struct.pack(">I", 0xDEADBEEF) + sealed


add("tink", "keyset", KEY32, tink, encodes=False)
for encoding in (b"my-encoding", b"my_encoding"):
    add(
        "features-base64",
        "",
        None,
        lambda nonce, text, _, encoding=encoding: ({"encoding": encoding}, base64.standard_b64encode(text)),
        tag=encoding.decode(),
        encodes=False,
    )
add("aad-key-id", "k1", KEY32, sample(KEY32, "k1", aad=b"k1"))


def data_only(nonce, text, payload):
    metadata = {
        **payload[0],
        "encoding": b"binary/encrypted",
        "encryption-key-id": b"k1",
        "encryption-original-encoding": payload[0]["encoding"],
    }
    return metadata, nonce[:12] + AESGCM(KEY32).encrypt(nonce[:12], text, None)


add("data-only", "k1", KEY32, data_only, names=[*NOT_EMPTY, "null"], whole=False)
LIKE_SAMPLES = {"encoding": b"binary/encrypted", "encryption-key-id": b"k1"}
add(
    "chacha20-poly1305",
    "k1",
    KEY32,
    lambda nonce, text, _: (LIKE_SAMPLES, nonce[:12] + ChaCha20Poly1305(KEY32).encrypt(nonce[:12], text, None)),
)
add(
    "xchacha20-poly1305",
    "k1",
    KEY32,
    lambda nonce, text, _: (LIKE_SAMPLES, nonce + xchacha(text, None, nonce, KEY32)),
)
add(
    "nacl-secretbox",
    "k1",
    KEY32,
    lambda nonce, text, _: (LIKE_SAMPLES, bytes(SecretBox(KEY32).encrypt(text, nonce))),
)

page = {
    "description": "Payloads sealed by Python's cryptography and PyNaCl in every format that encrypts, with fixed nonces. "
    "`nonce` holds 24 bytes, of which a format takes as many as it needs; `seconds` is the time in Fernet tokens; `write` "
    "is metadata that the spec must be told; `encodes`: with this nonce this project writes the same bytes.",
    "produced_by": "tests/vectors/generate/sealed.py",
    "vectors": vectors,
}
(HERE.parent / "oracle-sealed.json").write_text(json.dumps(page, indent=1, ensure_ascii=False) + "\n")
print(len(vectors), "vectors")
