//! All documents that one text or file holds: entries of a HAR file, code blocks, executions of an export. Each has a name to
//! choose it by.

use std::ops::Range;

use crate::history;
use crate::json_text::MAX_DEPTH;
use crate::json_tokens::{Kind as TokenKind, Roots, Tokens};
use crate::shown::shown_name;

use crate::document::{Document, Found, Kind, NotRecognized, ReadMessage, Reading};

/// Documents that one text is taken apart into; more stay together.
pub const MAX_CHOICE: usize = 200;

/// The documents in one text, in its order.
pub struct Documents {
    found: Vec<Found>,
}

/// One of them.
#[derive(Clone, Debug)]
pub struct NamedDocument {
    /// Its Workflow's type and id, its request, or its kind; on one line, bounded, fit to be shown.
    pub name: String,
    /// The document.
    pub document: Document,
}

impl Documents {
    /// As [`Document::parse_with`].
    ///
    /// # Errors
    /// [`NotRecognized`] says what the text looked like instead.
    pub fn parse(text: impl Into<String>, messages: ReadMessage) -> Result<Self, NotRecognized> {
        let found = Document::all_in_text(text.into(), messages.into())?;
        Ok(Documents { found })
    }

    /// As [`Documents::parse`], where the text may hold nothing but the `data` of Payloads: each is one, under the label of
    /// encrypted data.
    ///
    /// # Errors
    /// [`NotRecognized`] says what the text looked like instead.
    pub fn parse_as_data(
        text: impl Into<String>,
        messages: ReadMessage,
    ) -> Result<Self, NotRecognized> {
        let as_data = true;
        let found = Document::all_in_text(text.into(), Reading { messages, as_data })?;
        Ok(Documents { found })
    }

    /// As [`Document::from_bytes_with`].
    ///
    /// # Errors
    /// [`NotRecognized`] says what the bytes looked like instead.
    pub fn from_bytes(bytes: &[u8], messages: ReadMessage) -> Result<Self, NotRecognized> {
        let found = Document::all_in_bytes(bytes, messages.into())?;
        Ok(Documents { found })
    }

    /// As [`Documents::from_bytes`], of bytes that nobody else needs: text is not copied.
    ///
    /// # Errors
    /// [`NotRecognized`] says what the bytes looked like instead.
    pub fn from_vec(bytes: Vec<u8>, messages: ReadMessage) -> Result<Self, NotRecognized> {
        let found = Document::all_in_vec(bytes, messages.into())?;
        Ok(Documents { found })
    }

    /// What [`Documents::each`] would call each.
    pub fn names(&self) -> Vec<String> {
        let names: Vec<String> = self
            .found
            .iter()
            .flat_map(|Found { document, label }| {
                let executions = executions(document);
                let of = |one: &Document| name(label.clone(), one);
                match executions.is_empty() {
                    true => vec![of(document)],
                    false => executions.iter().map(of).collect(),
                }
            })
            .collect();
        match names.len() > MAX_CHOICE {
            true => Vec::new(),
            false => names,
        }
    }

    /// All in one, as JSON Lines; a text that is one document stays as it is.
    ///
    /// # Errors
    /// [`NotRecognized`] where they are too large together.
    pub fn merged(self) -> Result<Document, NotRecognized> {
        Document::merged(self.found)
    }

    /// Each by itself: the executions of an export as well. Where there are more than [`MAX_CHOICE`], they stay together.
    pub fn each(self) -> Vec<NamedDocument> {
        let apart: Vec<(Option<String>, Document)> = self
            .found
            .iter()
            .flat_map(|Found { document, label }| {
                let executions = executions(document);
                match executions.is_empty() {
                    true => vec![(label.clone(), document.clone())],
                    false => executions
                        .into_iter()
                        .map(|one| (label.clone(), one))
                        .collect(),
                }
            })
            .collect();
        let apart = match apart.len() > MAX_CHOICE {
            false => apart,
            true => self
                .merged()
                .map(|all| vec![(None, all)])
                .unwrap_or_default(),
        };
        apart
            .into_iter()
            .map(|(label, document)| NamedDocument {
                name: name(label, &document),
                document,
            })
            .collect()
    }
}

fn name(label: Option<String>, document: &Document) -> String {
    let workflow = history::workflow(document).map(|workflow| {
        [workflow.workflow_type, workflow.workflow_id]
            .iter()
            .filter(|part| !part.is_empty())
            .map(|part| shown_name(part))
            .collect::<Vec<_>>()
            .join(" · ")
    });
    let label = label.map(|label| shown_name(&label));
    match (workflow, label) {
        (Some(workflow), _) => workflow,
        (None, Some(label)) => label,
        (None, None) => document.kind().to_string(),
    }
}

/// The executions that a document holds, where they are several: values in a row, items of a list, or of an export's `items`.
fn executions(document: &Document) -> Vec<Document> {
    let is_history = document.kind() == Kind::History;
    if !is_history || history::starts(document).nth(1).is_none() {
        return Vec::new();
    }
    let text = document.text();
    let spans = values(text);
    if spans.len() < 2 || spans.len() > MAX_CHOICE {
        return Vec::new();
    }
    let mut executions = Vec::new();
    for span in spans {
        let Ok(mut one) = Document::from_json(text[span].to_owned(), None) else {
            return Vec::new();
        };
        if one.kind() != Kind::History || history::workflow(&one).is_none() {
            // A batch of the one before, or something else: it cannot be taken apart.
            return Vec::new();
        }
        document
            .wrappings()
            .iter()
            .rev()
            .for_each(|wrapping| one.wrap(*wrapping));
        executions.push(one);
    }
    executions
}

/// Where the values stand that may be an execution each.
fn values(text: &str) -> Vec<Range<usize>> {
    // Roots, the members of a root list, and those of a list under `items`.
    let mut found: [Vec<Range<usize>>; 3] = Default::default();
    let mut starts: [usize; 3] = [0; 3];
    let mut tokens = Tokens::new(text, Roots::Many, MAX_DEPTH);
    let mut stack: Vec<bool> = Vec::new();
    let mut in_items = false;
    while let Ok(Some(token)) = tokens.next() {
        match token.kind {
            TokenKind::Name if stack.len() == 1 => in_items = &text[token.span] == "\"items\"",
            TokenKind::BeginObject | TokenKind::BeginArray => {
                if let Some(start) = starts.get_mut(stack.len()) {
                    *start = token.span.start;
                }
                stack.push(token.kind == TokenKind::BeginArray);
            }
            TokenKind::EndObject | TokenKind::EndArray => {
                stack.pop();
                let is_item = match stack.as_slice() {
                    [] => true,
                    [is_list] => *is_list,
                    [false, is_list] => *is_list && in_items,
                    _ => false,
                };
                if is_item && let Some(found) = found.get_mut(stack.len()) {
                    found.push(starts[stack.len()]..token.span.end);
                }
            }
            TokenKind::Name | TokenKind::Text | TokenKind::Null | TokenKind::Scalar => {}
        }
    }
    found
        .into_iter()
        .find(|found| found.len() > 1)
        .unwrap_or_default()
}
