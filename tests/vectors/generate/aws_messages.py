# Makes oracle-aws-message.json: messages of the AWS Encryption SDK, whose data keys a stand-in for AWS KMS wraps; and
# oracle-aws-message-opens.json: one for each algorithm and shape, whose data keys are wrapped by taking one from each byte.
#
#   python3 -m venv V && V/bin/pip install aws-encryption-sdk==3.3.0 && V/bin/python aws_messages.py
#
# The SDK writes the whole message; only the service that would wrap the data key is not asked.

import hashlib
import json
import pathlib

import aws_encryption_sdk
from aws_encryption_sdk.identifiers import Algorithm, CommitmentPolicy
from aws_encryption_sdk.key_providers.base import MasterKey, MasterKeyConfig, MasterKeyProvider, MasterKeyProviderConfig
from aws_encryption_sdk.structures import DataKey, EncryptedDataKey, MasterKeyInfo

from sealed_payloads import PLAIN, as_json, proto

HERE = pathlib.Path(__file__).parent
ARNS = (
    "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "arn:aws:kms:us-west-2:111122223333:alias/temporal",
)


class Config(MasterKeyConfig):
    provider_id = "aws-kms"


class StandIn(MasterKey):
    """Wraps nothing: the message's head looks as AWS KMS's does."""

    provider_id = "aws-kms"
    _config_class = Config

    def _generate_data_key(self, algorithm, encryption_context):
        info = MasterKeyInfo(self.provider_id, self.key_id)
        return DataKey(info, bytes(algorithm.kdf_input_len), b"wrapped" * 20)

    def _encrypt_data_key(self, data_key, algorithm, encryption_context):
        return EncryptedDataKey(MasterKeyInfo(self.provider_id, self.key_id), b"wrapped" * 20)

    def _decrypt_data_key(self, encrypted_data_key, algorithm, encryption_context):
        raise NotImplementedError


class Provider(MasterKeyProvider):
    provider_id = "aws-kms"
    vend_masterkey_on_decrypt = True
    _config_class = MasterKeyProviderConfig

    def _new_master_key(self, key_id):
        return StandIn(key_id=key_id)


class MinusOne(MasterKey):
    """Wraps by taking one from each byte of a key that is known."""

    provider_id = "aws-kms"
    _config_class = Config

    def wrapped(self, algorithm):
        return hashlib.sha512(self.key_id).digest()[: algorithm.kdf_input_len]

    def _generate_data_key(self, algorithm, encryption_context):
        info = MasterKeyInfo(self.provider_id, self.key_id)
        wrapped = self.wrapped(algorithm)
        return DataKey(info, bytes((byte + 1) % 256 for byte in wrapped), wrapped)

    def _encrypt_data_key(self, data_key, algorithm, encryption_context):
        return EncryptedDataKey(MasterKeyInfo(self.provider_id, self.key_id), self.wrapped(algorithm))

    def _decrypt_data_key(self, encrypted_data_key, algorithm, encryption_context):
        raise NotImplementedError


client = aws_encryption_sdk.EncryptionSDKClient(commitment_policy=CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT)
committing = aws_encryption_sdk.EncryptionSDKClient(commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT)
vectors = []
for tag, chosen, algorithm in (
    ("v1", client, Algorithm.AES_256_GCM_IV12_TAG16_HKDF_SHA256),
    ("v2", committing, Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY),
):
    for n_keys in (1, 2):
        provider = Provider()
        for arn in ARNS[:n_keys]:
            provider.add_master_key(arn)
        message, _ = chosen.encrypt(
            source=proto(PLAIN["json"]),
            key_provider=provider,
            algorithm=algorithm,
            encryption_context={"signature": "a workflow id"},
        )
        vectors.append(
            {
                "name": f"aws-message/{tag}/{n_keys}-keys",
                "encoded": as_json(({"encoding": b"awsencryptionsdk/binary/encrypted"}, message)),
                "decoded": None,
                "needs": list(ARNS[:n_keys]),
            }
        )
page = {
    "description": "AWS Encryption SDK messages, versions 1 and 2, with the names of the keys that wrap their data keys.",
    "produced_by": "tests/vectors/generate/aws_messages.py",
    "vectors": vectors,
}
(HERE.parent / "oracle-aws-message.json").write_text(json.dumps(page, indent=1) + "\n")
print(len(vectors), "vectors")

opens = []
for algorithm in Algorithm:
    chosen = committing if algorithm.is_committing() else client
    for shape, frame_length, context in (
        ("one-frame", 4096, {}),
        ("frames", 128, {"signature": "a workflow id", "b": "ä \"quoted\""}),
        ("unframed", 0, {"signature": "a workflow id"}),
    ):
        message, header = chosen.encrypt(
            source=proto(PLAIN["large"]),
            key_provider=MinusOne(key_id=ARNS[0]),
            algorithm=algorithm,
            encryption_context=context,
            frame_length=frame_length,
        )
        opens.append(
            {
                "name": f"{algorithm.name}/{shape}",
                "encoded": as_json(({"encoding": b"awsencryptionsdk/binary/encrypted"}, message)),
                "decoded": as_json(PLAIN["large"]),
                "context": header.encryption_context,
            }
        )
page = {
    "description": "AWS Encryption SDK messages of each algorithm and shape. A data key is the wrapped one, one added to each byte.",
    "produced_by": "tests/vectors/generate/aws_messages.py",
    "vectors": opens,
}
(HERE.parent / "oracle-aws-message-opens.json").write_text(json.dumps(page, indent=1) + "\n")
print(len(opens), "vectors that open")
