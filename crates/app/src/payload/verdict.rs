//! The verdict on a Payload, in a sentence: what took its layers off, or why not.

use payload_codec::{CipherName, CodecName};

use super::layers::shown;
use super::outcome::{Read, foreign};
use crate::hints;
use crate::plan::names::Names;

pub(super) fn verdict(read: &Read, names: &Names) -> String {
    let Read { decoded, .. } = read;
    if let Some(error) = &decoded.error {
        return hints::sentence(&error.to_string());
    }
    if let Some(words) = foreign(&decoded.payload) {
        return words;
    }
    let words: Vec<String> = decoded
        .steps
        .iter()
        .map(|step| {
            let format = step.format.as_deref().and_then(|name| names.format(name));
            // Nobody finds a key in a list by an id that it only answers to as well; the layer has that one.
            let key = |id| shown(names.listed_as(id).unwrap_or(id));
            match (&step.key_id, &step.format, format) {
                (Some(id), _, None) => format!("decrypted with key {}", key(id)),
                (Some(id), _, Some(format)) => {
                    format!("decrypted with key {} ({format})", key(id))
                }
                (None, Some(_), format) => {
                    let format = format.unwrap_or_default();
                    match step.codec {
                        CodecName::Sealed(CipherName::None) => format!("unpacked as {format}"),
                        CodecName::Sealed(_) => format!("decrypted as {format}"),
                        compression @ (CodecName::Zlib
                        | CodecName::Gzip
                        | CodecName::Snappy
                        | CodecName::Zstd
                        | CodecName::Brotli
                        | CodecName::Lz4
                        | CodecName::Compressed) => {
                            format!("unpacked from {compression} ({format})")
                        }
                    }
                }
                (None, None, _) => format!("unpacked from {}", step.codec),
            }
        })
        .collect();
    if words.is_empty() {
        "Not encoded.".to_owned()
    } else {
        hints::sentence(&words.join(", then "))
    }
}
