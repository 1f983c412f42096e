//! A JSON text as a tree of the places of its values, each with a digest of what counts in it: nothing is copied out of it, and no
//! number is read.

use std::borrow::Cow;
use std::ops::Range;

use temporal_payload::json_tokens::{Kind, Roots, Token, Tokens};
use temporal_payload::unescape;

use crate::digest::{Digest, digest_of};
use crate::rules::Rules;

/// Containers in each other: those of an event and those of a value in it.
const MAX_DEPTH: usize = 2048;

/// Characters of one name in a path.
const MAX_NAME: usize = 200;
/// Bytes of a path after which the rest of it is left out.
const MAX_PATH: usize = 2000;

/// A part of a text that is not as the rest of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The value that it is about.
    pub span: Range<usize>,
    /// What it is.
    pub what: Marked,
}

/// What is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marked {
    /// A value of the user's own: all of it counts, whatever it is called.
    Value,
    /// Something that could not be decoded: what it says is not known.
    Unknown,
}

/// A text and its values; the first one is the root.
pub struct Tree<'a> {
    text: &'a str,
    nodes: Vec<Node>,
}

/// A value.
pub(crate) struct Node {
    parent: Option<usize>,
    step: Step,
    pub(crate) shape: Shape,
    span: Range<usize>,
    /// Members in the order of their names, as far as they count; items in their own.
    pub(crate) children: Vec<usize>,
    pub(crate) digest: Digest,
    /// Whether there is something unknown in it.
    pub(crate) has_unknown: bool,
}

/// How it is reached from what it is in.
enum Step {
    Root,
    /// By its name, as it stands, in quotes; of several of that name, which one.
    Name(Range<usize>, usize),
    Index(usize),
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Shape {
    Object,
    Array,
    Text,
    /// A number, `true`, `false` or `null`.
    Word,
    Unknown,
}

impl<'a> Tree<'a> {
    /// `None` where the text is not one JSON value, or too deep. `marks` are in the order of the text and not in each other.
    pub fn of(text: &'a str, marks: &[Mark], rules: &Rules) -> Option<Self> {
        let mut tree = Tree {
            text,
            nodes: Vec::new(),
        };
        let everything = Rules::everything();
        let mut marks = marks.iter().peekable();
        let mut tokens = Tokens::new(text, Roots::One, MAX_DEPTH);
        let mut open: Vec<usize> = Vec::new();
        let mut name = None;
        let mut unknown_until = 0;
        while let Some(Token { kind, span }) = tokens.next().ok()? {
            if span.start < unknown_until {
                continue;
            }
            while marks.next_if(|mark| mark.span.end <= span.start).is_some() {}
            let mark = marks.peek().filter(|mark| mark.span.start <= span.start);
            let of_value = mark.is_some_and(|mark| mark.what == Marked::Value);
            let rules = if of_value { &everything } else { rules };
            let shape = match kind {
                Kind::Name => {
                    name = Some(span);
                    continue;
                }
                Kind::EndObject | Kind::EndArray => {
                    let ended = open.pop()?;
                    tree.nodes.get_mut(ended)?.span.end = span.end;
                    tree.end(ended, rules)?;
                    continue;
                }
                _ if mark.is_some_and(|mark| mark.what == Marked::Unknown) => Shape::Unknown,
                Kind::BeginObject => Shape::Object,
                Kind::BeginArray => Shape::Array,
                Kind::Text => Shape::Text,
                Kind::Null | Kind::Scalar => Shape::Word,
            };
            let own = tree.nodes.len();
            let mut span = span;
            if let Some(mark) = mark.filter(|_| shape == Shape::Unknown) {
                span = mark.span.clone();
                unknown_until = span.end;
            }
            let step = match (name.take(), open.last()) {
                (Some(name), _) => Step::Name(name, 0),
                (None, Some(parent)) => Step::Index(tree.nodes.get(*parent)?.children.len()),
                (None, None) => Step::Root,
            };
            if let Some(parent) = open.last() {
                tree.nodes.get_mut(*parent)?.children.push(own);
            }
            tree.nodes.push(Node {
                parent: open.last().copied(),
                step,
                shape,
                span,
                children: Vec::new(),
                digest: Digest::default(),
                has_unknown: shape == Shape::Unknown,
            });
            match shape {
                Shape::Object | Shape::Array => open.push(own),
                Shape::Text => {
                    let said = unescape(tree.value(own));
                    let name = match rules.is_usual() {
                        true => tree.name(own),
                        false => Cow::default(),
                    };
                    let digest = digest_of(&(shape, &*rules.counts(&name, &said)));
                    tree.nodes.get_mut(own)?.digest = digest;
                }
                Shape::Word | Shape::Unknown => {
                    tree.nodes.get_mut(own)?.digest = digest_of(&(shape, tree.value(own)));
                }
            }
        }
        (!tree.nodes.is_empty()).then_some(tree)
    }

