//! Formats of the gallery with a salt that stands for each project's own: nothing is encoded with it, and where nothing opens, that is
//! the reason.

use zeroize::Zeroizing;

use super::*;
use crate::catalogue::presets::preset;
use crate::chain::{CodecChain, Limits};
use crate::key::Keyring;
use crate::spec::{PLACEHOLDER_SALT, Part};

fn spec(name: &str, salt: &str) -> CodecSpec {
    let mut spec = preset(name).expect("a preset").spec;
    let Derivation::Pbkdf2 { salt: its, .. } = &mut spec.key else {
        panic!("a key of a password")
    };
    *its = vec![Part::Hex(salt.to_owned())];
    spec
}

fn codec(spec: &CodecSpec) -> Arc<dyn PayloadCodec> {
    let mut keys = Keyring::default();
    let secret = Zeroizing::new(b"a passphrase of people".to_vec());
    let id = KeyId::new("k1");
    keys.insert(
        id.clone(),
        SecretKey::of_any_length(secret).expect("a secret"),
    );
    build(spec, "theirs", Arc::new(keys), Some(id)).expect("sound")
}

fn plain() -> Payload {
    Payload {
        metadata: [("encoding".to_owned(), b"json/plain".to_vec())].into(),
        data: "\"order\"".into(),
        ..Payload::default()
    }
}

fn open(spec: &CodecSpec, payload: &Payload) -> Result<Payload, CodecError> {
    let chain = CodecChain::new(vec![codec(spec)], Vec::new(), Limits::default());
    let decoded = chain.decode(payload.clone());
    decoded.error.map_or(Ok(decoded.payload), Err)
}

#[test]
fn where_nothing_opens_the_placeholder_is_the_reason() {
    let own = spec("spring-stronger", "5c0744940b5c369b");
    assert!(own.encodes() && !own.has_placeholder_salt());
    let sealed = codec(&own).encode(&plain()).expect("encodes");
    let sealed = sealed.expect("seals");
    assert_eq!(open(&own, &sealed), Ok(plain()));
    for name in ["spring-stronger", "spring-standard"] {
        let gallery = preset(name).expect("a preset").spec;
        assert_eq!(gallery, spec(name, PLACEHOLDER_SALT));
        let error = open(&gallery, &sealed).expect_err("another salt");
        assert_eq!(
            error.to_string(),
            "key \"k1\" does not open it in this format, whose salt is a placeholder for the project's own"
        );
        // A salt of its own is another matter: then it may be the key.
        let other = spec(name, "5c0744940b5c369c");
        let error = open(&other, &sealed).expect_err("another salt");
        assert!(!matches!(error, CodecError::PlaceholderSalt(_)), "{error}");
    }
}

#[test]
fn nothing_is_encoded_with_a_placeholder() {
    let gallery = preset("spring-stronger").expect("a preset").spec;
    assert!(!gallery.encodes() && gallery.has_placeholder_salt());
    assert!(codec(&gallery).encode(&plain()).is_err());
}
