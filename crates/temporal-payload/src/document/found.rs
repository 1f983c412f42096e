//! What was found in a text or a file: one document, or several beside each other.

use crate::json_text;

use super::indexed::Document;
use super::kind::Source;
use super::not_recognized::{NotRecognized, check_size};

/// A document, and what its wrapping calls it.
pub(crate) struct Found {
    pub(crate) document: Document,
    pub(crate) label: Option<String>,
}

impl Found {
    /// A document alone.
    pub(super) fn one(document: Document) -> Vec<Self> {
        let label = None;
        vec![Found { document, label }]
    }
}

/// All in one, as JSON Lines; one document stays as it is.
pub(super) fn merged(mut found: Vec<Found>) -> Result<Document, NotRecognized> {
    if found.len() == 1 {
        return Ok(found.remove(0).document);
    }
    let first = found
        .first()
        .and_then(|found| found.document.wrappings().first());
    let outermost = first.copied();
    let mut text = String::new();
    for Found { document, .. } in &found {
        check_size(text.len() + document.text().len())?;
        json_text::push_lines(document.text(), &mut text);
    }
    let mut document = Document::from_json(text, Some(Source::JsonLines))?;
    outermost
        .into_iter()
        .for_each(|wrapping| document.wrap(wrapping));
    Ok(document)
}
