//! Why a server gave no data key, and its own words about it.

use std::time::Duration;

use temporal_payload::shown;

/// Characters of a server's words that are kept.
const MAX_WORDS: usize = 200;

/// What statuses of gRPC are called, by their numbers.
const NAMES: [&str; 17] = [
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
];

/// Why a server gave no data key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Nobody listens there, or whoever does hung up: why, in the system's words.
    Unreachable(String),
    /// There was no answer in time.
    TimedOut(Duration),
    /// It was stopped here.
    Canceled,
    /// It answered with a status that is not OK.
    Status {
        /// What kind of a status it is.
        why: Why,
        /// The status's name, and the server's words about it: `PERMISSION_DENIED: not yours`.
        said: String,
    },
    /// What it answered is not gRPC, or no answer to this question.
    NotGrpc,
    /// It answered more than [`MAX_ANSWER_BYTES`](crate::MAX_ANSWER_BYTES).
    TooLarge,
}

/// What kind of a status it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// `PERMISSION_DENIED`.
    Denied,
    /// `UNAUTHENTICATED`.
    Unauthenticated,
    /// `UNAVAILABLE`.
    Unavailable,
    /// Another one.
    Other,
}

impl Refusal {
    /// A status and what goes with it, as they stand in the headers. `None` where the status is OK.
    pub(crate) fn of_status(status: &[u8], message: &[u8]) -> Option<Self> {
        let number = std::str::from_utf8(status).ok();
        let number = number.and_then(|number| number.parse::<usize>().ok());
        let Some(name) = number.and_then(|number| NAMES.get(number)) else {
            return Some(Refusal::NotGrpc);
        };
        let why = match *name {
            "OK" => return None,
            "PERMISSION_DENIED" => Why::Denied,
            "UNAUTHENTICATED" => Why::Unauthenticated,
            "UNAVAILABLE" => Why::Unavailable,
            _ => Why::Other,
        };
        let words = percent_decoded(message);
        let words = shown(String::from_utf8_lossy(&words).trim(), MAX_WORDS);
        let said = match words.is_empty() {
            true => (*name).to_owned(),
            false => format!("{name}: {words}"),
        };
        Some(Refusal::Status { why, said })
    }
}

/// `grpc-message` as it was before its bytes were escaped; what is no escape stands for itself.
fn percent_decoded(text: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        let escaped = match (byte, behind) {
            (b'%', [high, low, ..]) => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                let byte = digit(*high).zip(digit(*low));
                byte.and_then(|(high, low)| u8::try_from(high * 16 + low).ok())
            }
            _ => None,
        };
        if escaped.is_some() {
            rest = &behind[2..];
        }
        decoded.push(escaped.unwrap_or(byte));
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn said(status: &str, message: &str) -> Option<(Why, String)> {
        let refusal = Refusal::of_status(status.as_bytes(), message.as_bytes())?;
        if let Refusal::Status { why, said } = refusal {
            Some((why, said))
        } else {
            None
        }
    }

    #[test]
    fn a_servers_words_are_cleaned_and_cut() {
        let cleaned = said("7", "not%20yours%0A%1b[31m%E2%80%AEred%").expect("refused");
        assert_eq!(cleaned.0, Why::Denied);
        assert_eq!(
            cleaned.1,
            "PERMISSION_DENIED: not yours\u{fffd}\u{fffd}[31m\u{fffd}red%"
        );
        assert_eq!(
            said("16", ""),
            Some((Why::Unauthenticated, "UNAUTHENTICATED".to_owned()))
        );
        let long = said("13", &"x".repeat(9999)).expect("refused").1;
        assert_eq!(long.chars().count(), "INTERNAL: ".len() + MAX_WORDS);
        assert!(said("14", "%ff%zz").is_some());
    }

    #[test]
    fn a_status_that_is_none_is_no_grpc() {
        assert_eq!(Refusal::of_status(b"0", b""), None);
        for status in ["17", "-1", "", "x", "\u{fffd}"] {
            let refusal = Refusal::of_status(status.as_bytes(), b"");
            assert_eq!(refusal, Some(Refusal::NotGrpc), "{status}");
        }
    }

    proptest! {
        #[test]
        fn any_words_end(message in prop::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(Refusal::of_status(b"2", &message).is_some());
        }
    }
}
