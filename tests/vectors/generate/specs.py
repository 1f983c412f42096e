# Makes oracle-specs.json: Payloads sealed by Python's libraries in what specs can say beyond the samples' layout.
#
#   python3 -m venv V && V/bin/pip install cryptography pynacl && V/bin/python specs.py
#
# Nonces and times are made from each vector's name, as in sealed.py. A vector names a `preset`, or has a `spec` of its own.

import base64
import gzip
import hashlib
import json
import pathlib
import struct
import zlib

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes, padding, serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt as xchacha
from nacl.secret import SecretBox

from sealed_payloads import PLAIN, as_json, b64, proto

HERE = pathlib.Path(__file__).parent
SECONDS = 1_790_000_000
SECRET = b"a passphrase of people"
KEY = hashlib.sha256(b"a key of 32 bytes").digest()
HASHES = {"sha1": hashes.SHA1(), "sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
WHOLE = ["json", "bytes", "null", "protobuf", "nothing"]
SOME = ["json", "bytes"]
vectors = []


def add(name, how, secret, seal, key_id="k1", names=SOME, body="payload", encodes=True):
    """`seal(nonce, text, payload)` gives metadata and data. `encodes`: the same bytes are written; None: others may be."""
    for plain in names:
        payload = PLAIN[plain]
        title = f"{name}/{plain}"
        seed = hashlib.sha512(title.encode()).digest()
        if body == "json":
            text = json.dumps(as_json(payload), separators=(",", ":")).encode()
        else:
            text = proto(payload) if body == "payload" else payload[1]
        vectors.append(
            {
                "name": title,
                **({"preset": how} if isinstance(how, str) else {"spec": how}),
                "key": {"id": key_id, "base64": b64(secret)} if secret is not None else None,
                "write": {},
                "nonce": b64(seed[:24]),
                "seconds": SECONDS,
                "encodes": encodes,
                "encoded": as_json(seal(seed[:24], text, payload)),
                "decoded": as_json(payload),
            }
        )


def gcm(key, nonce, text, aad=b""):
    """Ciphertext and tag."""
    sealed = AESGCM(key).encrypt(nonce, text, aad)
    return sealed[:-16], sealed[-16:]


def layout(key, aad=b"", size=12, tag_first=False, metadata=None, front=b""):
    """`front ‖ nonce ‖ ciphertext ‖ tag`, or the tag before the ciphertext."""

    def seal(nonce, text, payload):
        ciphertext, tag = gcm(key, nonce[:size], text, aad)
        around = metadata(payload) if callable(metadata) else metadata or {}
        sealed = tag + ciphertext if tag_first else ciphertext + tag
        return {"encoding": b"binary/ours", **around}, front + nonce[:size] + sealed

    return seal


def spec(**more):
    return {"encoding": "binary/ours", "cipher": "aes-gcm", **more}


# The tag's place.
sample = {"encoding": b"binary/encrypted"}
add("tag-first", "tag-first", KEY, layout(KEY, tag_first=True, metadata=sample), names=WHOLE)
add("tag-first-unsaid", "no-key-id", KEY, layout(KEY, tag_first=True, metadata=sample), names=WHOLE, encodes=None)
for cipher, make, size in (
    ("chacha20-poly1305", lambda nonce, text: ChaCha20Poly1305(KEY).encrypt(nonce, text, None), 12),
    ("xchacha20-poly1305", lambda nonce, text: xchacha(text, None, nonce, KEY), 24),
):

    def before(nonce, text, _, make=make, size=size):
        sealed = make(nonce[:size], text)
        return {"encoding": b"binary/ours"}, nonce[:size] + sealed[-16:] + sealed[:-16]

    add(f"{cipher}-tag-first", {**spec(tag="before", nonce={"prefix": size}), "cipher": cipher}, KEY, before, names=WHOLE)


def secretbox_behind(nonce, text, _):
    sealed = SecretBox(KEY).encrypt(text, nonce).ciphertext
    return {"encoding": b"binary/ours"}, nonce + sealed[16:] + sealed[:16]


add(
    "secretbox-tag-behind",
    {**spec(tag="behind", nonce={"prefix": 24}), "cipher": "nacl-secretbox"},
    KEY,
    secretbox_behind,
    names=WHOLE,
)

# Every order of nonce, ciphertext and tag, with each cipher whose tag stands apart.
ORDERS = {
    "nct": ("prefix", "behind"),
    "ntc": ("prefix", "before"),
    "tnc": ("prefix", "first"),
    "ctn": ("suffix", "behind"),
    "cnt": ("suffix", "last"),
    "tcn": ("suffix", "before"),
}


def chacha(nonce, text):
    sealed = ChaCha20Poly1305(KEY).encrypt(nonce, text, None)
    return sealed[:-16], sealed[-16:]


def xchacha_apart(nonce, text):
    sealed = xchacha(text, None, nonce, KEY)
    return sealed[:-16], sealed[-16:]


def secretbox(nonce, text):
    sealed = SecretBox(KEY).encrypt(text, nonce).ciphertext
    return sealed[16:], sealed[:16]


for cipher, make, size in (
    ("aes-gcm", lambda nonce, text: gcm(KEY, nonce, text), 12),
    ("aes-gcm", lambda nonce, text: gcm(KEY, nonce, text), 16),
    ("chacha20-poly1305", chacha, 12),
    ("xchacha20-poly1305", xchacha_apart, 24),
    ("nacl-secretbox", secretbox, 24),
):
    for order, (nonce_place, tag_place) in ORDERS.items():

        def ordered(nonce, text, _, make=make, size=size, order=order):
            ciphertext, tag = make(nonce[:size], text)
            parts = {"n": nonce[:size], "c": ciphertext, "t": tag}
            return {"encoding": b"binary/ours"}, b"".join(parts[letter] for letter in order)

        how = {**spec(nonce={nonce_place: size}, tag=tag_place), "cipher": cipher}
        add(f"order-{order}-{cipher}-{size}", how, KEY, ordered)


def nonce_last(nonce, text, _):
    ciphertext, tag = gcm(KEY, nonce[:12], text)
    return {"encoding": b"binary/ours"}, ciphertext + tag + nonce[:12]


def sample_nonce_last(nonce, text, _):
    ciphertext, tag = gcm(KEY, nonce[:12], text)
    return sample, ciphertext + tag + nonce[:12]


add("nonce-last", "nonce-last", KEY, sample_nonce_last, names=WHOLE)

# Where nothing says where the tag is, it is read on either side, wherever the nonce is.
add("order-ctn-unsaid", spec(nonce={"suffix": 12}), KEY, nonce_last, names=WHOLE)


def tag_and_nonce_around(nonce, text, _):
    ciphertext, tag = gcm(KEY, nonce[:12], text)
    return {"encoding": b"binary/ours"}, tag + ciphertext + nonce[:12]


add("order-tcn-unsaid", spec(nonce={"suffix": 12}), KEY, tag_and_nonce_around, names=WHOLE, encodes=None)


def header_and_nonce_last(nonce, text, _):
    ciphertext, tag = gcm(KEY, nonce[:12], text)
    body = b"\x01" + struct.pack(">Q", SECONDS) + ciphertext + nonce[:12] + tag
    return {"encoding": b"binary/ours"}, b"v1:" + base64.b64encode(body)


add(
    "order-header-text",
    spec(header=[{"hex": "01"}, "time"], nonce={"suffix": 12}, tag="last", framing={"text_then_base64": "v1:"}),
    KEY,
    header_and_nonce_last,
    names=WHOLE,
)


def nonce_last_tag_beside(nonce, text, _):
    ciphertext, tag = gcm(KEY, nonce[:12], text)
    return {"encoding": b"binary/ours", "auth-tag": tag.hex().encode()}, ciphertext + nonce[:12]


add(
    "order-cn-tag-beside",
    spec(nonce={"suffix": 12}, tag={"metadata": {"name": "auth-tag", "as": "hex"}}),
    KEY,
    nonce_last_tag_beside,
    names=WHOLE,
)

# Nonces of every length.
for size in range(8, 17):
    add(f"nonce-{size}", spec(nonce={"prefix": size}), KEY, layout(KEY, size=size))

# Nonce and tag in metadata, in every spelling.
SPELLINGS = {"raw": bytes, "base64": base64.urlsafe_b64encode, "hex": lambda value: value.hex().encode()}
for name, spelled in SPELLINGS.items():
    for size in (12, 16):

        def beside(nonce, text, _, spelled=spelled, size=size):
            ciphertext, tag = gcm(KEY, nonce[:size], text)
            return {"encoding": b"binary/ours", "iv": spelled(nonce[:size]), "auth-tag": spelled(tag)}, ciphertext

        how = spec(
            nonce={"metadata": {"name": "iv", "as": name, "bytes": size}},
            tag={"metadata": {"name": "auth-tag", "as": name}},
        )
        add(f"beside-{name}-{size}", how, KEY, beside, names=WHOLE)


def raw_nonce(nonce, text, _):
    ciphertext, tag = gcm(KEY, nonce[:12], text)
    return {"encoding": b"binary/aes-gcm", "encryption/aes-gcm-nonce": nonce[:12]}, ciphertext + tag


def raw_iv_and_tag(nonce, text, _):
    ciphertext, tag = gcm(KEY, nonce[:16], text)
    return {"encoding": b"binary/encrypted", "encryption-iv": nonce[:16], "encryption-auth-tag": tag}, ciphertext


add("nonce-in-metadata", "nonce-in-metadata", KEY, raw_nonce, names=WHOLE)
add("iv-and-tag-in-metadata", "iv-and-tag-in-metadata", KEY, raw_iv_and_tag, names=WHOLE)

# Key ids that are bytes.
for name, spelled, as_ in (("raw", bytes, None), *((name, SPELLINGS[name], name) for name in ("base64", "hex"))):
    metadata = {"kid": spelled(b"\xff\xfe\x01\x02")}
    how = spec(key_id="kid", **({"key_id_as": as_} if as_ else {}))
    add(f"key-id-{name}", how, KEY, layout(KEY, metadata=metadata), key_id="hex:fffe0102")

# Data only.
HASHED = hashlib.sha256(SECRET).digest()
add(
    "sha256-data-only",
    "sha256-data-only",
    SECRET,
    layout(HASHED, tag_first=True, metadata=lambda payload: {**payload[0], "encoding": b"binary/encrypted"}),
    names=["json", "unicode", "bytes"],
    body="data",
    encodes=False,
)
add(
    "marked",
    spec(encoding={"marker": "x-encrypted", "value": "yes"}, tag="before", key={"from": "sha256"}, body={"data": {}}),
    SECRET,
    layout(HASHED, tag_first=True, metadata=lambda payload: {**payload[0], "x-encrypted": b"yes"}),
    names=["json", "bytes", "protobuf"],
    body="data",
)
add(
    "original-hyphen",
    spec(body={"data": {"original_encoding": "original-encoding"}}),
    KEY,
    layout(
        KEY,
        metadata=lambda payload: {
            **payload[0],
            "encoding": b"binary/ours",
            "original-encoding": payload[0]["encoding"],
        },
    ),
    names=["json", "bytes", "protobuf"],
    body="data",
)
add("json-inside", "json-inside", KEY, layout(KEY, metadata=sample), names=["json", "bytes", "null"], body="json")

# Additional data.
add(
    "aad-nul",
    spec(key_id="kid", aad={"joined": [{"text": "v1\0"}, "key_id", {"hex": "00ff"}, {"metadata": "tenant"}]}, write={"tenant": "t1"}),
    KEY,
    layout(KEY, aad=b"v1\0k1\x00\xfft1", metadata={"kid": b"k1", "tenant": b"t1"}),
)


# Keys from secrets.
def pbkdf2(hash_, salt, rounds, size, secret=SECRET):
    return PBKDF2HMAC(algorithm=HASHES[hash_], length=size, salt=salt, iterations=rounds).derive(secret)


for hash_ in HASHES:
    for size, salt, part in ((16, b"salt", {"text": "salt"}), (32, b"\0\xfe\x01", {"hex": "00fe01"})):
        key = pbkdf2(hash_, salt, 1024, size)
        how = spec(key={"from": "pbkdf2", "hash": hash_, "salt": [part], "rounds": 1024, "bytes": size})
        add(f"pbkdf2-{hash_}-{size}", how, SECRET, layout(key), names=["json"])
        info = b"info\0k1"
        key = HKDF(algorithm=HASHES[hash_], length=size, salt=salt, info=info).derive(SECRET)
        how = spec(
            key_id="kid",
            key={"from": "hkdf", "hash": hash_, "salt": [part], "info": [{"text": "info\0"}, "key_id"], "bytes": size},
        )
        add(f"hkdf-{hash_}-{size}", how, SECRET, layout(key, metadata={"kid": b"k1"}), names=["json"])
key = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"").derive(SECRET)
add("hkdf-bare", spec(key={"from": "hkdf", "hash": "sha256"}), SECRET, layout(key), names=["json"])
for n, r, p in ((16384, 8, 1), (1024, 4, 3)):
    key = Scrypt(salt=b"salt", length=32, n=n, r=r, p=p).derive(SECRET)
    how = spec(key={"from": "scrypt", "salt": [{"text": "salt"}], "n": n, "r": r, "p": p})
    add(f"scrypt-{n}", how, SECRET, layout(key), names=["json"])
