//! Text or bytes in, a document out: the one way for the window and the command line. Whatever ends in bytes, base64 or a file, may
//! be a serialized message of Temporal's API.

use key_store::key_list::{self, OtherText};
use key_store::{MAX_BUNDLE_BYTES, files, is_bundle};
use payload_schema::{TEMPORAL_API, read_message};
use temporal_payload::{Document, Documents, FromMessage, NotRecognized};
use zeroize::Zeroizing;

use crate::error::{AppError, Code};
use crate::payload::not_recognized;

/// Recognizes what was pasted.
///
/// # Errors
/// [`crate::Code::NotRecognized`].
pub(crate) fn text(source: String) -> Result<Documents, AppError> {
    let kept = kept(source.as_bytes());
    Documents::parse(source, read_message).map_err(|error| refused(&kept, &error))
}

/// As [`text`], where it may hold nothing but the `data` of Payloads.
///
/// # Errors
/// [`crate::Code::NotRecognized`].
pub(super) fn data(source: String) -> Result<Documents, AppError> {
    Documents::parse_as_data(source, read_message).map_err(|error| not_recognized(&error))
}

/// Recognizes a file, or what was piped.
///
/// # Errors
/// [`crate::Code::NotRecognized`].
pub(crate) fn bytes(source: Vec<u8>) -> Result<Documents, AppError> {
    let kept = kept(&source);
    Documents::from_vec(source, read_message).map_err(|error| refused(&kept, &error))
}

/// What is to be looked at again where it is no document: as much as keys take.
fn kept(source: &[u8]) -> Zeroizing<Vec<u8>> {
    match source.len() <= MAX_BUNDLE_BYTES {
        true => Zeroizing::new(source.to_vec()),
        false => Zeroizing::default(),
    }
}

/// Keys that were taken for a document are no fault in a text.
fn refused(source: &[u8], error: &NotRecognized) -> AppError {
    let is_list = || {
        let text = std::str::from_utf8(source).unwrap_or_default();
        let other = key_list::other_than_one_key(text);
        matches!(other, Some(OtherText::List { keys, .. }) if keys > 0)
    };
    let message = if is_bundle(files::without_bom(source)) {
        "this is an encrypted key bundle (age): it holds keys, not Payloads"
    } else if is_list() {
        "this holds keys, not Payloads"
    } else {
        return not_recognized(error);
    };
    AppError::new(Code::NotRecognized, message)
        .hint("Add them in Keys, under “List, .env, bundle”.")
}

/// Takes all of them as one.
///
/// # Errors
/// [`crate::Code::NotRecognized`] where they are too large together.
pub(crate) fn merged(documents: Documents) -> Result<Document, AppError> {
    documents.merged().map_err(|error| not_recognized(&error))
}

/// What a document was read from, in a sentence, where it came as a serialized message.
pub(super) fn from_message(document: &Document) -> Option<String> {
    let FromMessage { name, .. } = document.message()?;
    let left_out = left_out(document).map_or(String::new(), |words| format!(" {words}"));
    Some(format!("Read as protobuf: {name}.{left_out}"))
}

/// Says how much of a serialized message is not in its document.
pub(super) fn left_out(document: &Document) -> Option<String> {
    let n = document.message()?.n_unknown;
    let fields = match n {
        0 => return None,
        1 => "1 field is".to_owned(),
        n => format!("{n} fields are"),
    };
    Some(format!(
        "{fields} left out: {TEMPORAL_API} does not know that much."
    ))
}
