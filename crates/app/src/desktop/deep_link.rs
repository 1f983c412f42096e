//! Links that other programs and pages open: `temporal-codec://inspect?payload=…`, where `…` is the Payload's JSON,
//! percent-encoded, or base64url of it.
//!
//! Anybody can make a link, and a browser opens one without much ado. So a link is taken apart and bounded here, and is then
//! only offered: nothing is decoded, added, changed or opened before the user agrees. There is one thing that a link can ask
//! for; everything else is refused.

use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use temporal_payload::shown;

use crate::desktop::view::LinkView;
use crate::error::{AppError, Code};

/// The scheme of links, without `://`.
pub const LINK_SCHEME: &str = "temporal-codec";

/// The longest link that is looked at, in bytes. What is larger is a document, and documents come as files.
pub const MAX_LINK_BYTES: usize = 64 << 10;

/// How many characters of a link's text are shown before the user agrees.
const SHOWN: usize = 400;

/// With or without padding, as other programs write base64url.
const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Why a link is refused. No message quotes the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// Past [`MAX_LINK_BYTES`].
    #[error("the link has {0} bytes, more than the limit of {MAX_LINK_BYTES}")]
    TooLong(usize),
    /// Of another scheme.
    #[error("the link does not start with {LINK_SCHEME}://")]
    OtherScheme,
    /// Anything but `inspect`.
    #[error("the link asks for something other than to inspect a Payload")]
    OtherAction,
    /// No `payload`, an empty one, or more than one.
    #[error("the link does not contain exactly one Payload")]
    NotOnePayload,
    /// A parameter besides `payload`.
    #[error("the link contains more than a Payload")]
    OtherParameter,
    /// A broken percent escape, or no text behind it.
    #[error("the link is not percent-encoded correctly")]
    Spelling,
    /// The Payload is neither JSON nor base64url.
    #[error("the link’s Payload is neither JSON nor base64url")]
    NotText,
}

/// The text that a link asks to inspect, as it would be pasted.
///
/// # Errors
/// [`LinkError`], for every link that is not of the one form that there is.
pub fn parse_link(link: &str) -> Result<String, LinkError> {
    if link.len() > MAX_LINK_BYTES {
        return Err(LinkError::TooLong(link.len()));
    }
    let (scheme, rest) = link.split_once("://").ok_or(LinkError::OtherScheme)?;
    if !scheme.eq_ignore_ascii_case(LINK_SCHEME) {
        return Err(LinkError::OtherScheme);
    }
    // Browsers may put a slash behind what they take for a host.
    let (action, query) = rest.split_once('?').unwrap_or((rest, ""));
    let action = action.strip_suffix('/').unwrap_or(action);
    if !action.eq_ignore_ascii_case("inspect") {
        return Err(LinkError::OtherAction);
    }
    let mut payload = None;
    for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        if name != "payload" {
            return Err(LinkError::OtherParameter);
        }
        if payload.replace(value).is_some() {
            return Err(LinkError::NotOnePayload);
        }
    }
    let payload = payload.ok_or(LinkError::NotOnePayload)?;
    let text = percent_decoded(payload)?;
    let text = text.trim();
    match text.as_bytes().first() {
        None => Err(LinkError::NotOnePayload),
        Some(b'{' | b'[') => Ok(text.to_owned()),
        Some(_) => unwrapped(text),
    }
}

/// Base64url as the text that it wraps. What is no text is a serialized message, which is pasted as base64.
fn unwrapped(text: &str) -> Result<String, LinkError> {
    let bytes = BASE64URL.decode(text).map_err(|_| LinkError::NotText)?;
    Ok(String::from_utf8(bytes).unwrap_or_else(|error| {
        base64::engine::general_purpose::STANDARD.encode(error.into_bytes())
    }))
}

/// RFC 3986 §2.1. A plus is a plus: this is no form.
fn percent_decoded(text: &str) -> Result<String, LinkError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let mut digit = || {
                rest.next()
                    .and_then(|digit| char::from(digit).to_digit(16))
                    .and_then(|digit| u8::try_from(digit).ok())
                    .ok_or(LinkError::Spelling)
            };
            bytes.push(digit()? << 4 | digit()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).map_err(|_| LinkError::Spelling)
}

/// The beginning of a text that somebody else wrote, harmless to look at: one line, and nothing that hides or turns letters.
fn beginning(text: &str) -> String {
    // Pasted text has lines; on one line they are words.
    let beginning = text.chars().take(SHOWN);
    let on_one_line = beginning.map(|c| if c.is_ascii_whitespace() { ' ' } else { c });
    shown(&on_one_line.collect::<String>(), SHOWN)
}

/// The one link that waits: a page that opens a thousand gets the user asked once.
#[derive(Default)]
pub(super) struct Links(Mutex<Option<LinkView>>);

