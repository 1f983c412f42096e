//! Text for people out of values from outside, as short as its place asks for.

use std::fmt;

use payload_codec::{CodecError, ContextPart, ContextParts};
use temporal_payload::shown;

/// Characters of a reason phrase.
const MAX_PHRASE: usize = 80;
/// Characters of an error's text; ids in it come from outside and may be long.
const MAX_MESSAGE: usize = 300;

/// Visible ASCII and spaces, at most [`MAX_PHRASE`] of them: ids come from outside, and a line end would end the phrase.
pub(crate) fn phrase(text: &str) -> String {
    let ascii = |c: char| {
        if c.is_ascii_graphic() || c == ' ' {
            c
        } else {
            '?'
        }
    };
    let mut phrase: String = text.chars().take(MAX_PHRASE).map(ascii).collect();
    if text.chars().nth(MAX_PHRASE).is_some() {
        phrase.replace_range(MAX_PHRASE - 3.., "...");
    }
    phrase
}

/// An error's text on one line of at most [`MAX_MESSAGE`] characters.
pub(crate) fn line(error: &impl fmt::Display) -> String {
    shown(&error.to_string(), MAX_MESSAGE)
}

/// Whether it is only the Namespace, which a request can carry.
pub(crate) fn is_namespace_alone(parts: ContextParts) -> bool {
    parts == ContextParts::NONE.with(ContextPart::Namespace)
}

/// What a codec says of a Payload, where more is known of why: a request carries a Namespace, and nothing else of whose Payload it
/// is.
pub(crate) struct OfRequest<'a>(pub(crate) &'a CodecError);

impl fmt::Display for OfRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(missing) = self.0.missing_context() else {
            return self.0.fmt(f);
        };
        if is_namespace_alone(missing) {
            return write!(
                f,
                "the format needs the Namespace, which the request does not name"
            );
        }
        write!(
            f,
            "the format needs the {missing}, which a Codec Server request does not carry: open the Event History in Temporal Codec Desktop"
        )
    }
}

/// A limit in the unit that its reader chose it in.
pub(crate) struct Size(pub(crate) usize);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            bytes if bytes >= 1 << 20 && bytes % (1 << 20) == 0 => write!(f, "{} MiB", bytes >> 20),
            bytes => write!(f, "{bytes} bytes"),
        }
    }
}
