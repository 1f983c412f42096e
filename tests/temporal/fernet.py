# Another team's codec: Fernet tokens over the whole Payload, without a key id; written with `cryptography` alone.

import base64
from collections.abc import Iterable

from cryptography.fernet import Fernet
from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadCodec

ENCODING = b"binary/encrypted"


class FernetCodec(PayloadCodec):
    """Seals and opens with the first 32 bytes of one secret, as PostHog's workers do."""

    def __init__(self, secret: bytes) -> None:
        self._fernet = Fernet(base64.urlsafe_b64encode(secret[:32]))

    async def encode(self, payloads: Iterable[Payload]) -> list[Payload]:
        return [Payload(metadata={"encoding": ENCODING}, data=self._fernet.encrypt(p.SerializeToString())) for p in payloads]

    async def decode(self, payloads: Iterable[Payload]) -> list[Payload]:
        return [Payload.FromString(self._fernet.decrypt(payload.data)) for payload in payloads]
