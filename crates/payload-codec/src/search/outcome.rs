//! What a search found, and what using it from now on would change.

use std::fmt;

use temporal_payload::{Payload, encodings, shown_name};

use super::attempt::{Attempt, Hit, sealing_data};
use super::limits::Candidate;
use crate::catalogue::envelope::UnsupportedEnvelope;
use crate::codec_name::CodecName;
use crate::error::CodecError;
use crate::key_id::KeyId;
use crate::spec::{Body, CodecSpec, HeaderPart};
use crate::trial::Trial;

/// What is known about a Payload that does not open.
#[derive(Clone, Debug, Default)]
pub struct Diagnosis {
    /// In one word.
    pub verdict: Verdict,
    /// What opens it: nothing, or one format with the keys that do. Several are the same key under several ids.
    pub findings: Vec<Finding>,
    /// Compression around it that was taken off first, outermost first.
    pub layers: Vec<CodecName>,
    /// Where nothing opens it: the trial that came nearest, for showing it stage by stage.
    pub nearest: Option<Nearest>,
    /// Keys that were tried, each time with one format.
    pub n_trials: u32,
    /// Whether trials ended at a bound, so that something untried may open it.
    pub stopped: bool,
}

/// What is the matter with a Payload. `Display` says it to people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// One of your keys opens it.
    Opens,
    /// A format reads it that takes none of your keys: it is only compressed, or its key comes with it.
    OpensWithoutKey,
    /// No key at hand has the id that it names; the empty id where it names none.
    UnknownKey {
        /// The id.
        id: KeyId,
    },
    /// No tag matches: another key sealed it, or it is damaged.
    WrongKeyOrDamaged {
        /// The key that it names, and that is at hand.
        id: Option<KeyId>,
    },
    /// The tag does not match, yet the text under it reads as text: key and nonce are right, additional data or data is not.
    RightKey {
        /// The key's own id; `None` where the format takes no key.
        id: Option<KeyId>,
    },
    /// The tag matches, and what is inside does not have the form that the format says.
    OtherInside {
        /// The key's own id; `None` where the format takes no key.
        id: Option<KeyId>,
    },
    /// Too short to hold a nonce and a tag.
    Truncated {
        /// Its data's length in bytes.
        bytes: usize,
    },
    /// It is in the clear.
    NotEncrypted {
        /// Its encoding, without the compression around it.
        encoding: Option<String>,
    },
    /// No format at hand is written under its encoding, and no layout of one opens it.
    OtherScheme {
        /// The encoding.
        encoding: String,
    },
    /// A format that is known by sight, and what it needs.
    NeedsKeyService(UnsupportedEnvelope),
    /// Compression around it cannot be taken off.
    DamagedLayer(CodecError),
}

impl Default for Verdict {
    fn default() -> Self {
        Verdict::NotEncrypted { encoding: None }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Opens => f.write_str("one of your keys opens it"),
            Verdict::OpensWithoutKey => f.write_str("a format reads it, and no key of yours is needed"),
            Verdict::UnknownKey { id } if id.as_str().is_empty() => {
                f.write_str("it names no key, and you have none to try")
            }
            Verdict::UnknownKey { id } => {
                write!(f, "it names key \"{id}\", which you do not have, and no other key opens it")
            }
            Verdict::WrongKeyOrDamaged { id: Some(id) } => write!(
                f,
                "key \"{id}\" does not open it, nor does any other: it was encrypted with another key of that id or in another format, or the data is damaged"
            ),
            Verdict::WrongKeyOrDamaged { id: None } => {
                f.write_str("it names no key, and none of your keys opens it: the right one or the format is missing, or the data is damaged")
            }
            Verdict::RightKey { id } => write!(
                f,
                "{} and the nonce are right, but the additional data or the data is not: the tag does not match",
                the_key(id.as_ref())
            ),
            Verdict::OtherInside { id } => write!(
                f,
                "{} opens it, but what is inside does not have the form that the format says",
                the_key(id.as_ref())
            ),
            Verdict::Truncated { bytes } => write!(
                f,
                "its {bytes} bytes of data are too short for a nonce and a tag: it was cut off"
            ),
            Verdict::NotEncrypted {
                encoding: Some(encoding),
            } => write!(f, "it is not encrypted: its encoding is \"{}\"", shown_name(encoding)),
            Verdict::NotEncrypted { encoding: None } => {
                f.write_str("it is not encrypted, or its metadata is missing: it has no encoding")
            }
            Verdict::OtherScheme { encoding } => write!(
                f,
                "no format uses the encoding \"{}\", and none opens it under that label",
                shown_name(encoding)
            ),
            Verdict::NeedsKeyService(envelope) => write!(f, "it is {envelope}"),
            Verdict::DamagedLayer(error) => write!(f, "{error}"),
        }
    }
}

fn the_key(id: Option<&KeyId>) -> String {
    match id {
        Some(id) if !id.as_str().is_empty() => format!("key \"{id}\""),
        Some(_) => "the key with the empty id".to_owned(),
        None => "the key".to_owned(),
    }
}

/// One trial of a key with a format, where none opens it.
#[derive(Clone, Debug)]
pub struct Nearest {
    /// Which key, by its place among the candidates; `None` where the format takes no key of ours.
    pub key: Option<usize>,
    /// Which format, by its place among the formats.
    pub format: usize,
    /// What became of it, as the trial of that format says it.
    pub trial: Trial,
}

/// A key and a format that open it.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Which key, by its place among the candidates; `None` where the format takes no key of ours.
    pub key: Option<usize>,
    /// The id that the Payload names, where it names one.
    pub named: Option<KeyId>,
    /// Which format.
    pub format: FoundFormat,
    /// What must change so that it opens from now on.
    pub adoption: Adoption,
    /// What is inside: one layer further in.
    pub opened: Payload,
}