    /// What counts in all of it.
    pub fn digest(&self) -> Digest {
        self.nodes
            .first()
            .map_or_else(Digest::default, |node| node.digest)
    }

    /// Whether there is something in it of which nobody knows what it says.
    pub fn has_unknown(&self) -> bool {
        self.nodes.first().is_some_and(|node| node.has_unknown)
    }

    /// All members or items of a container are there.
    fn end(&mut self, ended: usize, rules: &Rules) -> Option<()> {
        let mut children = std::mem::take(&mut self.nodes.get_mut(ended)?.children);
        let shape = self.nodes.get(ended)?.shape;
        let digest = if shape == Shape::Object {
            let named = children.iter().map(|child| (self.name(*child), *child));
            let mut named: Vec<(Cow<'a, str>, usize)> =
                named.filter(|(name, _)| !rules.is_left_out(name)).collect();
            if rules.is_usual()
                && named
                    .iter()
                    .any(|(name, child)| self.is_sticky(name, *child))
            {
                // A Worker draws the name of its own queue.
                named.retain(|(name, _)| name != "name");
            }
            named.sort_unstable();
            let mut digest = digest_of(&shape);
            let (mut before, mut nth) = (None, 0);
            children.clear();
            for (name, child) in named {
                nth = if before.as_ref() == Some(&name) {
                    nth + 1
                } else {
                    0
                };
                let node = self.nodes.get_mut(child)?;
                if let Step::Name(_, which) = &mut node.step {
                    *which = nth;
                }
                digest = digest.and(digest_of(&(&*name, nth, node.digest)));
                children.push(child);
                before = Some(name);
            }
            digest
        } else {
            let items = children
                .iter()
                .filter_map(|child| Some(self.nodes.get(*child)?.digest));
            let items: Vec<Digest> = items.collect();
            digest_of(&(shape, items))
        };
        let has_unknown = |child: &usize| self.nodes.get(*child).is_some_and(|it| it.has_unknown);
        let has_unknown = children.iter().any(has_unknown);
        let node = self.nodes.get_mut(ended)?;
        (node.digest, node.has_unknown, node.children) = (digest, has_unknown, children);
        Some(())
    }

    /// Whether a member says that a queue is a Worker's own: `"kind": "TASK_QUEUE_KIND_STICKY"`.
    fn is_sticky(&self, name: &str, member: usize) -> bool {
        name == "kind"
            && matches!(
                self.value(member),
                "\"TASK_QUEUE_KIND_STICKY\"" | "\"Sticky\""
            )
    }

    pub(crate) fn node(&self, node: usize) -> Option<&Node> {
        self.nodes.get(node)
    }

    /// A value as it stands.
    pub(crate) fn value(&self, node: usize) -> &'a str {
        let span = self.nodes.get(node).map(|node| node.span.clone());
        span.and_then(|span| self.text.get(span))
            .unwrap_or_default()
    }

    /// The name of a member, and which one it is of several of that name; nothing where it is none.
    pub(crate) fn member(&self, node: usize) -> (Cow<'a, str>, usize) {
        match self.nodes.get(node).map(|node| &node.step) {
            Some(Step::Name(name, nth)) => (
                unescape(self.text.get(name.clone()).unwrap_or_default()),
                *nth,
            ),
            Some(Step::Root | Step::Index(_)) | None => (Cow::default(), 0),
        }
    }

    fn name(&self, node: usize) -> Cow<'a, str> {
        self.member(node).0
    }

    /// Where a value is, as jq writes it.
    pub(crate) fn path(&self, node: usize) -> String {
        let mut steps = Vec::new();
        let mut at = Some(node);
        while let Some(node) = at.and_then(|at| self.nodes.get(at)) {
            steps.push(&node.step);
            at = node.parent;
        }
        let mut path = String::new();
        for step in steps.into_iter().rev() {
            if path.len() > MAX_PATH {
                path.push('…');
                break;
            }
            match step {
                Step::Root => {}
                Step::Index(index) => path.push_str(&format!("[{index}]")),
                Step::Name(name, _) => {
                    let quoted = self.text.get(name.clone()).unwrap_or_default();
                    let plain = unescape(quoted);
                    let is_word = !plain.is_empty()
                        && plain
                            .bytes()
                            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
                        && !plain.starts_with(|first: char| first.is_ascii_digit());
                    if is_word {
                        path.push('.');
                        path.extend(plain.chars().take(MAX_NAME));
                    } else {
                        path.push('[');
                        path.extend(quoted.chars().take(MAX_NAME));
                        path.push(']');
                    }
                }
            }
        }
        if path.starts_with('.') {
            path
        } else {
            format!(".{path}")
        }
    }
}
