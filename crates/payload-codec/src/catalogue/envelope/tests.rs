//! Every format that is known by sight, by an example, with what is said of it.

use temporal_payload::Payload;

use super::*;

fn payload(metadata: &[(&str, &str)], data: &[u8]) -> Payload {
    let metadata = metadata.iter();
    Payload {
        metadata: metadata
            .map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec()))
            .collect(),
        data: data.to_vec().into(),
        external_payloads: vec![],
    }
}

/// One of Temporal Proxy's, with a key of this id.
fn by_proxy(id: &str) -> Payload {
    let metadata = [
        ("encoding", "binary/encrypted"),
        ("encryption-key-id", id),
        ("encryption-dek", "d3JhcHBlZA=="),
    ];
    payload(&metadata, &[0; 60])
}

#[test]
fn each_format_is_named_with_what_it_needs() {
    let skewed: Vec<u8> = br#"{"a":1}"#.iter().map(|byte| byte + 1).collect();
    let is = |encoding| ("encoding", encoding);
    let rows: Vec<(Payload, &str)> = vec![
        (
            by_proxy("awskms:///arn:aws:kms:eu-central-1:111122223333:key/k"),
            "envelope-encrypted by Temporal Proxy, which needs AWS KMS key arn:aws:kms:eu-central-1:111122223333:key/k",
        ),
        (
            by_proxy("gcpkms://projects/p/locations/l/keyRings/r/cryptoKeys/k"),
            "envelope-encrypted by Temporal Proxy, which needs Google Cloud KMS key projects/p/locations/l/keyRings/r/cryptoKeys/k",
        ),
        (
            by_proxy("azurekeyvault://v.vault.azure.net/keys/k"),
            "envelope-encrypted by Temporal Proxy, which needs Azure Key Vault key v.vault.azure.net/keys/k",
        ),
        (
            by_proxy("payments-kek"),
            "envelope-encrypted by Temporal Proxy, which needs the proxy's key payments-kek",
        ),
        (
            by_proxy("base64key://c2VjcmV0"),
            "envelope-encrypted by Temporal Proxy, which needs a local key whose id is whole",
        ),
        (
            payload(
                &[is("binary/encrypted"), ("data_key_encrypted", "QUJD")],
                &[0; 60],
            ),
            "encrypted with a data key that AWS KMS wraps, which needs the AWS KMS key that wraps its data key",
        ),
        (
            payload(&[is("awsencriptionsdk/binary/encrypted")], b"cut"),
            "an AWS Encryption SDK message, which needs the AWS KMS key that wraps its data key",
        ),
        (
            payload(&[is("binary/key-sealed-envelope")], b"{}"),
            "a key-sealed envelope, which needs a command that unwraps its data key with its recipient's private key",
        ),
        (
            payload(
                &[is("binary/key-sealed-envelope")],
                br#"{"kid":"s","cek":{"client":"AA==","worker":"AA=="},"payload":"","signature":"","ctx":""}"#,
            ),
            "a key-sealed envelope, which needs a command that unwraps its data key with the private key of client or worker",
        ),
        (
            by_proxy("extension://kms/payloads"),
            "envelope-encrypted by Temporal Proxy, which needs the proxy's extension server, which has the key kms/payloads",
        ),
        (
            payload(&[is("binary/encrypted/tink")], &[0, 0, 0, 9]),
            "encrypted with a data key that Tink wraps, which needs the key service of its Tink keyset",
        ),
        (
            payload(&[is("binary/encrypted/tink")], &[1, 0, 0, 1, 0]),
            "sealed with a Tink keyset, which needs the AES key with number 256 of its keyset, in the format tink",
        ),
        (
            payload(
                &[
                    is("binary/encrypted"),
                    ("encryption-context-namespace", "prod"),
                ],
                &[1, 0, 0, 1, 0],
            ),
            "sealed with a Tink keyset, which needs the AES key with number 256 of its keyset, in the format tink",
        ),
        (
            payload(
                &[
                    is("binary/encrypted"),
                    ("encrypted-data-key", "wrapped"),
                    ("encryption-key-id", "alias/payloads"),
                ],
                b"x",
            ),
            "encrypted with a data key that AWS KMS wraps, which needs the AWS KMS key alias/payloads",
        ),
        (
            payload(
                &[
                    is("binary/encrypted"),
                    ("enc-shared-public-key", "00"),
                    ("enc-algo-method", "AES256_GCM_PBKDF2_Curve25519"),
                ],
                b"x",
            ),
            "encrypted for the owner of a private key, which needs its reader's X25519 private key, in the format saga420",
        ),
        (
            payload(&[is("binary/encrypted-sk-v2")], b"x"),
            "encrypted as binary/encrypted-sk-v2, which needs its key and the Workflow id, which no request to a Codec Server names",
        ),
        (
            payload(&[is("claim-check/v1")], b"{}"),
            "a claim check, which needs the store that it was checked into",
        ),
        (
            payload(
                &[is("json/plain"), ("claim-check", "/var/tmp/claims/1")],
                b"",
            ),
            "a claim check, which needs the file that it was checked into",
        ),
        (
            payload(&[is("nuon/largepayload")], b"id"),
            "a reference of nuon's large-payload codec, which needs nuon's database",
        ),
        (
            payload(&[is("nuon/blob"), ("nuon/blob/s3_key", "k")], b"id"),
            "a reference of nuon's blob codec, which needs its S3 bucket",
        ),
        (
            payload(&[is("binary/zstd"), ("agent-runtime-payload-v", "2")], b"x"),
            "an agent-runtime Payload of an unknown version, which needs a codec of that version",
        ),
        (
            payload(
                &[is("json/plain"), ("temporal.io/remote-codec", "v2")],
                b"{}",
            ),
            "a reference of Datadog's large-payload codec, which needs its blob store",
        ),
        (
            payload(
                &[is("claim-checked"), ("temporal.io/claim-check-codec", "v1")],
                b"id",
            ),
            "a claim check, which needs the store that it was checked into",
        ),
        (
            payload(&[is("binary/claim-check")], b"id"),
            "a claim check, which needs the store that it was checked into",
        ),
        (
            payload(
                &[is("binary/external"), ("database-type-id", "redis")],
                b"id",
            ),
            "a reference of mrsimonemms's external codec, which needs its database (redis)",
        ),
        (
            payload(&[is("codec_bucket")], b"id"),
            "a reference to a bucket, which needs that bucket",
        ),
        (
            payload(&[is("binary/remote-payload")], b"id"),
            "a reference to a remote Payload, which needs its store",
        ),
        (
            payload(
                &[is("json/plain")],
                br#"{"card":{"salt":"c2E=","iv":"aXY=","value":"dmE="}}"#,
            ),
            "JSON with fields that jackson-json-crypto encrypted, which needs the password of the converter that wrote them",
        ),
        (
            payload(&[is("json/plain")], &skewed),
            "JSON with every byte one too high, as the TypeScript SDK's ByteSkewer writes it, which needs that test codec",
        ),
        (
            payload(&[is("json/plain")], b"Customer: \"text\""),
            "JSON behind the text \"Customer: \", as the Java SDK's SimplePrefix writes it, which needs that test codec",
        ),
        (
            payload(&[], b"YWJj#AAAAAAAAAAAAAAAAAAAAAA=="),
            "base64 text around a '#' without metadata, as nzuguem's codec writes it, which needs its key, in format nzuguem",
        ),
    ];
    let mut seen = std::collections::BTreeSet::new();
    for (payload, expected) in rows {
        let envelope = recognize_envelope(&payload).expect(expected);
        assert_eq!(envelope.to_string(), expected);
        seen.insert(envelope.what());
    }
    for format in &RECOGNIZED {
        assert!(seen.contains(format.what), "no example of {}", format.what);
    }
}

