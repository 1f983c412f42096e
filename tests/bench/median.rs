//! The middle of times that were measured.

use std::time::Duration;

/// The median.
///
/// # Panics
/// Where there are no times.
pub(crate) fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
