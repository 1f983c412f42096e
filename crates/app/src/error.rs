//! What went wrong, for people: a code that the UI may switch on, a sentence, and what to do now.

use serde::{Deserialize, Serialize};
use temporal_payload::{TextPlace, shown};
use ts_rs::TS;

use crate::context_name::ContextName;
use crate::hints::sentence;

/// Characters of a message, and of a hint: a path in it may be long.
const MAX_TEXT: usize = 2000;

/// An error that the UI shows. It carries ids and sizes; never key bytes or a Payload's content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[error("{message}")]
#[ts(export)]
pub struct AppError {
    /// For the UI to switch on.
    pub code: Code,
    /// What happened and why, in a sentence.
    pub message: String,
    /// What to do now: never empty, for no error is a dead end.
    pub hint: String,
    /// Where in the text, where a text is wrong at one place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub place: Option<ErrorPlace>,
    /// What the window can offer beside the hint, where it takes more than the code to know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub way_out: Option<WayOut>,
}

/// A step of a hint that the window can take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export)]
pub enum WayOut {
    /// Use another port.
    UsePort {
        /// One that is free.
        port: u16,
    },
    /// Inspect the text as the data of an encrypted Payload: it is base64, and no message.
    InspectAsData,
    /// Compare the key's fingerprint with that of the Workers' key, and replace it where it is another one.
    CompareFingerprints {
        /// The id of the key, where the Payload names it.
        named: Option<String>,
    },
    /// Say whose Payload it is, since the format binds it to that.
    SayWhose {
        /// What is asked for.
        parts: Vec<AskedContext>,
    },
}

/// A part of whose Payload it is, to be asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct AskedContext {
    /// Which part.
    pub part: ContextName,
    /// What it is called: `Workflow id`.
    pub title: String,
}

/// A place in a text that was given, as editors count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ErrorPlace {
    /// The line; the first is 1.
    pub line: u32,
    /// The character of that line; the first is 1.
    pub column: u32,
}

/// Kinds of errors that the UI tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Code {
    /// The pasted text or the file holds no Payload.
    NotRecognized,
    /// A Payload could not be decoded, and no key that is added or unlocked would change that.
    PayloadDamaged,
    /// The Payload's format binds it to whose it is, and nobody said that.
    ContextMissing,
    /// It was cancelled.
    Cancelled,
    /// The document was closed, or the app was restarted since.
    DocumentClosed,
    /// The keychain is locked, missing, or does not answer.
    KeychainUnavailable,
    /// A wrapped data key was not unwrapped.
    DataKeyUnavailable,
    /// The app is locked.
    Locked,
    /// Locking would lose keys that are kept for this session only.
    SessionKeys,
    /// There is a key with this id already.
    DuplicateKey,
    /// The text or file is not an AES key.
    BadKeyMaterial,
    /// The key is gone.
    KeyNotFound,
    /// The key is there, and is not used here: retired, or limited to other Namespaces or formats.
    KeyWithheld,
    /// A profile still encodes with the key, or requests use it.
    KeyInUse,
    /// A text is no spec, or a format's name is taken, missing or in use.
    InvalidFormat,
    /// A Payload could not be encoded.
    NotEncoded,
    /// A command was not agreed to, could not be run, or failed.
    Command,
    /// A passphrase or identity is missing or wrong.
    Passphrase,
    /// A preview of keys was imported or discarded, or is too old.
    PreviewGone,
    /// Another program listens on the port.
    PortInUse,
    /// The request is no longer kept.
    RequestGone,
    /// The body of a request was not captured.
    NotCaptured,
    /// The Codec Server does not serve.
    NotServing,
    /// An origin that is not `scheme://host[:port]`.
    InvalidOrigin,
    /// A setting with a value out of its range.
    InvalidSetting,
    /// A file is another one than was shown.
    FileChanged,
    /// An endpoint was written, and no Payload came back from there.
    Unproven,
    /// A file could not be read or written.
    File,
    /// The desktop did not do what it was asked for, or there is none.
    Desktop,
    /// A link that is not of the one form that there is.
    BadLink,
    /// The request was not understood by the app: a defect of the window.
    BadRequest,
    /// A defect of the app.
    Internal,
}