#[test]
fn what_is_in_the_clear_or_ours_is_not_recognized() {
    let is = |encoding| ("encoding", encoding);
    let sample = [is("binary/encrypted"), ("encryption-key-id", "k")];
    let version_1 = [is("binary/zstd"), ("agent-runtime-payload-v", "1")];
    for payload in [
        payload(&sample, &[0; 60]),
        payload(&version_1, b"x"),
        payload(&[is("json/plain")], br#"{"salt":1}"#),
        payload(&[is("json/plain")], b"12"),
        payload(&[is("binary/plain")], b"Customer: 1"),
        payload(&[], b"no#text"),
        payload(&[], b""),
    ] {
        assert_eq!(recognize_envelope(&payload), None);
    }
}

/// A key's name comes out of a Payload that anybody may have written.
#[test]
fn names_are_shown_short_and_without_control_characters() {
    let long = format!("awskms:///{}", "k\u{1b}[2J\n".repeat(1000));
    let shown = recognize_envelope(&by_proxy(&long)).expect("recognized");
    assert!(shown.needs().chars().count() < 320);
    assert!(!shown.needs().contains(char::is_control));
    // The id of a local key is the key.
    let local = recognize_envelope(&by_proxy("testing://c2VjcmV0")).expect("recognized");
    assert!(!local.to_string().contains("c2VjcmV0"));
}
