//! From what was seen to what is said of it. Pure: the same observations give the same findings. A reason never says more than was
//! seen; where several things look the same from here, as a page that never asked does, that is said, with a way to tell them apart.

mod browsers;

mod line;

mod pages;

mod payloads;

mod programs;

mod server;

mod tls;

use std::collections::BTreeSet;

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
    told_apart(parts.into_iter().flatten().collect())
}

/// Each line has a name of its own, by which the window tells lines apart: what names them is foreign text, cut where it is long
/// and with signs in it that cannot be shown, so two may look alike.
fn told_apart(mut findings: Vec<DoctorFinding>) -> Vec<DoctorFinding> {
    let mut known = BTreeSet::new();
    for finding in &mut findings {
        let name = finding.id.clone();
        let mut n = 1;
        while !known.insert(finding.id.clone()) {
            n += 1;
            finding.id = format!("{name} ({n})");
        }
    }
    findings
}

#[cfg(test)]
mod tests;
