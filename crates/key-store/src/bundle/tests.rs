//! Bundles of this program, and those that `age` and `rage` made (`testdata/README.md`).

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::record::{Lifetime, NewKey};

const BY_AGE: &[u8] = include_bytes!("../../testdata/bundle-with-passphrase.age");
const BY_PYRAGE: &[u8] = include_bytes!("../../testdata/bundle-by-pyrage.age");
const FOR_RECIPIENT: &[u8] = include_bytes!("../../testdata/bundle-for-recipient.age");
const IDENTITY_FILE: &str = include_str!("../../testdata/identity.txt");
const PASSPHRASE: &str = "correct horse battery staple";
const SAMPLE: &[u8] = b"test-key-test-key-test-key-test!";

fn passphrase(text: &str) -> BundleTo<'_> {
    BundleTo::Passphrase(NewPassphrase::although_weak(text).unwrap())
}

fn identity() -> &'static str {
    let lines = IDENTITY_FILE.lines();
    lines.last().expect("an identity")
}

fn recipient(file: &str) -> String {
    let line = file
        .lines()
        .find_map(|line| line.strip_prefix("# public key: "));
    line.expect("a public key").to_owned()
}

fn none() -> BundleFormats {
    BundleFormats::new()
}

#[track_caller]
fn check_content(bundle: &[u8], secret: BundleSecret<'_>) {
    let bundle = open_bundle(bundle, secret).unwrap_or_else(|error| panic!("{error}"));
    let keys = bundle.keys;
    let [sample, derived] = keys.try_into().ok().expect("two keys");
    assert_eq!(sample.names.id.as_str(), "test-key-id");
    let also = sample.names.also_opens.iter().map(KeyId::as_str);
    assert_eq!(also.collect::<Vec<_>>(), ["test", ""]);
    assert_eq!(sample.names.label, "Temporal's sample key");
    assert_eq!(sample.usage.formats, ["sdk-samples"]);
    assert_eq!(sample.usage.namespaces, ["dev-*"]);
    assert_eq!(sample.key.expose(), SAMPLE);
    assert_eq!(derived.names, KeyNames::new(KeyId::new("derived")));
    assert_eq!(derived.usage, KeyUse::default());
    assert_eq!(derived.key.expose(), b"a pass phrase");
}

#[track_caller]
fn check_refused(bundle: &[u8], secret: &str, expect: BundleError) {
    let refused = open_bundle(bundle, BundleSecret::new(secret));
    assert_eq!(refused.err(), Some(expect));
}

/// A store with the keys of the test data, one of them retired.
fn store() -> (KeyStore, Vec<Uuid>) {
    let store = KeyStore::in_memory();
    let bundle = open_bundle(FOR_RECIPIENT, BundleSecret::Identity(identity())).unwrap();
    let add = |key: BundleKey| {
        let new = NewKey {
            names: key.names,
            created: Timestamp::UNIX_EPOCH,
            lifetime: Lifetime::SessionOnly,
            usage: key.usage,
        };
        store.import(&new, key.key).unwrap().handle
    };
    let handles = bundle.keys.into_iter().map(add).collect();
    (store, handles)
}

#[test]
fn opens_what_age_and_rage_made() {
    check_content(BY_AGE, BundleSecret::new(PASSPHRASE));
    check_content(BY_PYRAGE, BundleSecret::new(PASSPHRASE));
    check_content(FOR_RECIPIENT, BundleSecret::new(identity()));
    check_content(
        FOR_RECIPIENT,
        BundleSecret::new(&format!(" {}\n", identity())),
    );
    assert_eq!(bundle_lock(BY_AGE), Ok(BundleLock::Passphrase));
    assert_eq!(bundle_lock(BY_PYRAGE), Ok(BundleLock::Passphrase));
    assert_eq!(bundle_lock(FOR_RECIPIENT), Ok(BundleLock::Identity));
}