impl AppError {
    /// An error whose hint is what helps with every error of its kind. The message is written as errors are, lower-case and
    /// open, and becomes a sentence. It may hold names from outside; one that it starts with stands in quotation marks, or it
    /// would get a capital letter.
    pub fn new(code: Code, message: impl AsRef<str>) -> Self {
        AppError {
            code,
            message: sentence(&shown(message.as_ref(), MAX_TEXT)),
            hint: code.what_now().to_owned(),
            place: None,
            way_out: None,
        }
    }

    /// The same error, with the place in the text that it is about.
    #[must_use]
    pub(crate) fn at(mut self, place: TextPlace) -> Self {
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        self.place = Some(ErrorPlace {
            line: number(place.line),
            column: number(place.column),
        });
        self
    }

    /// The same error, with what the window can do about it.
    #[must_use]
    pub(crate) fn offer(mut self, way_out: WayOut) -> Self {
        self.way_out = Some(way_out);
        self
    }

    /// The same error, with what to do now said more exactly.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = shown(&hint.into(), MAX_TEXT);
        self
    }
}

impl Code {
    /// What to do now, where nothing more exact is known.
    pub(crate) fn what_now(self) -> &'static str {
        match self {
            Code::NotRecognized => {
                "Paste a Payload, {\"payloads\":[…]}, an Event History as JSON, or base64 of one of them."
            }
            Code::PayloadDamaged => {
                "Copy the Payload again from its source; it may have been cut off."
            }
            Code::ContextMissing => {
                "Say whose Payload it is: below it in the Inspector, or with --namespace, --workflow-id, --workflow-type and --activity-type."
            }
            Code::Cancelled => "Start again whenever you want.",
            Code::DocumentClosed => "Paste or open the document again.",
            Code::KeychainUnavailable => "Unlock the keychain, then press “Retry” in Keys.",
            Code::DataKeyUnavailable => {
                "Run the command in a terminal to see what it says, then try again."
            }
            Code::Locked => "Press “Unlock” in the sidebar, then try again.",
            Code::SessionKeys => {
                "Choose “Lock and forget them”, or first save these keys with “Export bundle…” in Keys."
            }
            Code::DuplicateKey => {
                "Choose another id, or rename or remove the key that has this one."
            }
            Code::BadKeyMaterial => {
                "Check the key’s format (base64, hex or text) and its length: 16, 24 or 32 bytes."
            }
            Code::KeyNotFound => "Look for the key in Keys; it may have been removed or renamed.",
            Code::KeyWithheld => "Change what the key is for in Keys, or restore it there.",
            Code::KeyInUse => "Choose another key to encode with first.",
            Code::InvalidFormat => {
                "Correct the spec, or start from a format of the gallery in Formats."
            }
            Code::NotEncoded => {
                "Choose a key to encode with in Keys, or in the profile in Namespaces."
            }
            Code::Command => "Run the command in a terminal to see what it prints.",
            Code::Passphrase => "Enter it again; check upper and lower case and spaces.",
            Code::PreviewGone => "Show the preview again, then confirm.",
            Code::PortInUse => {
                "Choose another port in Server, or quit the program that uses this one."
            }
            Code::RequestGone => "Send the request again from its client, or choose a newer one.",
            Code::NotCaptured => {
                "Turn on “Capture bodies” in Requests, then send the request again from its client."
            }
            Code::NotServing => "Start the Codec Server in Server, then try again.",
            Code::InvalidOrigin => {
                "Enter scheme, host and port as in the address bar, such as https://temporal.example.com."
            }
            Code::InvalidSetting => "Choose another value. Nothing was changed.",
            Code::FileChanged => "Review the changes again, then confirm.",
            Code::Unproven => "Start the Codec Server in Server, then connect again.",
            Code::File => "Check the path and its permissions, or choose another file or folder.",
            Code::Desktop => "Do this in your system’s settings or file manager.",
            Code::BadLink => "Copy the Payload itself and paste it into the Inspector.",
            Code::BadRequest | Code::Internal => {
                "Try again. If it happens again, restart Temporal Codec Desktop."
            }
        }
    }
}
