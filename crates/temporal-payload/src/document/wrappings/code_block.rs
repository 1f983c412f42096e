//! Code blocks of Markdown: between lines of three or more backticks or tildes.

use crate::document::unwrapped::{Part, Unwrapped};
use crate::document::wrapping::Wrapping;

/// The blocks of a text; a block that is not closed ends with the text.
pub(super) fn unwrap(text: &str) -> Option<Unwrapped> {
    let mut parts = Vec::new();
    // The open block: its fence, and where it begins.
    let mut open: Option<(&str, usize)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let bare = line.trim();
        let n_before = line.len() - line.trim_start().len();
        match open {
            None => {
                let fence = fence(bare.trim_start_matches(['>', ' ']));
                let Some(fence) = fence else { continue };
                let fence_at = start + line.find(fence).unwrap_or(n_before);
                let after = fence_at + fence.len();
                // Chats have the content on the same line.
                let same_line = text[after..at].trim();
                let begin = match same_line.starts_with(['{', '[', '"']) {
                    true => after,
                    false => at,
                };
                if begin == after
                    && let Some(end) = text[after..at].find(fence)
                {
                    parts.push((Part::Slice(after..after + end), None));
                } else {
                    open = Some((fence, begin));
                }
            }
            Some((fence, begin)) => {
                let bare = bare.trim_start_matches(['>', ' ']);
                let closes_line =
                    bare.starts_with(fence) && bare.trim_start_matches(&fence[..1]).is_empty();
                if closes_line {
                    parts.push((block(text, begin, start), None));
                    open = None;
                } else if let Some(before) = bare.strip_suffix(fence)
                    && before.ends_with(['}', ']', '"'])
                {
                    let end = start + line.trim_end().len() - fence.len();
                    parts.push((block(text, begin, end), None));
                    open = None;
                }
            }
        }
    }
    if let Some((_, begin)) = open {
        parts.push((block(text, begin, text.len()), None));
    }
    let wrapping = Wrapping::CodeBlock;
    let is_one = false;
    (!parts.is_empty()).then_some(Unwrapped {
        wrapping,
        parts,
        is_one,
    })
}

/// The content of a block; in a quotation, without its marks.
fn block(text: &str, begin: usize, end: usize) -> Part {
    let content = text.get(begin..end).unwrap_or_default();
    if !content.trim_start().starts_with('>') {
        return Part::Slice(begin..end);
    }
    let lines = content.lines().map(|line| {
        let line = line.trim_start();
        line.strip_prefix("> ")
            .or_else(|| line.strip_prefix('>'))
            .unwrap_or(line)
    });
    Part::Text(lines.collect::<Vec<_>>().join("\n"))
}

fn fence(line: &str) -> Option<&str> {
    let mark = line
        .chars()
        .next()
        .filter(|mark| matches!(mark, '`' | '~'))?;
    let n = line.len() - line.trim_start_matches(mark).len();
    (n >= 3).then(|| &line[..n])
}
