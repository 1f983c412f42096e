# The worker's own Payload Codec, written with `cryptography` alone: an oracle that shares no code with the product.
"""AES-256-GCM as the SDK samples write it: nonce(12) ‖ ciphertext ‖ tag(16), no AAD, over the whole serialized Payload."""

import os
from collections.abc import Iterable

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadCodec

ENCODING = b"binary/encrypted"
KEY_ID = "encryption-key-id"


class AesGcmCodec(PayloadCodec):
    """Seals with one key of a ring and opens with any of them."""

    def __init__(self, keys: dict[str, bytes], seal_with: str) -> None:
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self._seal_with = seal_with

    async def encode(self, payloads: Iterable[Payload]) -> list[Payload]:
        return [self._seal(payload) for payload in payloads]

    async def decode(self, payloads: Iterable[Payload]) -> list[Payload]:
        return [self._open(payload) for payload in payloads]

    def _seal(self, payload: Payload) -> Payload:
        nonce = os.urandom(12)
        sealed = self._ciphers[self._seal_with].encrypt(nonce, payload.SerializeToString(), None)
        return Payload(metadata={"encoding": ENCODING, KEY_ID: self._seal_with.encode()}, data=nonce + sealed)

    def _open(self, payload: Payload) -> Payload:
        # Everything but search attributes must be sealed here; a plain Payload would mean that a client skipped its codec.
        if payload.metadata.get("encoding") != ENCODING:
            raise ValueError(f"expected {ENCODING.decode()}, got {payload.metadata.get('encoding', b'').decode()}")
        cipher = self._ciphers[payload.metadata[KEY_ID].decode()]
        return Payload.FromString(cipher.decrypt(payload.data[:12], payload.data[12:], None))