for name, parts, key, more in (
    ("behind", ["secret"], SECRET.ljust(32, b"\0"), {"short": "zeros_behind"}),
    ("before", ["secret"], SECRET.rjust(32, b"\0"), {"short": "zeros_before"}),
    ("repeat", ["secret"], (SECRET * 2)[:32], {"short": "repeat"}),
    ("cut-16", ["secret"], SECRET[:16], {"bytes": 16}),
    ("sha512", ["secret", "key_id"], hashlib.sha512(SECRET + b"k1").digest()[:32], {"hash": "sha512"}),
    ("id-repeat", ["key_id"], (b"k1" * 16), {"short": "repeat"}),
    ("id-and-sample", ["key_id", {"text": "test-key-test-key-test-key-test!"}], b"k1test-key-test-key-test-key-tes", {}),
):
    how = spec(key_id="kid", key={"from": "joined", "parts": parts, **more})
    secret = SECRET if "secret" in parts else None
    add(
        f"joined-{name}",
        how,
        secret,
        layout(key, metadata={"kid": b"k1"}),
        encodes=True if secret else None,
    )

# A sender's public key.
PRIVATE = hashlib.sha256(b"the reader's private key").digest()
SENDER = X25519PrivateKey.from_private_bytes(hashlib.sha256(b"the sender's private key").digest())
RAW = (serialization.Encoding.Raw, serialization.PublicFormat.Raw)
PUBLIC = X25519PrivateKey.from_private_bytes(PRIVATE).public_key()
SHARED = SENDER.exchange(X25519PublicKey.from_public_bytes(PUBLIC.public_bytes(*RAW)))
PUBLIC_OF_SENDER = SENDER.public_key().public_bytes(*RAW)
for name, spelled in SPELLINGS.items():
    key = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"ours").derive(SHARED)
    how = spec(
        key={
            "from": "x25519",
            "public_key": {"name": "pub", "as": name},
            "then": {"from": "hkdf", "hash": "sha256", "info": [{"text": "ours"}]},
        }
    )
    add(f"x25519-{name}", how, PRIVATE, layout(key, metadata={"pub": spelled(PUBLIC_OF_SENDER)}), encodes=False)
