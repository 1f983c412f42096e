//! Why a format's rule does not match a Payload.

use temporal_payload::{METADATA_ENCODING, Payload, shown_name};

use crate::spec::restore::filled;
use crate::spec::{CodecSpec, Encoding};

/// In words, where the match rule of a format does not fit a Payload.
pub(super) fn mismatches(spec: &CodecSpec, payload: &Payload) -> Vec<String> {
    let mut found = Vec::new();
    let expected = match &spec.encoding {
        Encoding::One(encoding) => std::slice::from_ref(encoding),
        Encoding::AnyOf(encodings) => encodings,
        Encoding::Marked(marker) => {
            if !spec.claims(payload) {
                let name = shown_name(&marker.marker);
                found.push(format!("metadata \"{name}\" does not mark it"));
            }
            return found;
        }
        Encoding::None => {
            if !payload.metadata.is_empty() {
                found.push("the Payload has metadata, and the format writes none".to_owned());
            }
            return found;
        }
    };
    match payload.encoding() {
        Some(encoding) if expected.iter().any(|expected| expected == encoding) => {}
        Some(encoding) => {
            let encoding: String = encoding.chars().take(64).collect();
            found.push(format!("encoding is \"{encoding}\""));
        }
        None => found.push(format!("no \"{METADATA_ENCODING}\" in metadata")),
    }
    let missing = spec.require.iter().filter(|name| !filled(payload, name));
    found.extend(missing.map(|name| format!("no \"{name}\" in metadata")));
    let forbidden = spec.forbid.iter().filter(|name| filled(payload, name));
    found.extend(forbidden.map(|name| format!("\"{name}\" is in metadata")));
    found
}
