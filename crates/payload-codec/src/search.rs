//! Which key opens this Payload, by which format; and where none does, what is missing.
//!
//! Only authenticated ciphers are tried, so a key that opens it is the right one. Most trials end after one block: a wrong
//! key makes noise of the first bytes, and noise is hardly ever the start of a serialized Payload ([`start`]). That is only
//! a filter: what passes it is authenticated, and what has no such start (data alone) is authenticated always.

mod attempt;

mod limits;

mod outcome;

mod packed;

mod prefix;

use temporal_payload::{Payload, json_text};

use crate::budget::Budget;
use crate::catalogue::envelope::recognize_envelope;
use crate::cipher_name::CipherName;
use crate::codec::PayloadCodec as _;
use crate::codec_name::CodecName;
use crate::compression::by_encoding::CompressionCodec;
use crate::compression_name::Compression;
use crate::context::Context;
use crate::error::CodecError;
use crate::key_id::KeyId;
use crate::spec::{Body, CodecSpec, Derivation, Encoding, Part, Short};
use crate::spec_codec::derive::derivation_work;
use crate::trial::trial;

use attempt::{Attempt, Near, Proven, Search};
pub use limits::{Candidate, MAX_TRIALS, SearchLimits};
use outcome::is_plain;
pub use outcome::{Adoption, Diagnosis, Finding, FoundFormat, Nearest, Verdict};
use prefix::behind_a_prefix;

/// Characters of an encoding that a verdict quotes.
const MAX_SHOWN: usize = 100;

/// Layers of compression around it that are taken off first.
const MAX_LAYERS: usize = 8;

/// Tries what may open a Payload: the formats that it may be written in with the keys that it names, then with every key;
/// then every format's layout under the Payload's own encoding. Compression around it is taken off first. What a chain could
/// open already should have been opened: this is for the layer at which it stopped. `context` is what is known of whose it is.
pub fn diagnose(
    payload: &Payload,
    context: &Context,
    formats: &[(String, CodecSpec)],
    keys: &[Candidate],
    limits: &SearchLimits,
) -> Diagnosis {
    let mut diagnosis = Diagnosis::default();
    let payload = match without_compression(payload, limits, &mut diagnosis.layers) {
        Ok(payload) => payload,
        Err(error) => {
            diagnosis.verdict = Verdict::DamagedLayer(error);
            return diagnosis;
        }
    };
    let layouts = layouts(&payload, formats);
    let mut fitting: Vec<_> = versions(formats)
        .filter(|(_, spec)| spec.claims(&payload))
        .map(|(format, spec)| Attempt::new(Some(format), spec, &payload, false))
        .collect();
    let mut under_own_label: Vec<_> = layouts
        .iter()
        .map(|(format, spec)| Attempt::new(Some(*format), spec, &payload, true))
        .collect();
    let derived = with_other_keys(&payload, &layouts);
    let mut derived: Vec<_> = derived
        .iter()
        .map(|(format, spec)| Attempt::new(Some(*format), spec, &payload, true))
        .collect();
    let packed = packed::under_own_label(&payload);
    let packed: Vec<_> = packed
        .iter()
        .map(|spec| Attempt::new(None, spec, &payload, true))
        .collect();
    for attempts in [&mut fitting, &mut under_own_label, &mut derived] {
        attempts.sort_by_key(|attempt| guesses(&attempt.spec.body, &payload));
    }

    let mut search = Search::new(&payload, context, keys, limits);
    let found = search
        .run(&fitting)
        .or_else(|| search.run(&packed))
        .or_else(|| search.run(&under_own_label))
        .or_else(|| search.run(&derived));
    // They are many, and seldom needed.
    let (layouts_behind, prefixed);
    let found = match found {
        Some(found) => Some(found),
        None => {
            layouts_behind = behind_a_prefix(&layouts, &payload, keys);
            prefixed = layouts_behind
                .iter()
                .map(|(format, spec)| Attempt::new(Some(*format), spec, &payload, true))
                .collect::<Vec<_>>();
            search.run(&prefixed)
        }
    };
    (diagnosis.n_trials, diagnosis.stopped) = (search.n_trials(), search.stopped());
    diagnosis.findings = match found {
        Some((attempt, hits)) => hits
            .into_iter()
            .map(|hit| outcome::finding(attempt, hit, formats, keys, &payload))
            .collect(),
        None => Vec::new(),
    };
    if !diagnosis.findings.is_empty() {
        let by_key = diagnosis.findings.iter().any(|found| found.key.is_some());
        diagnosis.verdict = match by_key {
            true => Verdict::Opens,
            false => Verdict::OpensWithoutKey,
        };
        return diagnosis;
    }
    let near = search.near();
    diagnosis.verdict = verdict(&payload, &fitting, near.as_ref(), keys);
    if needs_a_layout(&diagnosis.verdict) {
        let tried = near
            .map(|near| (near.format, near.spec, near.key))
            .or_else(|| as_named(&fitting, formats, keys));
        diagnosis.nearest = tried.map(|(format, spec, place)| {
            let key = place.map(|place| &keys[place]);
            let key = key.and_then(|key| Some((key.ids.first()?, &key.key)));
            Nearest {
                key: place,
                format,
                trial: trial(&spec, &formats[format].0, key, &payload, context),
            }
        });
    }
    diagnosis
}