#[test]
fn what_goes_out_comes_in_the_same() {
    let (store, handles) = store();
    let to = [recipient(IDENTITY_FILE)];
    let bundle = store
        .bundle(&handles, &none(), BundleTo::Recipients(&to))
        .unwrap();
    check_content(&bundle, BundleSecret::Identity(identity()));
    let bundle = store
        .bundle(&handles, &none(), passphrase(PASSPHRASE))
        .unwrap();
    check_content(&bundle, BundleSecret::Passphrase(PASSPHRASE));
    // As it is after a mail program was at it.
    let text = String::from_utf8(bundle).unwrap().replace('\n', "\r\n");
    check_content(
        format!("\r\n{text}\r\n").as_bytes(),
        BundleSecret::Passphrase(PASSPHRASE),
    );
}

#[test]
fn formats_go_along_as_they_are() {
    let (store, handles) = store();
    let formats = BundleFormats::from([
        (
            "ours".to_owned(),
            serde_json::json!({ "encoding": "binary/ours", "later": [1, 2.50] }),
        ),
        ("theirs".to_owned(), serde_json::Value::Null),
    ]);
    let bundle = store.bundle(&handles, &formats, passphrase("p")).unwrap();
    let opened = open_bundle(&bundle, BundleSecret::Passphrase("p")).unwrap();
    assert_eq!(opened.formats, formats);
    assert_eq!(opened.keys.len(), 2);
    // Bundles that were made before have none.
    let before = open_bundle(FOR_RECIPIENT, BundleSecret::Identity(identity())).unwrap();
    assert_eq!(before.formats, none());
    check_bad_content(
        r#"{"version":1,"keys":[],"formats":7}"#,
        BundleError::Damaged,
    );
}

#[test]
fn a_retired_key_goes_along_and_is_active_where_it_arrives() {
    let (store, handles) = store();
    let retired = KeyUse {
        retired: true,
        ..KeyUse::default()
    };
    store.set_usage(handles[0], retired).unwrap();
    let bundle = store
        .bundle(&handles[..1], &none(), passphrase("p"))
        .unwrap();
    let opened = open_bundle(&bundle, BundleSecret::Passphrase("p")).unwrap();
    assert!(!opened.keys[0].usage.retired);
}

#[test]
fn the_wrong_secret_is_named() {
    use BundleError::{
        BadIdentity, NeedsIdentity, NeedsPassphrase, OtherRecipients, WrongPassphrase,
    };
    check_refused(BY_AGE, "wrong", WrongPassphrase);
    check_refused(BY_AGE, "", WrongPassphrase);
    check_refused(BY_AGE, identity(), NeedsPassphrase);
    check_refused(FOR_RECIPIENT, PASSPHRASE, NeedsIdentity);
    check_refused(FOR_RECIPIENT, "AGE-SECRET-KEY-1QQQ", BadIdentity);
    use age::secrecy::ExposeSecret as _;
    let other = age::x25519::Identity::generate().to_string();
    check_refused(FOR_RECIPIENT, other.expose_secret(), OtherRecipients);
}

#[test]
fn what_is_no_bundle_is_named_and_not_quoted() {
    check_refused(b"", PASSPHRASE, BundleError::NotABundle);
    check_refused(b"[{\"id\":\"k\"}]", PASSPHRASE, BundleError::NotABundle);
    let cut = &BY_AGE[..BY_AGE.len() / 2];
    check_refused(cut, PASSPHRASE, BundleError::Damaged);
    let large = vec![b'-'; MAX_BUNDLE_BYTES + 1];
    check_refused(&large, PASSPHRASE, BundleError::TooLarge);
    let mut damaged = FOR_RECIPIENT.to_vec();
    *damaged.last_mut().unwrap() ^= 1;
    check_refused(&damaged, identity(), BundleError::Damaged);
}

