//! Whole documents, decoded or encoded in place: what `temporal-codec decode` and `encode` do.

use std::sync::Arc;

use codec_server::{EncodeRule, Profile};
use payload_codec::zeroize_stack_once;
use redaction::Report;
use temporal_payload::{Document, NamedDocument, Payload, Role, Slot, UnreadablePayload};

use super::chosen_types::Chosen as ChosenTypes;
use super::payload_rows::Progress;
use super::{Inspector, recognize};
use crate::error::AppError;
use crate::payload;
use crate::payload::view::GivenContext;
use crate::payload::whose::Whose;
use crate::schemas::message_types::MessageTypes;

/// A document after decoding or encoding.
#[derive(Clone, PartialEq, Eq)]
pub struct Transformed {
    /// The same document; outside of the Payloads that were changed, every byte is as it was. Empty where it was handed out.
    pub text: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// How many Payloads were changed.
    pub n_changed: usize,
    /// Payloads that stayed as they were although they should have been changed.
    pub failures: Vec<TransformFailure>,
    /// Payloads that are decoded as far as they go, and still not what a Workflow sees.
    pub notes: Vec<TransformNote>,
    /// Which types messages were read by that something else chose than their own `messageType`, and of how many:
    /// `shop.v1.Charge, by the rule for Activity type ChargeCard, input`.
    pub chosen: Vec<(String, usize)>,
    /// What was taken out, where it is redacted.
    pub redaction: Option<Report>,
}

/// A Payload that nothing here reads: a reference, or encoded by another codec. It is no failure: it is passed through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransformNote {
    /// JSON Pointer to it; empty when the document is the Payload.
    pub pointer: String,
    /// What it is, in a sentence, and what it needs where that is known.
    pub text: String,
    /// Whether it is encoded, and no format in use reads it.
    pub unread: bool,
}

/// A Payload that stayed as it was, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransformFailure {
    /// JSON Pointer to it; empty when the document is the Payload.
    pub pointer: String,
    /// The reason, and what to do now.
    pub error: AppError,
}

/// What a file holds: all of it, or the document that was chosen of several.
pub struct Chosen {
    /// It.
    pub document: Document,
    /// What it was recognized as, where it did not stand there as it is: `Payloads, from a HAR file`.
    pub recognized: Option<String>,
    /// The names of all that there are to choose from, where there are several and none was chosen.
    pub names: Vec<String>,
}

/// Recognizes what a file holds; `number` chooses one document, from 1 on.
///
/// # Errors
/// [`crate::Code::NotRecognized`]; [`crate::Code::BadRequest`] where there is no document of that number.
pub fn choose_document(bytes: Vec<u8>, number: Option<usize>) -> Result<Chosen, AppError> {
    let documents = recognize::bytes(bytes)?;
    let Some(number) = number else {
        let mut names = documents.names();
        if names.len() < 2 {
            names.clear();
        }
        let document = recognize::merged(documents)?;
        return Ok(Chosen {
            recognized: payload::recognized(&document),
            document,
            names,
        });
    };
    let mut each = documents.each();
    let n = each.len();
    if number == 0 || number > n {
        let message = match n {
            1 => "there is 1 document".to_owned(),
            n => format!("there are {n} documents"),
        };
        return Err(AppError::new(crate::Code::BadRequest, message)
            .hint("Choose one by its number; the first is 1."));
    }
    let NamedDocument { document, .. } = each.swap_remove(number - 1);
    Ok(Chosen {
        recognized: payload::recognized(&document),
        document,
        names: Vec::new(),
    })
}

/// Which way to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Take the layers off.
    Decode,
    /// Put the layers on.
    Encode,
    /// Take the layers off, and put others on.
    EncodeAgain,
}

/// How Payloads are written.
#[derive(Clone, Debug)]
pub(crate) enum Spelling {
    /// Canonical proto3 JSON, for programs; those that were not changed stay as they are.
    Canonical,
    /// As [`Payload::to_readable_json`], for people: those that were not encoded as well, and messages by these types.
    Readable(MessageTypes),
}

impl Inspector {
    /// Decodes or encodes every Payload of a document.
    ///
    /// # Errors
    /// [`crate::Code::NotRecognized`] where the bytes hold no Payload.
    pub fn transform(&self, bytes: &[u8], direction: Direction) -> Result<Transformed, AppError> {
        self.transform_for(bytes, direction, None)
    }

    /// As [`Inspector::transform`], with the profile of a Namespace.
    ///
    /// # Errors
    /// As [`Inspector::transform`]; [`crate::Code::InvalidSetting`] where the Namespace is refused.
    pub fn transform_for(
        &self,
        bytes: &[u8],
        direction: Direction,
        namespace: Option<&str>,
    ) -> Result<Transformed, AppError> {
        let document = recognize::merged(recognize::bytes(bytes.to_vec())?)?;
        let mut text = String::new();
        let mut out = |part: &str| text.push_str(part);
        let given = GivenContext::default();
        let done = self.transform_to(&document, direction, namespace, &given, &mut out)?;
        Ok(Transformed { text, ..done })
    }

