#!/usr/bin/env python3
"""Writes temporal-api.binpb.deflate: descriptors of Temporal's API, from the .proto files in the Python SDK's wheel.

    pip install grpcio-tools==1.85.1
    pip download --no-deps --platform manylinux2014_x86_64 --only-binary :all: temporalio==1.35.0
    generate.py temporalio-1.35.0-*.whl

Comments, options and what only servers need (HTTP annotations, gRPC services) are left out: they are most of the bytes.
"""

import sys
import tempfile
import zipfile
import zlib
from pathlib import Path

from google.protobuf import descriptor_pb2
from grpc_tools import protoc

PROTOS = "temporalio/bridge/sdk-core/crates/protos/protos/"
# Before each other: where an import is looked for.
ROOTS = ("api_upstream/", "")
WELL_KNOWN = Path(protoc.__file__).parent / "_proto"
OUT = Path(__file__).with_name("temporal-api.binpb.deflate")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(sys.argv[1]) as wheel:
            wheel.extractall(folder, [name for name in wheel.namelist() if name.startswith(PROTOS)])
        base = Path(folder) / PROTOS
        roots = [base / root for root in ROOTS]
        files = sorted(
            str(path.relative_to(roots[0])) for path in (roots[0] / "temporal/api").rglob("*.proto")
        )
        # What details of gRPC errors, and Payloads of users who send Google's types, hold.
        files += ["google/rpc/status.proto"]
        files += [f"google/protobuf/{name}.proto" for name in ("any", "duration", "empty", "field_mask", "struct", "timestamp", "wrappers")]
        compiled = Path(folder) / "set.binpb"
        arguments = ["protoc", "--include_imports", f"--descriptor_set_out={compiled}"]
        arguments += [f"-I{root}" for root in [*roots, WELL_KNOWN]]
        if protoc.main(arguments + files):
            sys.exit("protoc failed")
        found = descriptor_pb2.FileDescriptorSet.FromString(compiled.read_bytes())

    kept = descriptor_pb2.FileDescriptorSet()
    for file in found.file:
        if not file.name.startswith(("temporal/api/", "google/rpc/status", "google/protobuf/")):
            continue
        if file.name == "google/protobuf/descriptor.proto":
            continue
        kept.file.append(strip(file))
    names = {file.name for file in kept.file}
    for file in kept.file:
        dependencies = [name for name in file.dependency if name in names]
        del file.dependency[:]
        file.dependency.extend(dependencies)
    data = kept.SerializeToString(deterministic=True)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    OUT.write_bytes(packer.compress(data) + packer.flush())
    messages = sum(len(file.message_type) for file in kept.file)
    print(f"{len(kept.file)} files, {messages} messages, {len(data)} bytes, {OUT.stat().st_size} compressed")


def strip(file: descriptor_pb2.FileDescriptorProto) -> descriptor_pb2.FileDescriptorProto:
    for name in ("source_code_info", "options", "service", "extension", "public_dependency", "weak_dependency"):
        file.ClearField(name)
    for message in file.message_type:
        strip_message(message)
    for enum in file.enum_type:
        strip_enum(enum)
    return file


def strip_message(message: descriptor_pb2.DescriptorProto) -> None:
    is_map = message.options.map_entry
    message.ClearField("options")
    if is_map:
        message.options.map_entry = True
    for oneof in message.oneof_decl:
        oneof.ClearField("options")
    for field in message.field:
        packed = field.options.packed if field.options.HasField("packed") else None
        field.ClearField("options")
        field.ClearField("json_name")
        if packed is not None:
            field.options.packed = packed
    for nested in message.nested_type:
        strip_message(nested)
    for enum in message.enum_type:
        strip_enum(enum)


def strip_enum(enum: descriptor_pb2.EnumDescriptorProto) -> None:
    alias = enum.options.allow_alias
    enum.ClearField("options")
    if alias:
        enum.options.allow_alias = True
    for value in enum.value:
        value.ClearField("options")


main()