impl Links {
    /// A link was opened: it waits until the window takes it, in place of one that waited already.
    pub(super) fn open(&self, link: &str) {
        let view = match parse_link(link) {
            Ok(source) => LinkView::Offered {
                bytes: source.len(),
                beginning: beginning(&source).into(),
                is_cut: source.chars().nth(SHOWN).is_some(),
                source: source.into(),
                replaced: false,
            },
            Err(error) => LinkView::Refused {
                error: AppError::new(Code::BadLink, error.to_string()),
            },
        };
        self.waiting(|waiting| {
            let mut view = view;
            if let (LinkView::Offered { replaced, .. }, Some(_)) = (&mut view, &*waiting) {
                *replaced = true;
            }
            *waiting = Some(view);
        });
    }

    /// The link that waits. It waits no longer then.
    pub(super) fn take(&self) -> Option<LinkView> {
        self.waiting(Option::take)
    }

    fn waiting<T>(&self, with: impl FnOnce(&mut Option<LinkView>) -> T) -> T {
        // A link is put there whole.
        with(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(link: &str, expect: Result<&str, LinkError>) {
        assert_eq!(parse_link(link), expect.map(str::to_owned), "{link}");
    }

    #[test]
    fn a_payload_comes_as_json_or_as_base64url() {
        check("temporal-codec://inspect?payload={}", Ok("{}"));
        check("Temporal-Codec://Inspect/?payload=%7B%7D", Ok("{}"));
        check(
            "temporal-codec://inspect?payload=%20%5B%22%C3%A4%22%5D",
            Ok("[\"ä\"]"),
        );
        // {"a":1}, with and without padding.
        check(
            "temporal-codec://inspect?payload=eyJhIjoxfQ",
            Ok("{\"a\":1}"),
        );
        check(
            "temporal-codec://inspect?payload=eyJhIjoxfQ==",
            Ok("{\"a\":1}"),
        );
        check(
            "temporal-codec://inspect?payload=eyJhIjoxfQ%3D%3D",
            Ok("{\"a\":1}"),
        );
        // Bytes that are no text stay base64, in the spelling of people who paste.
        check("temporal-codec://inspect?payload=-_8", Ok("+/8="));
    }

    #[test]
    fn everything_else_is_refused() {
        use LinkError::*;

        check("", Err(OtherScheme));
        check("https://inspect?payload={}", Err(OtherScheme));
        check("temporal-codec:inspect?payload={}", Err(OtherScheme));
        check(" temporal-codec://inspect?payload={}", Err(OtherScheme));
        check("temporal-codec://", Err(OtherAction));
        check("temporal-codec://add-key?payload={}", Err(OtherAction));
        check(
            "temporal-codec://inspect/../keys?payload={}",
            Err(OtherAction),
        );
        check(
            "temporal-codec://inspect@evil.test?payload={}",
            Err(OtherAction),
        );
        check("temporal-codec://inspect:80?payload={}", Err(OtherAction));
        check("temporal-codec://inspect#?payload={}", Err(OtherAction));
        check("temporal-codec://inspect", Err(NotOnePayload));
        check("temporal-codec://inspect?payload=", Err(NotOnePayload));
        check("temporal-codec://inspect?payload=%20", Err(NotOnePayload));
        check(
            "temporal-codec://inspect?payload={}&payload={}",
            Err(NotOnePayload),
        );
        check(
            "temporal-codec://inspect?payload={}&file=/etc/passwd",
            Err(OtherParameter),
        );
        check("temporal-codec://inspect?Payload={}", Err(OtherParameter));
        check("temporal-codec://inspect?payload=%7", Err(Spelling));
        check("temporal-codec://inspect?payload=%zz", Err(Spelling));
        check("temporal-codec://inspect?payload=%ff", Err(Spelling));
        check(
            "temporal-codec://inspect?payload=file:///etc/passwd",
            Err(NotText),
        );
        check("temporal-codec://inspect?payload=a+b/", Err(NotText));
    }

    #[test]
    fn a_link_is_bounded_to_the_byte() {
        let start = "temporal-codec://inspect?payload={";
        let fits = format!("{start}{}", "x".repeat(MAX_LINK_BYTES - start.len()));
        assert!(parse_link(&fits).is_ok());
        check(
            &format!("{fits}x"),
            Err(LinkError::TooLong(MAX_LINK_BYTES + 1)),
        );
    }

    #[test]
    fn what_is_shown_cannot_deceive() {
        assert_eq!(
            beginning("a\nb\u{202e}c\u{0}d\u{200b}e"),
            "a b\u{fffd}c\u{fffd}d\u{fffd}e"
        );
        assert_eq!(beginning("ä – 日本 🙂"), "ä – 日本 🙂");
        assert_eq!(beginning(&"ä".repeat(SHOWN + 1)), "ä".repeat(SHOWN));
    }
}
