//! A command of a shell that sends a body: *Copy as cURL* in its spellings for sh and for Windows' cmd, and what people write.

use crate::document::unwrapped::{Part, Unwrapped};
use crate::document::wrapping::Wrapping;

/// Programs that send what was meant, or print it into one that does.
const PROGRAMS: [&str; 10] = [
    "curl", "curl.exe", "grpcurl", "xh", "http", "https", "wget", "echo", "printf", "cat",
];

/// The bodies of the first command, and what stands behind it: its output, where both were copied from a terminal.
pub(super) fn unwrap(text: &str) -> Option<Unwrapped> {
    let start = text.len() - text.trim_start_matches('\u{feff}').trim_start().len();
    let prompt = ["$ ", "% ", "# ", "> "]
        .into_iter()
        .find(|prompt| text[start..].starts_with(prompt));
    let start = start + prompt.map_or(0, str::len);
    let first = text[start..].split_ascii_whitespace().next()?;
    if !PROGRAMS.contains(&first) {
        return None;
    }
    // Windows' cmd escapes with carets what Chrome puts in quotes.
    let of_cmd = text.contains("^\"").then(|| without_carets(&text[start..]));
    let command = of_cmd.as_deref().unwrap_or(&text[start..]);
    let words = words(command);
    let mut parts = bodies(&words.words);
    parts.extend(words.documents.into_iter().map(Part::Text));
    if of_cmd.is_none() && !text[start + words.end..].trim().is_empty() {
        parts.push(Part::Slice(start + words.end..text.len()));
    }
    let parts: Vec<_> = parts.into_iter().map(|part| (part, None)).collect();
    let is_one = false;
    (!parts.is_empty()).then_some(Unwrapped {
        wrapping: Wrapping::Command,
        parts,
        is_one,
    })
}

/// What is sent: what follows an option for data; without one, every word that may be a document.
fn bodies(words: &[String]) -> Vec<Part> {
    let mut bodies = Vec::new();
    let mut words_iter = words.iter();
    while let Some(word) = words_iter.next() {
        let body = match word.as_str() {
            "-d" | "--data" | "--data-raw" | "--data-binary" | "--data-ascii"
            | "--data-urlencode" | "--json" | "--post-data" | "--body-data" | "--raw" => {
                words_iter.next().map(String::as_str)
            }
            word => [
                "--data=",
                "--data-raw=",
                "--data-binary=",
                "--json=",
                "--post-data=",
                "--body-data=",
                "-d",
            ]
            .into_iter()
            .find_map(|option| word.strip_prefix(option)),
        };
        if let Some(body) = body.filter(|body| !body.starts_with('@')) {
            bodies.push(body.to_owned());
        }
    }
    if bodies.is_empty() {
        let may_be = |word: &&String| word.contains('{') || word.len() >= 64;
        bodies = words.iter().filter(may_be).cloned().collect();
    }
    bodies.into_iter().map(Part::Text).collect()
}

fn without_carets(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if character != '^' {
            out.push(character);
            continue;
        }
        match characters.next() {
            // A line break is escaped by an empty line, or goes on with the command.
            Some('\n') => {
                if characters.peek() == Some(&'\n') {
                    characters.next();
                    out.push('\n');
                } else {
                    out.push(' ');
                }
            }
            Some('\r') | None => {}
            Some(escaped) => out.push(escaped),
        }
    }
    out
}

struct Words {
    words: Vec<String>,
    /// Here-documents and here-strings.
    documents: Vec<String>,
    /// Where the command ends.
    end: usize,
}

