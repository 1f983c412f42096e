//! Which layers the Payloads of a request had, counted: a history has thousands of Payloads and a handful of shapes.

use payload_codec::{CodecName, KeyId};
use temporal_payload::shown;

/// Shapes that a record lists; Payloads of further ones are only counted.
const MAX_SHAPES: usize = 12;
/// Characters of an encoding or of an id from outside.
const MAX_TEXT: usize = 120;

/// Payloads of one shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layers {
    /// What was taken off, outermost first, with the key that did it.
    pub steps: Vec<(CodecName, Option<KeyId>)>,
    /// The encoding of what is left; empty where it names none.
    pub left: String,
    /// The key that would take off one more layer, and is missing or does not fit.
    pub stopped_at: Option<KeyId>,
    /// How many Payloads have this shape.
    pub count: usize,
}

/// Counts one Payload that was looked at, and says which shape it has; `None` where that is not listed. `steps` are the layers that
/// were taken off, `left` is the encoding of what is left, `stopped_at` the key that would take off one more.
pub(crate) fn count<'a>(
    shapes: &mut Vec<Layers>,
    steps: impl Iterator<Item = (CodecName, Option<&'a KeyId>)> + Clone,
    left: &str,
    stopped_at: Option<&KeyId>,
) -> Option<usize> {
    // Compared before anything is copied: nearly all Payloads of a batch have the same shape.
    let known = shapes.iter().position(|shape| {
        same_steps(&shape.steps, steps.clone())
            && is_text(&shape.left, left)
            && same_key(shape, stopped_at)
    });
    if let Some(shape) = known {
        shapes[shape].count += 1;
        return known;
    }
    let is_listed = shapes.len() < MAX_SHAPES;
    if is_listed {
        shapes.push(Layers {
            steps: steps.map(|(codec, key)| (codec, key.cloned())).collect(),
            left: shown(left, MAX_TEXT),
            stopped_at: stopped_at.map(|id| KeyId::new(&shown(id.as_str(), MAX_TEXT))),
            count: 1,
        });
    }
    is_listed.then(|| shapes.len() - 1)
}

fn same_steps<'a>(
    known: &[(CodecName, Option<KeyId>)],
    mut steps: impl Iterator<Item = (CodecName, Option<&'a KeyId>)>,
) -> bool {
    let mut known = known.iter();
    steps.all(|(codec, key)| {
        known
            .next()
            .is_some_and(|it| it.0 == codec && it.1.as_ref() == key)
    }) && known.next().is_none()
}

fn same_key(shape: &Layers, stopped_at: Option<&KeyId>) -> bool {
    match (&shape.stopped_at, stopped_at) {
        (Some(known), Some(id)) => is_text(known.as_str(), id.as_str()),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

/// Whether a kept text is this one, after bounding.
fn is_text(kept: &str, text: &str) -> bool {
    kept == text || kept == shown(text, MAX_TEXT)
}
