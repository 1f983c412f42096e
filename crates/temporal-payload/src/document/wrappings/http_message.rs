//! An HTTP message as `curl -i` prints it: its body comes after the headers.

use crate::document::unwrapped::{Part, Unwrapped};
use crate::document::wrapping::Wrapping;

const METHODS: [&str; 5] = ["GET ", "POST ", "PUT ", "PATCH ", "HEAD "];

/// The body behind the headers; behind those of the last message, where redirects or `100 Continue` come first.
pub(super) fn unwrap(text: &str) -> Option<Unwrapped> {
    let mut at = text.len() - text.trim_start_matches('\u{feff}').trim_start().len();
    while is_start(text.get(at..)?) {
        at += headers(&text[at..])?;
        let rest = &text[at..];
        let blank = rest.len() - rest.trim_start().len();
        if is_start(&rest[blank..]) {
            at += blank;
        } else {
            return Some(Unwrapped::one(
                Wrapping::HttpMessage,
                Part::Slice(at..text.len()),
            ));
        }
    }
    None
}

fn is_start(text: &str) -> bool {
    let line = text.lines().next().unwrap_or_default();
    line.starts_with("HTTP/")
        || (METHODS.iter().any(|method| line.starts_with(method)) && line.contains(" HTTP/"))
}

/// How many bytes come before the body.
fn headers(text: &str) -> Option<usize> {
    let mut n = 0;
    for line in text.split_inclusive('\n') {
        n += line.len();
        if matches!(line, "\n" | "\r\n") {
            return Some(n);
        }
    }
    None
}
