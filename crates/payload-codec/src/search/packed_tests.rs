//! Compressed under a label of somebody's own: no key is needed, and none is asked for.

use std::sync::Arc;

use temporal_payload::{METADATA_ENCODING, base64};

use super::tests::{candidate, plain, search};
use super::*;
use crate::key::Keyring;
use crate::spec_codec::build;

const SAID: &[u8] = b"{\"customer\":\"Ada\",\"items\":[1,2,3]}";

#[track_caller]
fn check(data: &[u8], only_data: bool) {
    let mut sent = plain(data);
    sent.metadata
        .insert(METADATA_ENCODING.to_owned(), b"binary/acme-packed".to_vec());
    let found = search(&sent, &[candidate("prod", 7, &["sdk-samples"])]);
    assert_eq!(found.verdict, Verdict::OpensWithoutKey, "{}", found.verdict);
    let [finding] = &found.findings[..] else {
        panic!("one finding");
    };
    assert_eq!(finding.key, None);
    let FoundFormat::Layout { of: None, spec, .. } = &finding.format else {
        panic!("a format of its own");
    };
    assert_eq!(matches!(spec.body, Body::Data { .. }), only_data);
    // What is adopted reads it.
    let keys = Arc::new(Keyring::default());
    let codec = build(spec, "acme", keys, None).expect("sound");
    let budget = Budget::new(u64::MAX);
    let opened = codec.open(&sent, &mut budget.allow(1 << 20));
    let opened = opened.expect("it opens").payload;
    assert_eq!(opened, finding.opened);
    assert_eq!(&opened.data[..], SAID);
    assert_eq!(opened.encoding(), Some("json/plain"));
}

#[test]
fn a_format_of_its_own_reads_it_without_a_key() {
    for compression in [Compression::Gzip, Compression::Zlib, Compression::Zstd] {
        let packed = compression.compress(SAID).expect("packed");
        check(&packed, true);
        check(base64::encode(&packed).as_bytes(), true);
        let whole = plain(SAID).to_proto();
        check(&compression.compress(&whole).expect("packed"), false);
    }
}

#[test]
fn what_only_starts_so_is_not_taken_for_it() {
    let mut cut = Compression::Gzip.compress(SAID).expect("packed");
    cut.truncate(cut.len() - 3);
    let mut sent = plain(&cut);
    sent.metadata
        .insert(METADATA_ENCODING.to_owned(), b"binary/acme-packed".to_vec());
    let found = search(&sent, &[candidate("prod", 7, &["sdk-samples"])]);
    assert!(found.findings.is_empty());
    assert!(matches!(found.verdict, Verdict::OtherScheme { .. }));
}
