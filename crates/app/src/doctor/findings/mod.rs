//! From what was seen to what is said of it. Pure: the same observations give the same findings. A reason never says more than was
//! seen; where several things look the same from here, as a page that never asked does, that is said, with a way to tell them apart.

mod browsers;

mod line;

mod pages;

mod payloads;

mod programs;

mod server;

mod tls;

use crate::doctor::observed::Observed;
use crate::doctor::view::DoctorFinding;

/// A line for each check, in the order in which a request meets what is checked.
pub(crate) fn findings(seen: &Observed) -> Vec<DoctorFinding> {
    let parts = [
        server::findings(seen),
        tls::findings(seen),
        pages::findings(seen),
        programs::findings(seen),
        payloads::findings(seen),
    ];
    parts.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests;