/// Whether the steps of one trial say more than the verdict does.
fn needs_a_layout(verdict: &Verdict) -> bool {
    match verdict {
        Verdict::RightKey { .. }
        | Verdict::OtherInside { .. }
        | Verdict::WrongKeyOrDamaged { .. } => true,
        Verdict::Opens
        | Verdict::OpensWithoutKey
        | Verdict::UnknownKey { .. }
        | Verdict::Truncated { .. }
        | Verdict::NotEncrypted { .. }
        | Verdict::OtherScheme { .. }
        | Verdict::NeedsKeyService(_)
        | Verdict::DamagedLayer(_) => false,
    }
}

/// The trial that the Payload and the settings ask for: the key that it names, or the only one, with a format that this key is
/// used with. A key that is long in the making is not made a second time for it.
fn as_named(
    fitting: &[Attempt<'_>],
    formats: &[(String, CodecSpec)],
    keys: &[Candidate],
) -> Option<(usize, CodecSpec, Option<usize>)> {
    fitting.iter().find_map(|attempt| {
        let format = attempt.format?;
        let is_asked_for = |key: &&Candidate| {
            let named = attempt.named();
            let is_named = named.map_or(keys.len() == 1, |id| key.ids.contains(id));
            is_named && key.formats.contains(&formats[format].0)
        };
        let place = keys.iter().position(|key| is_asked_for(&key))?;
        let quick = derivation_work(&attempt.spec.key, attempt.payload) == 0;
        quick.then(|| (format, attempt.spec.clone(), Some(place)))
    })
}

fn without_compression(
    payload: &Payload,
    limits: &SearchLimits,
    layers: &mut Vec<CodecName>,
) -> Result<Payload, CodecError> {
    let budget = Budget::new(u64::MAX);
    let mut allowance = budget.allow(limits.payload_bytes);
    let mut payload = payload.clone();
    let codecs = Compression::READ.map(CompressionCodec);
    while let Some(codec) = codecs.iter().find(|codec| codec.claims(&payload)) {
        if layers.len() == MAX_LAYERS {
            return Err(CodecError::TooManyLayers { limit: MAX_LAYERS });
        }
        payload = codec.open(&payload, &mut allowance)?.payload;
        layers.push(codec.name());
    }
    Ok(payload)
}

/// Every layout of every format that can be tried: without a tag, a wrong key may give bytes that look like data.
fn versions(formats: &[(String, CodecSpec)]) -> impl Iterator<Item = (usize, &CodecSpec)> {
    let formats = formats.iter().enumerate();
    formats
        .flat_map(|(format, (_, spec))| spec.versions().map(move |spec| (format, spec)))
        .filter(|(_, spec)| spec.cipher != CipherName::AesCbc)
}

/// The layouts that take the secret as it is, with keys that people make of theirs, the likeliest first: SHA-256 of it, and
/// zero bytes behind or in front of it.
fn with_other_keys(payload: &Payload, layouts: &[(usize, CodecSpec)]) -> Vec<(usize, CodecSpec)> {
    let padded = |short| Derivation::Joined {
        parts: vec![Part::Secret],
        bytes: 32,
        short,
        hash: None,
    };
    let derivations = [
        Derivation::Sha256,
        padded(Short::ZerosBehind),
        padded(Short::ZerosBefore),
    ];
    let plain: Vec<_> = layouts
        .iter()
        .filter(|(_, spec)| spec.key == Derivation::Secret)
        .collect();
    derivations
        .iter()
        .flat_map(|key| plain.iter().map(move |layout| (key.clone(), layout)))
        .map(|(key, (format, spec))| {
            let spec = CodecSpec {
                key,
                key_id: key_id_name(spec, payload),
                ..spec.clone()
            };
            (*format, spec)
        })
        .collect()
}

/// Every format as if it were written under the Payload's own label, with what else it asks for left out. None for labels
/// that are known to hold something else.
fn layouts(payload: &Payload, formats: &[(String, CodecSpec)]) -> Vec<(usize, CodecSpec)> {
    let Some(encoding) = payload.encoding().filter(|encoding| !is_plain(encoding)) else {
        return Vec::new();
    };
    versions(formats)
        // Without a tag, nothing would tell the layout from any other; and each value by itself has no label.
        .filter(|(_, spec)| spec.authenticates() && spec.body != Body::Values)
        .map(|(format, spec)| {
            let spec = CodecSpec {
                otherwise: None,
                encoding: Encoding::One(encoding.to_owned()),
                require: Vec::new(),
                forbid: Vec::new(),
                key_id: key_id_name(spec, payload),
                ..spec.clone()
            };
            (format, spec)
        })
        .collect()
}

/// The metadata that names the key: the format's, or else what is called so.
fn key_id_name(spec: &CodecSpec, payload: &Payload) -> Option<String> {
    let has = |name: &&String| payload.metadata.contains_key(*name);
    let looks_so = |name: &&String| {
        let name = name.to_ascii_lowercase();
        name.contains("key") && name.contains("id")
    };
    let named = spec.key_id.as_ref().filter(has);
    named
        .or_else(|| payload.metadata.keys().find(looks_so))
        .cloned()
}

/// Nothing that was sealed reads as JSON.
fn is_json(data: &[u8]) -> bool {
    std::str::from_utf8(data).is_ok_and(json_text::is_json)
}

/// How much a format would have to guess: whatever is sealed can be taken for data alone, so that comes last, unless the
/// Payload says what the data was.
fn guesses(body: &Body, payload: &Payload) -> u8 {
    let kept = |name: &String| payload.metadata.contains_key(name);
    match body {
        Body::Data {
            original_encoding: Some(name),
            ..
        } if kept(name) => 0,
        Body::Payload | Body::Json | Body::Values => 1,
        Body::Data { .. } => 2,
    }
}

/// Why nothing opens it.
fn verdict(
    payload: &Payload,
    fitting: &[Attempt<'_>],
    near: Option<&Near>,
    keys: &[Candidate],
) -> Verdict {
    if let Some(near) = near {
        let key = near.key.and_then(|place| keys.get(place));
        let id = key.and_then(|key| key.ids.first()).cloned();
        return match near.proven {
            Proven::KeyAndNonce => Verdict::RightKey { id },
            Proven::Tag => Verdict::OtherInside { id },
        };
    }
    if let Some(envelope) = recognize_envelope(payload) {
        return Verdict::NeedsKeyService(envelope);
    }
    if fitting.is_empty() {
        return match payload.encoding() {
            Some(encoding) if !is_plain(encoding) && !is_json(&payload.data) => {
                Verdict::OtherScheme {
                    encoding: encoding.chars().take(MAX_SHOWN).collect(),
                }
            }
            encoding => Verdict::NotEncrypted {
                encoding: encoding.map(|encoding| encoding.chars().take(MAX_SHOWN).collect()),
            },
        };
    }
    if fitting.iter().all(Attempt::is_too_short) {
        return Verdict::Truncated {
            bytes: payload.data.len(),
        };
    }
    let named = fitting.iter().find_map(|attempt| attempt.named());
    match named {
        Some(id) if keys.iter().any(|key| key.ids.contains(id)) => Verdict::WrongKeyOrDamaged {
            id: Some(id.clone()),
        },
        Some(id) => Verdict::UnknownKey { id: id.clone() },
        None if keys.is_empty() => Verdict::UnknownKey { id: KeyId::new("") },
        None => Verdict::WrongKeyOrDamaged { id: None },
    }
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod near_tests;

#[cfg(test)]
mod packed_tests;

#[cfg(test)]
mod prefix_tests;