/// The words of one command as sh has them, up to the end of its line; a pipe goes on on the next line.
fn words(text: &str) -> Words {
    let bytes = text.as_bytes();
    let mut out = Words {
        words: Vec::new(),
        documents: Vec::new(),
        end: text.len(),
    };
    let mut word: Option<Vec<u8>> = None;
    // The words that end the here-documents of this line.
    let mut delimiters: Vec<String> = Vec::new();
    let mut here: Option<bool> = None;
    let mut goes_on = false;
    let mut at = 0;
    loop {
        let Some(&byte) = bytes.get(at) else {
            finish(&mut word, &mut here, &mut delimiters, &mut out);
            return out;
        };
        if !byte.is_ascii_whitespace() {
            goes_on = byte == b'|';
        }
        match byte {
            b' ' | b'\t' | b'\r' | b'|' | b';' | b'&' => {
                // `|` and `;` part words where they are not quoted; a URL's `&` does so as well, and nothing is lost by it.
                finish(&mut word, &mut here, &mut delimiters, &mut out);
                at += 1;
            }
            b'\n' => {
                finish(&mut word, &mut here, &mut delimiters, &mut out);
                at += 1;
                if !delimiters.is_empty() {
                    for delimiter in std::mem::take(&mut delimiters) {
                        let (document, n) = here_document(&text[at..], &delimiter);
                        out.documents.push(document);
                        at += n;
                    }
                }
                if !goes_on {
                    out.end = at;
                    return out;
                }
            }
            b'\\' => {
                match bytes.get(at + 1) {
                    Some(b'\n') => {}
                    Some(b'\r') if bytes.get(at + 2) == Some(&b'\n') => at += 1,
                    Some(&escaped) => word.get_or_insert_default().push(escaped),
                    None => {}
                }
                at += 2;
            }
            b'<' if bytes[at..].starts_with(b"<<<") => {
                finish(&mut word, &mut here, &mut delimiters, &mut out);
                here = Some(true);
                at += 3;
            }
            b'<' if bytes[at..].starts_with(b"<<") => {
                finish(&mut word, &mut here, &mut delimiters, &mut out);
                here = Some(false);
                at += 2 + usize::from(bytes.get(at + 2) == Some(&b'-'));
            }
            b'$' if bytes.get(at + 1) == Some(&b'\'') => {
                at = ansi(bytes, at + 2, word.get_or_insert_default());
            }
            b'\'' => {
                let end = bytes[at + 1..].iter().position(|&byte| byte == b'\'');
                let end = end.map_or(bytes.len(), |n| at + 1 + n);
                word.get_or_insert_default()
                    .extend_from_slice(&bytes[at + 1..end]);
                at = end + 1;
            }
            b'"' => at = double_quoted(bytes, at + 1, word.get_or_insert_default()),
            byte => {
                word.get_or_insert_default().push(byte);
                at += 1;
            }
        }
    }
}

fn finish(
    word: &mut Option<Vec<u8>>,
    here: &mut Option<bool>,
    delimiters: &mut Vec<String>,
    out: &mut Words,
) {
    let Some(word) = word.take() else { return };
    let word = String::from_utf8_lossy(&word).into_owned();
    match here.take() {
        Some(true) => out.documents.push(word),
        Some(false) => delimiters.push(word),
        None => out.words.push(word),
    }
}

/// A here-document, and how many bytes it takes with the line that ends it.
fn here_document(text: &str, delimiter: &str) -> (String, usize) {
    let mut n = 0;
    for line in text.split_inclusive('\n') {
        if line.trim() == delimiter {
            return (text[..n].to_owned(), n + line.len());
        }
        n += line.len();
    }
    (text.to_owned(), text.len())
}

/// Inside of `"…"`; returns what follows the quote.
fn double_quoted(bytes: &[u8], mut at: usize, out: &mut Vec<u8>) -> usize {
    loop {
        match bytes.get(at) {
            None | Some(b'"') => return at + 1,
            Some(b'\\') => {
                match bytes.get(at + 1) {
                    Some(b'\n') | None => {}
                    Some(&escaped @ (b'"' | b'\\' | b'$' | b'`')) => out.push(escaped),
                    Some(&other) => out.extend_from_slice(&[b'\\', other]),
                }
                at += 2;
            }
            Some(&byte) => {
                out.push(byte);
                at += 1;
            }
        }
    }
}

/// Inside of `$'…'`; returns what follows the quote.
fn ansi(bytes: &[u8], mut at: usize, out: &mut Vec<u8>) -> usize {
    loop {
        match bytes.get(at) {
            None | Some(b'\'') => return at + 1,
            Some(b'\\') => {
                let escaped = bytes.get(at + 1).copied().unwrap_or_default();
                at += 2;
                let hex = |limit: usize| {
                    let digits = bytes.get(at..).unwrap_or_default();
                    let n = digits
                        .iter()
                        .take(limit)
                        .take_while(|byte| byte.is_ascii_hexdigit())
                        .count();
                    let digits = std::str::from_utf8(&digits[..n]).unwrap_or_default();
                    (u32::from_str_radix(digits, 16).unwrap_or_default(), n)
                };
                match escaped {
                    b'n' => out.push(b'\n'),
                    b't' => out.push(b'\t'),
                    b'r' => out.push(b'\r'),
                    b'x' => {
                        let (byte, n) = hex(2);
                        out.push(byte.to_le_bytes()[0]);
                        at += n;
                    }
                    b'u' | b'U' => {
                        let (code, n) = hex(if escaped == b'u' { 4 } else { 8 });
                        let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
                        out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                        at += n;
                    }
                    other => out.push(other),
                }
            }
            Some(&byte) => {
                out.push(byte);
                at += 1;
            }
        }
    }
}
