# An extension server as Temporal Proxy asks it, on gRPC's own library for Python: it does what the wrapped key says.
"""Usage: server.py LOG

Prints {"listening": "grpc://127.0.0.1:PORT"}, and writes a line of JSON into LOG for each question. A wrapped key is `word:rest`:

key      the data key is the rest, each byte with its bits turned around
slow     as `key`, after half a minute
denied, unknown, away, inside    fails with a status
garbage  answers with the rest as the message's bytes, which need be no message
large    answers with 100 KiB
"""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

STATUSES = {
    b"denied": (grpc.StatusCode.PERMISSION_DENIED, "not yours\n\x1b[31m"),
    b"unknown": (grpc.StatusCode.UNAUTHENTICATED, "missing bearer token"),
    b"away": (grpc.StatusCode.UNAVAILABLE, "HSM is rebooting"),
    b"inside": (grpc.StatusCode.INTERNAL, ""),
}


def messages():
    """The two messages of the method, each with a field of bytes."""
    file = descriptor_pb2.FileDescriptorProto(name="kms.proto", package="api.kms.v1", syntax="proto3")
    for name, field in (("DecryptRequest", "ciphertext"), ("DecryptResponse", "plaintext")):
        message = file.message_type.add(name=name)
        kind = descriptor_pb2.FieldDescriptorProto
        message.field.add(name=field, number=1, type=kind.TYPE_BYTES, label=kind.LABEL_OPTIONAL)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return [message_factory.GetMessageClass(pool.FindMessageTypeByName(f"api.kms.v1.{name}")) for name in ("DecryptRequest", "DecryptResponse")]


Request, Response = messages()


class Service:
    def __init__(self, log: str) -> None:
        self.log = log

    def decrypt(self, request, context: grpc.ServicerContext):
        word, _, rest = request.ciphertext.partition(b":")
        said = {"word": word.decode(), "metadata": sorted(key for key, _ in context.invocation_metadata()), "left": context.time_remaining()}
        with open(self.log, "a") as log:
            print(json.dumps(said), file=log, flush=True)
        if word in STATUSES:
            context.abort(*STATUSES[word])
        if word == b"garbage":
            return rest
        if word == b"large":
            return Response(plaintext=bytes(100 << 10))
        if word == b"slow":
            time.sleep(30)
        return Response(plaintext=bytes(byte ^ 0xFF for byte in rest))


def written(answer) -> bytes:
    return answer if isinstance(answer, bytes) else answer.SerializeToString()


def main() -> None:
    service = Service(sys.argv[1])
    method = grpc.unary_unary_rpc_method_handler(service.decrypt, Request.FromString, written)
    server = grpc.server(ThreadPoolExecutor(max_workers=8))
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("api.kms.v1.EncryptionService", {"Decrypt": method}),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(json.dumps({"listening": f"grpc://127.0.0.1:{port}"}), flush=True)
    server.wait_for_termination()


if __name__ == "__main__":
    main()
