//! Words without quotes: names of types and calls, constants, numbers, and what they begin.

use super::super::bytes::{self, makes_bytes};
use super::super::literal;
use super::super::node::Node;
use super::{Around, MAX_DEPTH, Reader, Stop, is_quote, is_word};

impl Reader<'_> {
    /// What a word without quotes begins, or is.
    pub(super) fn after_word(
        &mut self,
        start: usize,
        word: &str,
        depth: usize,
    ) -> Result<Node, Stop> {
        if word.starts_with("...") || word.starts_with('…') {
            return Err(Stop::LeftOut(start));
        }
        if depth > MAX_DEPTH {
            return Err(Stop::TooDeep);
        }
        if let "new" | "await" | "return" = word {
            return self.value(depth + 1);
        }
        match self.peek() {
            Some(quote) if is_quote(quote) && word.len() <= 2 => {
                let literal = literal::string(self.text, self.at).ok_or(Stop::Fault)?;
                self.at = literal.end;
                let is_bytes = word.contains(['b', 'B']);
                self.signs.python |= is_bytes;
                let node = match is_bytes {
                    true => Node::Bytes(literal.text.bytes()),
                    false => Node::Text(literal.text),
                };
                return Ok(node);
            }
            Some(b'(') => return self.call(word, depth),
            Some(b'[') if word == "map" => {
                self.signs.go = true;
                return self.go_map(depth);
            }
            _ => {}
        }
        let after = self.at;
        while self.peek() == Some(b' ') {
            self.at += 1;
        }
        let is_type = word
            .bytes()
            .next()
            .is_some_and(|byte| byte.is_ascii_alphabetic());
        match self.peek() {
            Some(b'{') if is_type => {
                let node = self.braces(depth)?;
                return Ok(self.typed(word, node));
            }
            Some(b'[') if is_type && (after == self.at || makes_bytes(word)) => {
                let node = self.brackets(depth)?;
                return Ok(self.typed(word, node));
            }
            _ => self.at = after,
        }
        let rest = self.bytes[after..].iter().position(|&byte| {
            byte.is_ascii_whitespace() || is_quote(byte) || b",;{}[]()<>".contains(&byte)
        });
        self.at = rest.map_or(self.bytes.len(), |rest| after + rest);
        Ok(literal::word(&self.text[start..self.at]))
    }

    fn typed(&mut self, name: &str, node: Node) -> Node {
        match node.as_bytes() {
            Some(bytes) if makes_bytes(name) => {
                self.signs.node |= matches!(name, "Uint8Array" | "Buffer");
                Node::Bytes(bytes)
            }
            None if makes_bytes(name) && matches!(&node, Node::List(items) if items.is_empty()) => {
                Node::Bytes(Vec::new())
            }
            _ => node,
        }
    }

    /// `Payload(metadata={…})`, `Uint8Array(3) [1, 2, 3]`, `fetch("…", {…})`.
    fn call(&mut self, name: &str, depth: usize) -> Result<Node, Stop> {
        self.at += 1;
        let contents = self.contents(Some(b')'), Around::List, depth + 1)?;
        let after = self.at;
        while self.peek() == Some(b' ') {
            self.at += 1;
        }
        // The size of what follows.
        let mut items = contents.items;
        let is_size = contents.members.is_empty();
        let items = match self.peek() {
            Some(b'[' | b'{') if is_size => {
                let n = std::mem::take(&mut items).into_nodes();
                let is_size = matches!(n.as_slice(), [] | [Node::Scalar(_)]);
                if is_size {
                    self.signs.node = true;
                    // `Buffer(3) [Uint8Array] [ 1, 2, 3 ]`
                    const ALSO: &str = "[Uint8Array]";
                    if self.text[self.at..].starts_with(ALSO) {
                        self.at += ALSO.len();
                    }
                    let node = self.value(depth + 1)?;
                    return Ok(self.typed(name, node));
                }
                n
            }
            _ => items.into_roots(),
        };
        self.at = after;
        self.signs.python |= !contents.members.is_empty();
        match is_size {
            true => {
                self.signs.node |= matches!(name, "Buffer.from" | "Uint8Array" | "Uint8Array.from");
                self.signs.call = true;
                Ok(bytes::call(name, items))
            }
            false => Ok(self.map(contents.members)),
        }
    }

    /// `map[encoding:[106 115]]` and `map[string][]byte{…}`.
    fn go_map(&mut self, depth: usize) -> Result<Node, Stop> {
        let name_end = self.at
            + 1
            + self.bytes[self.at + 1..]
                .iter()
                .position(|&byte| !is_word(byte))
                .unwrap_or_default();
        self.at += 1;
        if self.bytes.get(name_end) != Some(&b']') || name_end == self.at {
            let contents = self.contents(Some(b']'), Around::Message, depth + 1)?;
            return match contents.items.is_empty() {
                true => Ok(self.map(contents.members)),
                false => Err(Stop::Fault),
            };
        }
        let value_type = self.bytes[name_end..]
            .iter()
            .position(|&byte| !(is_word(byte) || b"[]*".contains(&byte)));
        self.at = name_end + value_type.ok_or(Stop::Fault)?;
        match self.peek() {
            Some(b'{') => self.braces(depth),
            _ => Err(Stop::Fault),
        }
    }

    /// A text, with what a `+` adds to it.
    pub(super) fn joined(&mut self, first: Node) -> Result<Node, Stop> {
        let mut parts = vec![first];
        loop {
            let after = self.at;
            self.space();
            if self.peek() != Some(b'+') {
                self.at = after;
                break;
            }
            self.at += 1;
            self.space();
            let next = self.peek().filter(|&byte| is_quote(byte)).map(|_| self.at);
            let literal = next.and_then(|at| literal::string(self.text, at));
            let literal = literal.ok_or(Stop::Fault)?;
            self.at = literal.end;
            parts.push(Node::Text(literal.text));
        }
        match parts.len() {
            1 => Ok(parts.remove(0)),
            _ => bytes::joined(&parts).ok_or(Stop::Fault),
        }
    }
}
