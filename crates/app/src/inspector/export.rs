//! A document as it is handed on: encoded under another key, decoded for programs or for people, or without its values.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use codec_server::Profile;
use payload_codec::zeroize_stack_once;
use redaction::{At, Rules, Secret, redact_document};
use temporal_payload::{Document, Payload};

use super::chosen_types::Chosen;
use super::documents::{Inspection, UnderWay};
use super::export_view::{ExportForm, ExportPreview, LeftOutView, PreviewExportRequest};
use super::files_view::{SaveDocumentRequest, SavedView};
use super::payload_rows::{Cancelled, Progress};
use super::transform::{Direction, Spelling, Transformed, transform};
use super::{InspectionProgress, Inspector};
use crate::error::{AppError, Code};
use crate::files::view::FilePurpose;
use crate::payload;
use crate::payload::view::GivenContext;
use crate::payload::whose::Whose;
use crate::schemas::message_types::MessageTypes;

/// Bytes of an export that are shown before it is written.
const PREVIEW_BYTES: usize = 16 << 10;

/// What a document is exported as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Export {
    /// With every Payload encoded under one key, as a colleague's or another environment's Codec Server reads it.
    Encoded {
        /// The key's id.
        key: String,
    },
    /// With decoded Payloads in base64, as programs read them, a Replayer among them.
    Decoded,
    /// With the JSON of Payloads in its place, for people.
    Readable,
    /// As that, without what these rules mean.
    Redacted {
        /// As [`Rules::new`] reads them.
        rules: Vec<String>,
    },
}