for method, cipher, size in (("AES256_GCM", lambda n, t, k: AESGCM(k).encrypt(n, t, None), 12), ("XChaCha20_Poly1305", lambda n, t, k: xchacha(t, None, n, k), 24)):
    salt = hashlib.sha256(method.encode()).hexdigest().encode()
    key = pbkdf2("sha256", salt, 4096, 32, SHARED)

    def saga(nonce, text, _, method=method, cipher=cipher, size=size, salt=salt, key=key):
        metadata = {
            "encoding": b"binary/encrypted",
            "enc-shared-public-key": PUBLIC_OF_SENDER.hex().encode(),
            "enc-salt": salt,
            "enc-iterations": b"4096",
            "enc-algo-method": f"{method}_PBKDF2_Curve25519".encode(),
        }
        return metadata, nonce[:size] + cipher(nonce[:size], text, key)

    add(f"saga420-{method}", "saga420", PRIVATE, saga, encodes=False, names=["json", "null"])


# No tag.
def cbc(key):
    def seal(nonce, text, _):
        pad = padding.PKCS7(128).padder()
        encryptor = Cipher(algorithms.AES(key), modes.CBC(nonce[:16])).encryptor()
        padded = pad.update(text) + pad.finalize()
        return {"encoding": b"binary/encrypted"}, nonce[:16] + encryptor.update(padded) + encryptor.finalize()

    return seal


