//! What differs between two decoded JSON values, by path, and between two sequences of events.
//!
//! Total and linear: a value is read once, without recursion, and is told apart by a digest; a sequence is aligned within a window
//! of a fixed number of differences. Everything is symmetric: with the sides exchanged, the answer is the same with its sides
//! exchanged. What could not be decoded is neither equal nor different: it is unknown.

mod align;
mod differences;
mod digest;
mod excerpt;
mod rules;
mod tree;

pub use align::{Step, WINDOW, align};
pub use differences::{Difference, Differences, Kind, Side, differences};
pub use digest::{Digest, digest_of};
pub use excerpt::excerpts;
pub use rules::Rules;
pub use tree::{Mark, Marked, Tree};