/// What is needed for it, made before anything is decoded.
enum Prepared {
    Transform(Box<Profile>, Direction, Spelling),
    Redact(Box<Profile>, Rules, Box<Secret>, MessageTypes),
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl Inspector {
    /// Exports a document that nobody has open, and hands it out from front to back. `given` says whose Payloads it holds, where it
    /// does not.
    ///
    /// # Errors
    /// [`Code::InvalidSetting`] where the Namespace or a rule is refused, [`Code::KeyNotFound`], [`Code::NotEncoded`]. Nothing was
    /// handed out then.
    pub fn export(
        &self,
        document: &Document,
        export: &Export,
        namespace: Option<&str>,
        given: &GivenContext,
        out: &mut dyn FnMut(&str),
    ) -> Result<Transformed, AppError> {
        let prepared = self.prepare(export, namespace)?;
        let progress = Progress::new(Arc::default(), &|_| {});
        let whose = Whose::new(given.into());
        exported(document, &prepared, &whose, &progress, out).map_err(cancelled)
    }

    /// See the command table. What cannot be decoded stays as it is, or is left out of what is redacted.
    ///
    /// # Errors
    /// [`Code::DocumentClosed`], [`Code::InvalidSetting`] where the Namespace or a rule is refused, [`Code::KeyNotFound`],
    /// [`Code::NotEncoded`], [`Code::Cancelled`], [`Code::File`].
    pub fn save_document(&self, request: SaveDocumentRequest) -> Result<SavedView, AppError> {
        let file = self
            .tickets
            .redeem(&request.file, FilePurpose::SaveDocument)?;
        let export = export_of(
            request.form.unwrap_or_default(),
            request.rules.unwrap_or_default(),
            request.key,
        )?;
        let mut text = String::new();
        let mut out = |part: &str| text.push_str(part);
        let exported = self.export_open(request.document, &export, request.ticket, &mut out)?;
        file.write(text.as_bytes())?;
        let path = file.path().display().to_string();
        file.spend();
        let redaction = exported.redaction.unwrap_or_default();
        Ok(SavedView {
            path,
            bytes: exported.bytes,
            n_decoded: count(exported.n_changed),
            n_failed: count(exported.failures.len()),
            n_values: count(redaction.n_values),
            n_left_out: count(redaction.n_left_out),
        })
    }

    /// See the command table.
    ///
    /// # Errors
    /// As [`Inspector::save_document`], but for the file.
    pub fn preview_export(&self, request: PreviewExportRequest) -> Result<ExportPreview, AppError> {
        let export = export_of(request.form, request.rules, request.key)?;
        let mut start = String::new();
        let mut is_whole = true;
        // A part may be long: what is not shown is not kept.
        let mut out = |part: &str| {
            let room = PREVIEW_BYTES.saturating_sub(start.len());
            let shown = &part[..boundary(part, room)];
            if is_whole {
                start.push_str(shown);
                is_whole = shown.len() == part.len();
            }
        };
        let exported = self.export_open(request.document, &export, request.ticket, &mut out)?;
        let is_redacted = exported.redaction.is_some();
        let redaction = exported.redaction.unwrap_or_default();
        let left_out = redaction.left_out.into_iter().take(5);
        let kept = redaction::KEPT.iter().filter(|_| is_redacted);
        Ok(ExportPreview {
            start: start.into(),
            is_whole,
            bytes: exported.bytes,
            n_changed: count(exported.n_changed),
            n_failed: count(exported.failures.len()),
            n_values: count(redaction.n_values),
            n_left_out: count(redaction.n_left_out),
            left_out: left_out
                .map(|left_out| LeftOutView {
                    pointer: left_out.pointer.into(),
                    why: left_out.why.into(),
                })
                .collect(),
            kept: kept.map(|kept| (*kept).to_owned()).collect(),
        })
    }

    fn export_open(
        &self,
        number: u32,
        export: &Export,
        ticket: Option<u32>,
        out: &mut dyn FnMut(&str),
    ) -> Result<Transformed, AppError> {
        let inspection = self.documents.get(number)?;
        let cancel = Arc::new(AtomicBool::new(false));
        let _under_way =
            ticket.map(|ticket| UnderWay::new(&self.documents, ticket, cancel.clone()));
        let tell = self.telling(&inspection, ticket);
        let progress = Progress::new(cancel, &tell);
        self.export_within(&inspection, export, &progress, out)
    }

    /// Tells how many Payloads of a document are done, where somebody waits for it.
    pub(super) fn telling(
        &self,
        inspection: &Inspection,
        ticket: Option<u32>,
    ) -> impl Fn(usize) + Sync {
        let total = count(inspection.document.slots().len());
        move |done| {
            if let Some(ticket) = ticket {
                self.progress.tell(InspectionProgress {
                    ticket,
                    done: count(done).min(total),
                    total,
                });
            }
        }
    }

    /// An open document, with a progress that the caller tells.
    pub(super) fn export_within(
        &self,
        inspection: &Inspection,
        export: &Export,
        progress: &Progress<'_>,
        out: &mut dyn FnMut(&str),
    ) -> Result<Transformed, AppError> {
        let prepared = self.prepare(export, inspection.namespace.as_deref())?;
        let document = &inspection.document;
        exported(document, &prepared, &inspection.whose, progress, out).map_err(cancelled)
    }

    fn prepare(&self, export: &Export, namespace: Option<&str>) -> Result<Prepared, AppError> {
        let transform = |profile, direction, spelling| {
            Ok(Prepared::Transform(Box::new(profile), direction, spelling))
        };
        match export {
            Export::Decoded => {
                let profile = self.in_force.profile_of(namespace)?;
                transform(profile, Direction::Decode, Spelling::Canonical)
            }
            Export::Readable => {
                let profile = self.in_force.profile_of(namespace)?;
                let readable = Spelling::Readable(self.in_force.message_types(namespace));
                transform(profile, Direction::Decode, readable)
            }
            Export::Encoded { key } => {
                let profile = self.in_force.profile_encoding_with(namespace, key)?;
                transform(profile, Direction::EncodeAgain, Spelling::Canonical)
            }
            Export::Redacted { rules } => {
                let rules = Rules::new(rules).map_err(|error| {
                    AppError::new(Code::InvalidSetting, error.to_string())
                        .hint("Rules are everything, $.path, key:NAME, value:email, value:card, value:jwt and value:PATTERN.")
                })?;
                let secret = Secret::fresh()
                    .map_err(|error| AppError::new(Code::Internal, error.to_string()))?;
                let profile = self.in_force.profile_of(namespace)?;
                let types = self.in_force.message_types(namespace);
                Ok(Prepared::Redact(
                    Box::new(profile),
                    rules,
                    Box::new(secret),
                    types,
                ))
            }
        }
    }
}

/// The last end of a character up to there.
fn boundary(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at)
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0)
}