/// A format that opens it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FoundFormat {
    /// One of the formats that were given, by its place among them.
    Listed(usize),
    /// The layout of one of them, under the Payload's own encoding.
    Layout {
        /// Its place among the formats; none for what is only compressed.
        of: Option<usize>,
        /// A name for the new format that none of the given has.
        name: String,
        /// The new format.
        spec: Box<CodecSpec>,
    },
}

/// What must change so that a Payload opens from now on. Where nothing must, it is a setting elsewhere that keeps the key from
/// being tried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Adoption {
    /// An id that the key must answer to.
    pub also_opens: Option<KeyId>,
    /// A format that the key must be used with.
    pub format: Option<String>,
    /// Whether that format is new.
    pub is_new: bool,
}

pub(super) fn finding(
    attempt: &Attempt<'_>,
    hit: Hit,
    formats: &[(String, CodecSpec)],
    keys: &[Candidate],
    payload: &Payload,
) -> Finding {
    let key = hit.key.map(|key| &keys[key]);
    let (format, name) = match attempt.format {
        Some(listed) if !attempt.borrowed => {
            (FoundFormat::Listed(listed), formats[listed].0.clone())
        }
        of => {
            let name = new_name(payload.encoding().unwrap_or_default(), formats);
            let spec = Box::new(own_spec(attempt.spec, hit.only_data, key, payload));
            let format = FoundFormat::Layout {
                of,
                name: name.clone(),
                spec,
            };
            (format, name)
        }
    };
    let answers = |id: &KeyId| key.is_none_or(|key| key.ids.contains(id));
    let somebody_else = |id: &KeyId| keys.iter().any(|key| key.ids.contains(id));
    // Without an id every key is tried, unless one of them has the empty id.
    let named = attempt.id.as_ref();
    let written = attempt.spec.key_id.as_ref();
    let written = written.is_some_and(|name| payload.metadata.contains_key(name));
    let named = named.filter(|id| !id.as_str().is_empty() || (written && somebody_else(id)));
    let needed = named.unwrap_or(&hit.id);
    let also_opens = (!attempt.spec.any_key && !answers(needed)).then(|| needed.clone());
    let format_is_new = attempt.borrowed;
    let used = key.is_none_or(|key| key.formats.contains(&name));
    Finding {
        key: hit.key,
        named: attempt.named().cloned(),
        format,
        adoption: Adoption {
            also_opens,
            format: (format_is_new || !used).then_some(name),
            is_new: format_is_new,
        },
        opened: hit.payload,
    }
}

/// The layout's spec with what can be told from one Payload: which metadata names the key, and which the original encoding.
fn own_spec(
    layout: &CodecSpec,
    only_data: bool,
    key: Option<&Candidate>,
    payload: &Payload,
) -> CodecSpec {
    let mut spec = if only_data {
        sealing_data(layout)
    } else {
        layout.clone()
    };
    let texts = || {
        let metadata = payload.metadata.iter();
        metadata.filter_map(|(name, value)| Some((name, std::str::from_utf8(value).ok()?)))
    };
    if let (None, Some(key)) = (&spec.key_id, key) {
        let is_id = |text: &str| key.ids.iter().any(|id| id.as_str() == text);
        let names_it = texts().find(|(_, text)| !text.is_empty() && is_id(text));
        spec.key_id = names_it.map(|(name, _)| name.clone());
        if let (None, [HeaderPart::Skip(bytes)]) = (&spec.key_id, &spec.header[..]) {
            // What stands in front may be its id.
            let header = vec![HeaderPart::KeyId(*bytes)];
            let naming = CodecSpec {
                header,
                ..spec.clone()
            };
            let named = naming.named_key(payload);
            if named.is_some_and(|id| key.ids.contains(&id)) {
                spec = naming;
            }
        }
    }
    if let Body::Data {
        original_encoding, ..
    } = &mut spec.body
        && !matches!(spec.encoding, crate::spec::Encoding::Marked(_))
        && !original_encoding
            .as_ref()
            .is_some_and(|name| payload.metadata.contains_key(name))
    {
        let keeps_it = texts().find(|(name, text)| *name != "encoding" && is_plain(text));
        *original_encoding = keeps_it.map(|(name, _)| name.clone());
    }
    spec
}

/// `binary/acme-v2?x` → `acme-v2-x`, with a number behind it where the name is taken.
fn new_name(encoding: &str, formats: &[(String, CodecSpec)]) -> String {
    let last = encoding.rsplit_once('/').map_or(encoding, |(_, last)| last);
    let mut name = String::new();
    for character in last.chars().take(40) {
        if character.is_ascii_alphanumeric() {
            name.push(character.to_ascii_lowercase());
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
    }
    let name = name.trim_end_matches('-');
    let name = if name.is_empty() { "custom" } else { name };
    let taken = |name: &str| formats.iter().any(|(taken, _)| taken == name);
    std::iter::once(name.to_owned())
        .chain((2..).map(|number| format!("{name}-{number}")))
        .find(|name| !taken(name))
        .expect("there are more numbers than formats")
}

/// Whether what has this encoding is in the clear.
pub(super) fn is_plain(encoding: &str) -> bool {
    matches!(
        encoding,
        encodings::JSON_PLAIN
            | encodings::JSON_PROTOBUF
            | encodings::BINARY_PROTOBUF
            | encodings::BINARY_PLAIN
            | encodings::BINARY_NULL
            | "json/external-storage-reference"
    )
}
