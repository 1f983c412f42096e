//! The paths of containers and Payloads while a document is read. They are spelled out at its end, for the Payloads that it holds
//! then: what turned out to be part of somebody's data costs nothing, and each name on the way is read once.

use std::fmt::Write as _;
use std::ops::Range;

use crate::json_string::unescape;
use crate::lists::Lists;
use crate::slots::Slot;

/// A value's place in its container.
#[derive(Clone, Debug)]
pub(super) enum Segment {
    /// A value of the document itself, by its index; it has a name only among several.
    Root(usize),
    Index(usize),
    /// Where the name stands in the text, in quotation marks.
    Name(Range<usize>),
}

/// The values on the way to what was found, each after the one around it.
#[derive(Debug, Default)]
pub(super) struct Paths(Vec<Node>);

#[derive(Debug)]
struct Node {
    /// The container; of a root value nothing is asked.
    parent: usize,
    segment: Segment,
}

/// Pointers take more than [`MAX_BYTES`] together.
#[derive(Debug)]
pub(super) struct TooLong;

/// Memory that pointers may take together: a long name over a long list would otherwise cost far more than the text.
pub(super) const MAX_BYTES: usize = 256 << 20;

impl Paths {
    /// A value begins inside of `parent`. Its number is for [`Paths::keep_up_to`] and [`Paths::spell`].
    pub(super) fn begin(&mut self, parent: usize, segment: Segment) -> usize {
        self.0.push(Node { parent, segment });
        self.0.len() - 1
    }

    /// Forgets all values that began after this one.
    pub(super) fn keep_up_to(&mut self, node: usize) {
        self.0.truncate(node + 1);
    }

    /// Forgets this value, and all that began after it.
    pub(super) fn keep_before(&mut self, node: usize) {
        self.0.truncate(node);
    }

    /// Spells the pointers of all slots, which are in the order of the text.
    pub(super) fn spell(
        &self,
        text: &str,
        n_roots: usize,
        slots: &mut [Slot],
        nodes: &[usize],
    ) -> Result<(), TooLong> {
        let mut pointer = String::new();
        // The values around, each with the pointer's length before it.
        let mut around: Vec<(usize, usize, Lists)> = Vec::new();
        let mut new = Vec::new();
        let mut bytes = 0;
        for (slot, &node) in slots.iter_mut().zip(nodes) {
            // Values are numbered as they begin, so whatever is around both this slot and the last one is still there.
            let mut at = node;
            loop {
                while around.last().is_some_and(|&(other, ..)| other > at) {
                    let len = around.pop().map_or(0, |(_, len, _)| len);
                    pointer.truncate(len);
                }
                if around.last().is_some_and(|&(other, ..)| other == at) {
                    break;
                }
                new.push(at);
                if matches!(self.0[at].segment, Segment::Root(_)) {
                    around.clear();
                    pointer.clear();
                    break;
                }
                at = self.0[at].parent;
            }
            while let Some(at) = new.pop() {
                let outside = around.last().map_or(Lists::default(), |&(.., lists)| lists);
                let len = pointer.len();
                let lists = match &self.0[at].segment {
                    Segment::Root(line) => {
                        if n_roots > 1 {
                            push_index(&mut pointer, *line);
                        }
                        outside
                    }
                    Segment::Index(index) => {
                        push_index(&mut pointer, *index);
                        outside.with(true)
                    }
                    Segment::Name(span) => {
                        push_name(&mut pointer, &unescape(&text[span.clone()]));
                        outside.with(false)
                    }
                };
                around.push((at, len, lists));
            }
            bytes += pointer.len();
            if bytes > MAX_BYTES {
                return Err(TooLong);
            }
            slot.pointer = pointer.as_str().to_owned();
            slot.lists = around.last().map_or(Lists::default(), |&(.., lists)| lists);
        }
        Ok(())
    }
}

fn push_index(pointer: &mut String, index: usize) {
    write!(pointer, "/{index}").expect("writing into a String cannot fail");
}

fn push_name(pointer: &mut String, name: &str) {
    pointer.push('/');
    if name.contains('~') || name.contains('/') {
        pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
    } else {
        pointer.push_str(name);
    }
}