/// What a window asks for.
fn export_of(
    form: ExportForm,
    rules: Vec<String>,
    key: Option<String>,
) -> Result<Export, AppError> {
    Ok(match form {
        ExportForm::Decoded => Export::Decoded,
        ExportForm::Readable => Export::Readable,
        ExportForm::Redacted => Export::Redacted { rules },
        ExportForm::Encoded => Export::Encoded {
            key: key.ok_or_else(|| {
                AppError::new(Code::NotEncoded, "no key was chosen to encode with")
                    .hint("Choose a key, or add one in Keys.")
            })?,
        },
    })
}

fn exported(
    document: &Document,
    prepared: &Prepared,
    whose: &Whose,
    progress: &Progress<'_>,
    out: &mut dyn FnMut(&str),
) -> Result<Transformed, Cancelled> {
    let exported = match prepared {
        Prepared::Transform(profile, direction, spelling) => transform(
            document, profile, whose, *direction, spelling, progress, out,
        ),
        Prepared::Redact(profile, rules, secret, types) => {
            let how = Redacting {
                profile,
                whose,
                rules,
                secret,
                types,
            };
            redacted(document, &how, progress, out)
        }
    };
    match progress.is_cancelled() {
        true => Err(Cancelled),
        false => Ok(exported),
    }
}

/// What a redacted export is made with.
struct Redacting<'a> {
    profile: &'a Profile,
    whose: &'a Whose,
    rules: &'a Rules,
    secret: &'a Secret,
    types: &'a MessageTypes,
}

fn redacted(
    document: &Document,
    how: &Redacting<'_>,
    progress: &Progress<'_>,
    out: &mut dyn FnMut(&str),
) -> Transformed {
    let chain = &how.profile.chain;
    let budget = chain.budget(document.text().len());
    let types = how.types.of(document);
    let mut chosen = Chosen::default();
    let mut n_changed = 0;
    let is_wanted = || !progress.is_cancelled();
    let mut decode = |at: At, sent: Payload| {
        if progress.is_cancelled() {
            return Err(String::new());
        }
        progress.add(1);
        let slot = document.slots().get(at.slot);
        let chain = slot.map_or(Cow::Borrowed(chain), |slot| {
            how.whose.chain(document, slot, chain)
        });
        let decoded = chain.unwrapping(&is_wanted, |chain| {
            chain.decode_within(sent.clone(), &budget)
        });
        if let Some(error) = &decoded.error {
            return Err(payload::problem(error, &sent).message);
        }
        if let Some(left) = payload::hidden(&decoded.payload) {
            return Err(left);
        }
        n_changed += usize::from(decoded.payload != sent);
        // What rules look for is in the JSON of a message.
        let slot = slot.filter(|_| !at.is_nested);
        Ok(chosen.readable(slot, decoded.payload, &types).0)
    };
    let mut bytes = 0;
    let mut out = |text: &str| {
        bytes += text.len() as u64;
        out(text);
    };
    let report = zeroize_stack_once(|| {
        redact_document(document, how.rules, how.secret, &mut decode, &mut out)
    });
    Transformed {
        text: String::new(),
        bytes,
        n_changed,
        failures: Vec::new(),
        notes: Vec::new(),
        chosen: chosen.said(),
        redaction: Some(report),
    }
}

fn cancelled(Cancelled: Cancelled) -> AppError {
    AppError::new(Code::Cancelled, "the export was canceled")
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