    /// As [`Inspector::transform_for`], of a document that was recognized, handed out from front to back, so that nobody has to
    /// hold all of it. `given` says whose Payloads it holds, where it does not.
    ///
    /// # Errors
    /// [`crate::Code::InvalidSetting`] where the Namespace is refused. Nothing was handed out then.
    pub fn transform_to(
        &self,
        document: &Document,
        direction: Direction,
        namespace: Option<&str>,
        given: &GivenContext,
        out: &mut dyn FnMut(&str),
    ) -> Result<Transformed, AppError> {
        let profile = self.in_force.profile_of(namespace)?;
        let progress = Progress::new(Arc::default(), &|_| {});
        Ok(transform(
            document,
            &profile,
            &Whose::new(given.into()),
            direction,
            &Spelling::Canonical,
            &progress,
            out,
        ))
    }
}

/// Hands out a document with every Payload decoded or encoded.
pub(crate) fn transform(
    document: &Document,
    profile: &Profile,
    whose: &Whose,
    direction: Direction,
    spelling: &Spelling,
    progress: &Progress<'_>,
    out: &mut dyn FnMut(&str),
) -> Transformed {
    let chain = &profile.chain;
    let budget = chain.budget(document.text().len());
    let echoes = profile.encode == EncodeRule::NoCodec;
    let mut failures = Vec::new();
    let mut notes: Vec<TransformNote> = recognize::left_out(document)
        .map(|text| TransformNote {
            pointer: String::new(),
            text,
            unread: false,
        })
        .into_iter()
        .collect();
    let types = match spelling {
        Spelling::Readable(types) => Some(types.of(document)),
        Spelling::Canonical => None,
    };
    let mut chosen = ChosenTypes::default();
    let mut n_changed = 0;
    let is_wanted = || !progress.is_cancelled();
    let change = |slot: &Slot, payload: Result<Payload, UnreadablePayload>| {
        // Nobody waits for the rest.
        if progress.is_cancelled() {
            return None;
        }
        progress.add(1);
        let chain = &*whose.chain(document, slot, chain);
        let mut fail = |error: AppError| {
            failures.push(TransformFailure {
                pointer: slot.pointer.clone(),
                error,
            });
            None
        };
        let payload = match payload {
            Ok(payload) => payload,
            Err(error) => return fail(payload::unreadable(&error)),
        };
        let changed = match direction {
            Direction::Decode => {
                let decoded = chain.unwrapping(&is_wanted, |chain| {
                    chain.decode_within(payload.clone(), &budget)
                });
                match &decoded.error {
                    Some(error) if !decoded.is_answer() => {
                        return fail(payload::problem(error, &payload));
                    }
                    error => {
                        let text = match error {
                            Some(error) => Some(format!("The next layer stays: {error}.")),
                            None => payload::left(&decoded.payload),
                        };
                        let unread = error.is_none() && payload::is_unread(&decoded.payload);
                        notes.extend(text.map(|text| TransformNote {
                            pointer: slot.pointer.clone(),
                            text,
                            unread,
                        }));
                        let inside = chain.unwrapping(&is_wanted, |chain| {
                            payload::inside(decoded.payload.clone(), chain, &budget)
                        });
                        // What stays inside is told like what stays.
                        for error in &inside.failures {
                            let _ = fail(error.clone());
                        }
                        notes.extend(inside.note.map(|text| TransformNote {
                            pointer: slot.pointer.clone(),
                            text,
                            unread: false,
                        }));
                        inside.payload
                    }
                }
            }
            // The server indexes Search Attributes, so codecs never touch them.
            Direction::Encode | Direction::EncodeAgain if slot.role == Role::SearchAttribute => {
                return None;
            }
            Direction::Encode if echoes => return None,
            Direction::EncodeAgain => {
                let decoded = chain.unwrapping(&is_wanted, |chain| {
                    chain.decode_within(payload.clone(), &budget)
                });
                if let Some(error) = &decoded.error {
                    return fail(payload::problem(error, &payload));
                }
                // A reference, or another codec's: what is in there is not known here.
                if let Some(text) = payload::left(&decoded.payload) {
                    let pointer = slot.pointer.clone();
                    let unread = payload::is_unread(&decoded.payload);
                    notes.push(TransformNote {
                        pointer,
                        text,
                        unread,
                    });
                    return None;
                }
                match chain.encode(decoded.payload) {
                    Ok(encoded) => encoded,
                    Err(error) => return fail(payload::not_encoded(&error)),
                }
            }
            Direction::Encode => match chain.encode(payload.clone()) {
                Ok(encoded) => encoded,
                Err(error) => return fail(payload::not_encoded(&error)),
            },
        };
        n_changed += usize::from(changed != payload);
        let Some(types) = &types else {
            return (changed != payload).then(|| changed.to_json());
        };
        let (readable, stays) = chosen.readable(Some(slot), changed, types);
        notes.extend(stays.map(|text| TransformNote {
            pointer: slot.pointer.clone(),
            text,
            unread: false,
        }));
        Some(readable.to_readable_json())
    };
    let mut bytes = 0;
    let mut out = |text: &str| {
        bytes += text.len() as u64;
        out(text);
    };
    zeroize_stack_once(|| document.write_payload_texts(&mut out, change));
    Transformed {
        text: String::new(),
        bytes,
        n_changed,
        failures,
        notes,
        chosen: chosen.said(),
        redaction: None,
    }
}