SPRING = pbkdf2("sha1", bytes.fromhex("0123456789abcdef"), 1024, 32)
add("spring-standard", "spring-standard", SECRET, cbc(SPRING), names=WHOLE, encodes=False)
add("spring-stronger", "spring-stronger", SECRET, layout(SPRING, size=16, metadata=sample), names=WHOLE, encodes=False)


# Versions, and what is around the ciphertext.
def token(key, metadata):
    def seal(nonce, text, _):
        ciphertext, tag = gcm(key, nonce[:12], text)
        body = b"\x81" + struct.pack(">Q", SECONDS) + nonce[:12] + tag + ciphertext
        return metadata, base64.urlsafe_b64encode(body)

    return seal


def fernet(key):
    def seal(nonce, text, _):
        token = Fernet(base64.urlsafe_b64encode(key))._encrypt_from_parts(text, SECONDS, nonce[:16])
        return {"encoding": b"binary/encrypted"}, token

    return seal


FIRST = SECRET.rjust(32, b"\0")
add("token-0x81", "posthog-gcm-token", SECRET, token(FIRST, sample), names=WHOLE)
add("token-0x80", "posthog-gcm-token", SECRET, fernet(FIRST), names=WHOLE, encodes=None)
add("fernet-sha256", "fernet-sha256", SECRET, fernet(HASHED), names=WHOLE)
NAMESPACE = {"encoding": b"binary/encrypted", "encryption-context-namespace": b"prod.a1b2c"}
add(
    "stdgo",
    "stdgo",
    KEY,
    layout(KEY, aad=b"namespace=prod.a1b2c", metadata=NAMESPACE, front=b"\x01\x12\x34\x56\x78"),
    names=WHOLE,
    encodes=False,
)
add("stdgo-as-tink", "tink", KEY, layout(KEY, aad=b"namespace=prod.a1b2c", metadata=NAMESPACE, front=b"\x01\x12\x34\x56\x78"), encodes=False)
for seed in (KEY, KEY[:16], b"a seed of any length"):
    key = seed if len(seed) in (16, 24, 32) else hashlib.sha256(seed).digest()
    crc = struct.pack(">I", zlib.crc32(hashlib.sha256(key).digest()))

    def values(nonce, _, payload, key=key, crc=crc):
        def one(name, value):
            nonce_of_it = hashlib.sha256(nonce + name.encode()).digest()[:12]
            return nonce_of_it + AESGCM(key).encrypt(nonce_of_it, value, crc)

        metadata, data = payload
        return {name: one(name, value) for name, value in metadata.items()}, one("", data)

    add(f"ronykit-{len(seed)}", "ronykit", seed, values, names=["json", "protobuf"], encodes=False)
