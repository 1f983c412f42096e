//! Reads a value in whichever notation it is. One pass from left to right; how deep it goes is bounded.

use super::bytes;
use super::literal;
use super::messages;
use super::node::{Items, Member, Node};
use crate::document::wrapping::Wrapping;

mod words;

/// Values may be nested this deep.
const MAX_DEPTH: usize = 96;

/// Why nothing was read.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stop {
    Fault,
    TooDeep,
    /// The program that printed it left something out at this byte.
    LeftOut(usize),
}

/// Where a value or member stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Around {
    /// The text, or braces: `name { … }` is a member.
    Message,
    /// A list or the arguments of a call: `Name { … }` is a value.
    List,
}

enum Entry {
    Item(Node),
    Member(Member),
}

#[derive(Default)]
struct Contents {
    items: Items,
    members: Vec<Member>,
}

/// What was seen, to say which notation it is.
#[derive(Default)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is one sign of a notation"
)]
struct Signs {
    python: bool,
    node: bool,
    go: bool,
    text_format: bool,
    bare_names: bool,
    pairs: bool,
    fragment: bool,
    call: bool,
    quoted_names: bool,
    /// A value or member follows another with nothing between.
    no_comma: bool,
}

pub(super) struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    signs: Signs,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, at: usize) -> Self {
        let bom = if at == 0 && text.starts_with('\u{feff}') {
            3
        } else {
            0
        };
        Reader {
            text,
            bytes: text.as_bytes(),
            at: at + bom,
            signs: Signs::default(),
        }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Which notation the signs speak for.
    pub(super) fn wrapping(&self) -> Wrapping {
        let signs = &self.signs;
        if signs.text_format {
            Wrapping::ProtobufText
        } else if signs.node {
            Wrapping::NodeNotation
        } else if signs.go {
            Wrapping::GoNotation
        } else if signs.python {
            Wrapping::PythonNotation
        } else if signs.pairs {
            Wrapping::Pairs
        } else if signs.bare_names {
            Wrapping::JavaScriptNotation
        } else if signs.call {
            Wrapping::Call
        } else if signs.fragment {
            Wrapping::Fragment
        } else {
            Wrapping::LooseJson
        }
    }

    /// All that the text holds: members, which are one map, or values.
    pub(super) fn roots(&mut self) -> Result<Vec<Node>, Stop> {
        let contents = self.contents(None, Around::Message, 0)?;
        self.check_commas()?;
        if contents.members.is_empty() {
            let roots = contents.items.into_roots();
            self.signs.fragment |= roots.len() > 1;
            return Ok(roots);
        }
        if !contents.items.is_empty() {
            return Err(Stop::Fault);
        }
        self.signs.fragment = true;
        let groups = messages::payloads_apart(contents.members);
        Ok(groups
            .into_iter()
            .map(|members| self.map(members))
            .collect())
    }

    /// The value that begins here, or the members up to what is none.
    pub(super) fn first(&mut self) -> Result<Option<Node>, Stop> {
        let mut members = Vec::new();
        let mut end = self.at;
        loop {
            match self.entry(Around::Message, 0) {
                Ok(Entry::Item(node)) if members.is_empty() => {
                    self.check_commas()?;
                    return Ok(Some(node));
                }
                Ok(Entry::Member(member)) => {
                    members.push(member);
                    end = self.at;
                    self.separator();
                }
                Ok(Entry::Item(_)) | Err(_) if !members.is_empty() => break,
                Ok(Entry::Item(_)) => return Ok(None),
                Err(stop) => return Err(stop),
            }
            if self.at >= self.bytes.len() {
                break;
            }
        }
        self.at = end;
        self.signs.fragment = true;
        self.check_commas()?;
        Ok(Some(self.map(members)))
    }

    /// Notations without commas have no quotes around names: a text with both is JSON that lost a comma, and what it was is not
    /// known.
    fn check_commas(&self) -> Result<(), Stop> {
        let signs = &self.signs;
        match signs.quoted_names && signs.no_comma && !signs.text_format && !signs.go {
            true => Err(Stop::Fault),
            false => Ok(()),
        }
    }

    fn map(&mut self, members: Vec<Member>) -> Node {
        let (node, is_text_format) = messages::of(members);
        self.signs.text_format |= is_text_format;
        self.signs.node |= matches!(node, Node::Bytes(_) | Node::Numbers { .. });
        node
    }

    /// Reads up to the end of a container, or of the text.
    fn contents(
        &mut self,
        close: Option<u8>,
        around: Around,
        depth: usize,
    ) -> Result<Contents, Stop> {
        if depth > MAX_DEPTH {
            return Err(Stop::TooDeep);
        }
        let mut contents = Contents::default();
        let mut is_apart = true;
        loop {
            self.space();
            match (self.peek(), close) {
                (None, None) => return Ok(contents),
                // The end of what was around a fragment.
                (Some(b'}' | b']'), None) if depth == 0 && !contents.members.is_empty() => {
                    let rest = self.text[self.at..].bytes();
                    let mut rest = rest.filter(|byte| !byte.is_ascii_whitespace());
                    return match rest.all(|byte| b"}],;".contains(&byte)) {
                        true => Ok(contents),
                        false => Err(Stop::Fault),
                    };
                }
                (None, Some(_)) => return Err(Stop::Fault),
                (Some(byte), Some(close)) if byte == close => {
                    self.at += 1;
                    return Ok(contents);
                }
                (Some(_), _) => {}
            }
            match self.entry(around, depth)? {
                // Literals side by side are one, as pprint breaks them.
                Entry::Item(node @ (Node::Bytes(_) | Node::Text(_))) if !is_apart => {
                    let Some(member) = contents.members.last_mut() else {
                        contents.items.push(node);
                        continue;
                    };
                    let first = std::mem::replace(&mut member.node, Node::Null);
                    member.node = bytes::appended(first, node).ok_or(Stop::Fault)?;
                }
                Entry::Item(node) => {
                    self.signs.no_comma |= !is_apart && close.is_some();
                    contents.items.push(node);
                }
                Entry::Member(member) => {
                    self.signs.no_comma |= !is_apart && close.is_some();
                    contents.members.push(member);
                }
            }
            is_apart = self.separator();
        }
    }

    fn separator(&mut self) -> bool {
        self.space();
        let is_there = matches!(self.peek(), Some(b',' | b';'));
        self.at += usize::from(is_there);
        is_there
    }

    fn entry(&mut self, around: Around, depth: usize) -> Result<Entry, Stop> {
        self.space();
        let start = self.at;
        let Some(first) = self.peek() else {
            return Err(Stop::Fault);
        };
        let (name, bare, node) = if is_quote(first) {
            let literal = literal::string(self.text, start).ok_or(Stop::Fault)?;
            self.at = literal.end;
            let name = String::from_utf8_lossy(&literal.text.bytes()).into_owned();
            (name, false, Node::Text(literal.text))
        } else if is_word(first) {
            let word = self.word();
            if word.is_empty() {
                return Err(Stop::Fault);
            }
            if self.is_next(is_quote) || self.is_next(|byte| byte == b'(') {
                return self.after_word(start, word, depth).map(Entry::Item);
            }
            (word.to_owned(), true, Node::Null)
        } else {
            return self.value(depth).map(Entry::Item);
        };
        let after = self.at;
        self.space();
        let arrow = self.bytes[self.at..].starts_with(b"=>");
        let is_name = match self.peek() {
            Some(b':') => true,
            Some(b'=') => bare || arrow,
            Some(b'{') => bare && around == Around::Message,
            _ => false,
        };
        if !is_name {
            self.at = after;
            let item = match bare {
                true => self.after_word(start, &name, depth)?,
                false => self.joined(node)?,
            };
            return Ok(Entry::Item(item));
        }
        self.signs.bare_names |= bare;
        self.signs.quoted_names |= !bare;
        self.signs.pairs |= bare && self.peek() == Some(b'=') && depth == 0;
        if self.peek() != Some(b'{') {
            self.at += if arrow { 2 } else { 1 };
        }
        let node = self.value(depth)?;
        Ok(Entry::Member(Member {
            name,
            bare,
            arrow,
            node,
        }))
    }

    fn value(&mut self, depth: usize) -> Result<Node, Stop> {
        self.space();
        let start = self.at;
        match self.peek() {
            None => Err(Stop::Fault),
            Some(quote) if is_quote(quote) => {
                let literal = literal::string(self.text, start).ok_or(Stop::Fault)?;
                self.at = literal.end;
                self.joined(Node::Text(literal.text))
            }
            Some(b'{') => self.braces(depth),
            Some(b'[') => self.brackets(depth),
            Some(b'(') => {
                self.at += 1;
                let contents = self.contents(Some(b')'), Around::List, depth + 1)?;
                if !contents.members.is_empty() {
                    return Ok(self.map(contents.members));
                }
                let mut items = contents.items.into_nodes();
                Ok(match bytes::joined(&items) {
                    Some(joined) if !items.is_empty() => joined,
                    _ if items.len() == 1 => items.remove(0),
                    _ => Node::List(items),
                })
            }
            Some(b'<') => self.angles(depth),
            // Go's and Rust's references.
            Some(b'&' | b'*') => {
                self.at += 1;
                if depth > MAX_DEPTH {
                    return Err(Stop::TooDeep);
                }
                self.value(depth + 1)
            }
            Some(byte) if is_word(byte) => {
                let word = self.word();
                self.after_word(start, word, depth)
            }
            Some(_) => Err(Stop::Fault),
        }
    }

    fn braces(&mut self, depth: usize) -> Result<Node, Stop> {
        self.at += 1;
        let contents = self.contents(Some(b'}'), Around::Message, depth + 1)?;
        if !contents.items.is_empty() {
            // A list in Go's braces; a map holds nothing but members.
            return match contents.members.is_empty() {
                true => Ok(contents.items.into_list()),
                false => Err(Stop::Fault),
            };
        }
        Ok(self.map(contents.members))
    }

    fn brackets(&mut self, depth: usize) -> Result<Node, Stop> {
        const NULL_PROTOTYPE: &str = "[Object: null prototype]";
        if self.text[self.at..].starts_with(NULL_PROTOTYPE) {
            self.signs.node = true;
            self.at += NULL_PROTOTYPE.len();
            return self.value(depth + 1);
        }
        if self.bytes[self.at..].starts_with(b"[]") {
            // Go's type of a list.
            let after = self.at + 2;
            if let Some(&byte) = self.bytes.get(after)
                && (byte == b'*' || is_word(byte))
            {
                self.signs.go = true;
                self.at = after + usize::from(byte == b'*');
                let start = self.at;
                let word = self.word();
                return self.after_word(start, word, depth);
            }
        }
        for left_out in ["[Object]", "[Array]", "[Circular"] {
            if self.text[self.at..].starts_with(left_out) {
                return Err(Stop::LeftOut(self.at));
            }
        }
        self.at += 1;
        let contents = self.contents(Some(b']'), Around::List, depth + 1)?;
        match (contents.members.is_empty(), contents.items.is_empty()) {
            (true, _) => Ok(contents.items.into_list()),
            (false, true) => Ok(self.map(contents.members)),
            (false, false) => Err(Stop::Fault),
        }
    }

    /// `<Buffer 0a 1b>`, `<nil>`, `<Some::Message: name: value>`, Elixir's `<<1, 2>>`, and the text format's `name < … >`.
    fn angles(&mut self, depth: usize) -> Result<Node, Stop> {
        let start = self.at;
        self.at += 1;
        if self.peek() == Some(b'<') {
            self.at += 1;
            let contents = self.contents(Some(b'>'), Around::List, depth + 1)?;
            if !contents.members.is_empty() || self.peek() != Some(b'>') {
                return Err(Stop::Fault);
            }
            self.at += 1;
            return Ok(contents.items.into_list());
        }
        let is_message = self.is_next(|byte| byte.is_ascii_whitespace());
        let word = self.word();
        match word {
            "nil" | "null" if self.peek() == Some(b'>') => {
                self.at += 1;
                return Ok(Node::Null);
            }
            "Buffer" => {
                self.signs.node = true;
                let mut out = Vec::new();
                loop {
                    self.space();
                    if self.peek() == Some(b'>') {
                        self.at += 1;
                        return Ok(Node::Bytes(out));
                    }
                    let word = self.word();
                    match bytes::hex(word) {
                        Some(bytes) if !word.is_empty() => out.extend(bytes),
                        _ if word.starts_with('.') || word.starts_with('…') => {
                            return Err(Stop::LeftOut(start));
                        }
                        _ => return Err(Stop::Fault),
                    }
                }
            }
            _ => {}
        }
        if word.is_empty() && !is_message {
            return Err(Stop::Fault);
        }
        self.space();
        if matches!(self.peek(), Some(b':' | b',')) {
            self.at += 1;
        }
        let contents = self.contents(Some(b'>'), Around::Message, depth + 1)?;
        match contents.items.is_empty() {
            true => Ok(self.map(contents.members)),
            false => Err(Stop::Fault),
        }
    }

    /// A word: letters, digits and what names and numbers have; `::` is part of one, `:` is not.
    fn word(&mut self) -> &'a str {
        let start = self.at;
        while let Some(&byte) = self.bytes.get(self.at) {
            if is_word(byte) {
                self.at += 1;
            } else if byte == b':' && self.bytes.get(self.at + 1) == Some(&b':') {
                self.at += 2;
            } else {
                break;
            }
        }
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn is_next(&self, what: impl Fn(u8) -> bool) -> bool {
        self.peek().is_some_and(what)
    }

    /// Passes over white space and comments.
    fn space(&mut self) {
        loop {
            let rest = &self.bytes[self.at..];
            let blank = rest.iter().position(|byte| !byte.is_ascii_whitespace());
            let Some(blank) = blank else {
                self.at = self.bytes.len();
                return;
            };
            self.at += blank;
            let rest = &rest[blank..];
            let (end, n) = if rest.starts_with(b"//") || rest.starts_with(b"#") {
                (rest.iter().position(|&byte| byte == b'\n'), 1)
            } else if rest.starts_with(b"/*") {
                (rest.windows(2).position(|pair| pair == b"*/"), 2)
            } else {
                return;
            };
            self.at = end.map_or(self.bytes.len(), |end| self.at + end + n);
        }
    }
}

fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80 || b"_$.-/+@%|~^!?".contains(&byte)
}
