# Makes oracle-context.json: Payloads sealed by Python's cryptography for one Namespace, Workflow and Activity.
#
#   python3 -m venv V && V/bin/pip install cryptography && V/bin/python context.py
#
# Nonces are made from each vector's name, as in sealed.py. `context`: whose Payload it is, which the Payload does not say.

import hashlib
import json
import pathlib
import struct

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from sealed_payloads import PLAIN, as_json, b64, proto

HERE = pathlib.Path(__file__).parent
KEY = hashlib.sha256(b"a key of 32 bytes").digest()
SECRET = b"a passphrase of people"
WORKFLOW = {"namespace": "prod.a1b2c", "workflow_id": "bestellung-Grüße/7", "workflow_type": "Order"}
OWN = {**WORKFLOW, "activity_type": ""}
ACTIVITY = {**WORKFLOW, "activity_type": "ChargeCard"}
vectors = []


def seal(name, context, spec, key, aad, secret=KEY, cipher=AESGCM, names=("json", "null"), metadata=None):
    for plain in names:
        payload = PLAIN[plain]
        title = f"{name}/{plain}"
        nonce = hashlib.sha512(title.encode()).digest()[:24]
        sealed = nonce[:12] + cipher(key).encrypt(nonce[:12], proto(payload), aad or None)
        around = {"encoding": b"binary/ours", "kid": b"k1", **(metadata or {})}
        vectors.append(
            {
                "name": title,
                "spec": {"encoding": "binary/ours", "cipher": "aes-gcm", "key_id": "kid", **spec},
                "key": {"id": "k1", "base64": b64(secret)},
                "write": {},
                "nonce": b64(nonce),
                "seconds": 0,
                "encodes": True,
                "context": context,
                "encoded": as_json((around, sealed)),
                "decoded": as_json(payload),
            }
        )


def text(context, *names):
    return [context[name].encode() for name in names]


# Additional data.
namespace, workflow_id, workflow_type, activity = text(ACTIVITY, *ACTIVITY)
seal("aad-nul", OWN, {"aad": {"joined": ["namespace", {"hex": "00"}, "workflow_id"]}}, KEY, namespace + b"\0" + workflow_id)
seal("aad-one", OWN, {"aad": {"joined": ["workflow_id"]}}, KEY, workflow_id)
seal(
    "aad-all",
    ACTIVITY,
    {"aad": {"joined": [{"text": "v1|"}, *ACTIVITY, "key_id"]}},
    KEY,
    b"v1|" + namespace + workflow_id + workflow_type + activity + b"k1",
)
lengths = b"".join(struct.pack(">I", len(part)) + part for part in (namespace, workflow_id, activity))
parts = ["namespace", "workflow_id", "activity_type"]
seal("aad-lengths", ACTIVITY, {"aad": {"length_prefixed": parts}}, KEY, lengths)
# A Workflow's own Payload has no Activity type: what is covered there is empty.
nothing = b"".join(struct.pack(">I", len(part)) + part for part in (namespace, workflow_id, b""))
seal("aad-no-activity", OWN, {"aad": {"length_prefixed": parts}}, KEY, nothing)
seal(
    "chacha",
    OWN,
    {"cipher": "chacha20-poly1305", "aad": {"joined": ["workflow_id"]}},
    KEY,
    workflow_id,
    cipher=ChaCha20Poly1305,
)

# Keys.
hkdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=namespace, info=b"order:" + workflow_id).derive(SECRET)
how = {"from": "hkdf_sha256", "salt": ["namespace"], "info": [{"text": "order:"}, "workflow_id"]}
seal("hkdf-256", OWN, {"key": how}, hkdf, b"", secret=SECRET)
hkdf = HKDF(algorithm=hashes.SHA512(), length=16, salt=workflow_id, info=activity).derive(SECRET)
how = {"from": "hkdf", "hash": "sha512", "salt": ["workflow_id"], "info": ["activity_type"], "bytes": 16}
seal("hkdf-512", ACTIVITY, {"key": how, "aad": {"joined": ["namespace"]}}, hkdf, namespace, secret=SECRET)
rounds = PBKDF2HMAC(algorithm=hashes.SHA256(), length=32, salt=namespace + workflow_type, iterations=1024).derive(SECRET)
how = {"from": "pbkdf2", "hash": "sha256", "salt": ["namespace", "workflow_type"], "rounds": 1024}
seal("pbkdf2", OWN, {"key": how}, rounds, b"", secret=SECRET)
joined = hashlib.sha256(SECRET + workflow_id).digest()
how = {"from": "joined", "parts": ["secret", "workflow_id"], "hash": "sha256"}
seal("joined", OWN, {"key": how}, joined, b"", secret=SECRET)

page = {
    "description": "Payloads sealed by Python's cryptography for one Namespace, Workflow and Activity (`context`), in what specs "
    "say of it: additional data, salt, info, keys. With this nonce this project writes the same bytes.",
    "produced_by": "tests/vectors/generate/context.py",
    "vectors": vectors,
}
(HERE.parent / "oracle-context.json").write_text(json.dumps(page, indent=1, ensure_ascii=False) + "\n")
print(len(vectors), "vectors")