proptest! {
    #[test]
    fn a_changed_bundle_is_refused_without_panic(place in 0..FOR_RECIPIENT.len(), bit in 0..8_u8) {
        let mut changed = FOR_RECIPIENT.to_vec();
        changed[place] ^= 1 << bit;
        let opened = open_bundle(&changed, BundleSecret::Identity(identity()));
        prop_assert!(opened.is_err());
        let cut = open_bundle(&FOR_RECIPIENT[..place], BundleSecret::Identity(identity()));
        prop_assert!(cut.is_err());
    }

    #[test]
    fn any_content_is_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(read_content(&bytes).is_err());
        let file = [b"age-encryption.org/v1\n-> ".as_slice(), &bytes, b"\n--- "].concat();
        prop_assert!(open_bundle(&file, BundleSecret::Identity(identity())).is_err());
    }
}

#[track_caller]
fn check_bad_content(json: &str, expect: BundleError) {
    assert_eq!(read_content(json.as_bytes()).err(), Some(expect), "{json}");
}

#[test]
fn other_content_is_refused() {
    use BundleError::{BadKey, Damaged, Empty, TooLarge, TooNew};
    check_bad_content("", Damaged);
    check_bad_content("[]", Damaged);
    check_bad_content(r#"{"version":1}"#, Damaged);
    check_bad_content(r#"{"version":1,"keys":[]}"#, Empty);
    check_bad_content(
        r#"{"version":2,"keys":7}"#,
        TooNew {
            version: 2,
            known: 1,
        },
    );
    let item = |material: &str| format!(r#"{{"id":"k","material":"{material}"}}"#);
    let list = |items: &[String]| format!(r#"{{"version":1,"keys":[{}]}}"#, items.join(","));
    check_bad_content(&list(&[item("YQ=="), item("")]), BadKey { place: 2 });
    check_bad_content(&list(&[item("!")]), BadKey { place: 1 });
    check_bad_content(&list(&vec![item("YQ=="); MAX_BUNDLE_KEYS + 1]), TooLarge);
}

#[test]
fn a_bundle_is_for_somebody_and_whole() {
    let (store, handles) = store();
    let bundle = |handles: &[Uuid], to: BundleTo<'_>| store.bundle(handles, &none(), to).err();
    let sealed = passphrase("p");
    assert_eq!(bundle(&[], sealed), Some(BundleError::Empty));
    assert_eq!(
        bundle(&handles, BundleTo::Recipients(&[])),
        Some(BundleError::ForNobody)
    );
    let texts = [recipient(IDENTITY_FILE), "age1nonsense".to_owned()];
    assert_eq!(
        bundle(&handles, BundleTo::Recipients(&texts)),
        Some(BundleError::BadRecipient { place: 2 })
    );
    let many = vec![recipient(IDENTITY_FILE); MAX_RECIPIENTS];
    let made = store
        .bundle(&handles, &none(), BundleTo::Recipients(&many))
        .unwrap();
    check_content(&made, BundleSecret::Identity(identity()));
    let more = vec![recipient(IDENTITY_FILE); MAX_RECIPIENTS + 1];
    assert_eq!(
        bundle(&handles, BundleTo::Recipients(&more)),
        Some(BundleError::TooManyRecipients)
    );
    let unknown = Uuid::nil();
    assert_eq!(
        bundle(&[handles[0], unknown], sealed),
        Some(BundleError::NoSuchKey(unknown))
    );
    store.lock();
    let locked = bundle(&handles, sealed);
    assert!(matches!(
        locked,
        Some(BundleError::NoSuchKey(_) | BundleError::Key(_))
    ));
}

#[test]
fn nothing_of_a_key_is_in_the_clear() {
    let (store, handles) = store();
    let bundle = store.bundle(&handles, &none(), passphrase("p")).unwrap();
    let text = String::from_utf8(bundle).unwrap();
    for word in ["test-key", "dGVzdC1rZXk", "derived", "sdk-samples"] {
        assert!(!text.contains(word), "{word}");
    }
}
