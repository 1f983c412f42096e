# What the vectors' Payloads are, and how they are spelled: protobuf by hand, since only two fields are used.

import base64


def b64(data):
    return base64.standard_b64encode(data).decode()


def varint(number):
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def field(number, data):
    return varint(number << 3 | 2) + varint(len(data)) + data


def proto(payload):
    """temporal.api.common.v1.Payload, metadata in the order of its names."""
    metadata, data = payload
    entries = [
        field(1, field(1, name.encode()) + field(2, value))
        for name, value in sorted(metadata.items())
    ]
    return b"".join(entries) + (field(2, data) if data else b"")


def as_json(payload):
    metadata, data = payload
    out = {}
    if metadata:
        out["metadata"] = {name: b64(value) for name, value in sorted(metadata.items())}
    if data:
        out["data"] = b64(data)
    return out


PLAIN = {
    "json": ({"encoding": b"json/plain"}, b'{"order":"ORD-1042","total":129.95,"vip":true}'),
    "unicode": ({"encoding": b"json/plain"}, '"Grüße, 東京 🌍"'.encode()),
    "bytes": ({"encoding": b"binary/plain"}, bytes(range(256))),
    "null": ({"encoding": b"binary/null"}, b""),
    "protobuf": (
        {"encoding": b"binary/protobuf", "messageType": b"temporal.api.common.v1.Payload"},
        b"\x12\x03abc",
    ),
    "large": ({"encoding": b"json/plain"}, b'"' + b"0123456789abcdef" * 64 + b'"'),
    "nothing": ({}, b""),
}