NEXUS = b"sample-key-A-123"
NEXUS_METADATA = {"encoding": b"binary/nexus-aes-gcm", "encryption-key-id": b"key-a", "nexus-endpoint-name": b"an-endpoint"}
add("nexus", "samples-java-nexus", NEXUS, layout(NEXUS, metadata=NEXUS_METADATA), key_id="key-a", names=WHOLE, encodes=None)
add("nexus-zlib", "samples-java-nexus-zlib", None, lambda _, text, __: ({"encoding": b"binary/nexus-zlib"}, zlib.compress(text)), names=SOME, encodes=None)
add("nexus-hmac", "samples-java-nexus-hmac", None, lambda _, text, __: ({"encoding": b"binary/nexus-hmac"}, hashlib.sha256(text).digest() + text), names=SOME, encodes=None)

# Compressed before it was sealed.
for name, pack in (("zlib", zlib.compress), ("gzip", gzip.compress)):

    def packed(nonce, text, payload, pack=pack):
        return layout(KEY)(nonce, pack(text), payload)

    add(f"packed-{name}", spec(compression=name), KEY, packed, names=["json", "large"], encodes=None)

page = {
    "description": "Payloads sealed by Python's cryptography and PyNaCl in what specs can say beyond the samples' layout, with "
    "fixed nonces. As in oracle-sealed.json, with a `preset` or a `spec`; `encodes`: with this nonce this project writes the "
    "same bytes, or none (false), or others (null).",
    "produced_by": "tests/vectors/generate/specs.py",
    "vectors": vectors,
}
(HERE.parent / "oracle-specs.json").write_text(json.dumps(page, indent=1, ensure_ascii=False) + "\n")
print(len(vectors), "vectors")
