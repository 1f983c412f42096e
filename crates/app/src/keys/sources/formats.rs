//! Formats that come with keys: the spec that an entry of a key list spells out, or those of a bundle. They are added with
//! their keys, and not before.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use payload_codec::CodecSpec;

use super::offered::{Offered, OfferedFormat};
use crate::config::formats::{MAX_NAME, is_name};
use crate::plan::formats::Formats;

/// Gives every format that comes with a key the name that it has here. What is known already comes with no key any more.
pub(super) fn name(offered: &mut [Offered], formats: &Formats) {
    let theirs = offered.iter().flat_map(|entry| &entry.usage.formats);
    let mut names = Names {
        formats,
        theirs: theirs.cloned().collect(),
        offered: Vec::new(),
    };
    for entry in offered {
        let id = entry.names.id.as_str();
        let (mut renamed, mut first) = (BTreeMap::new(), Vec::new());
        entry.formats.retain_mut(|OfferedFormat { name, spec }| {
            let (here, is_new) = names.of(spec, name.as_deref(), id);
            match name.replace(here.clone()) {
                Some(theirs) => drop(renamed.insert(theirs, here)),
                None => first.push(here),
            }
            is_new
        });
        let named = entry.usage.formats.drain(..);
        let named = named.map(|name| renamed.get(&name).cloned().unwrap_or(name));
        let all: Vec<String> = first.into_iter().chain(named).collect();
        // Two of theirs may be one here.
        let mut seen = BTreeSet::new();
        let once = all.into_iter().filter(|name| seen.insert(name.clone()));
        entry.usage.formats = once.collect();
    }
}

/// Names for formats that come from elsewhere.
struct Names<'a> {
    formats: &'a Formats,
    /// All that the source uses.
    theirs: BTreeSet<String>,
    /// Those that are new here so far.
    offered: Vec<(String, Arc<CodecSpec>)>,
}

impl Names<'_> {
    /// The name of a format here, and whether it is new: that of the format which is written so already, else its own where
    /// that is free, else one after it, or after its key's id.
    fn of(&mut self, spec: &Arc<CodecSpec>, own: Option<&str>, id: &str) -> (String, bool) {
        let is_this = |name: &str| {
            self.formats
                .spec(name)
                .is_some_and(|known| *known == **spec)
        };
        let mut all = self.formats.all();
        let known = own
            .filter(|name| is_this(name))
            .or_else(|| all.find_map(|(name, known)| (*known == **spec).then_some(name)));
        if let Some(name) = known {
            return (name.to_owned(), false);
        }
        if let Some((name, _)) = self.offered.iter().find(|(_, earlier)| earlier == spec) {
            return (name.clone(), true);
        }
        let is_free = |name: &str| {
            self.formats.spec(name).is_none() && self.offered.iter().all(|(other, _)| other != name)
        };
        let here = match own {
            Some(own) if is_name(own) && is_free(own) => own.to_owned(),
            own => free_name(own.unwrap_or(id), |name| {
                is_free(name) && !self.theirs.contains(name)
            }),
        };
        self.offered.push((here.clone(), spec.clone()));
        (here, true)
    }
}

/// `Prod/2026` is `prod-2026`, or `prod-2026-2` where that is taken.
fn free_name(id: &str, is_free: impl Fn(&str) -> bool) -> String {
    let letters = id.chars().map(|c| match c.to_ascii_lowercase() {
        c @ ('a'..='z' | '0'..='9') => c,
        _ => '-',
    });
    let letters: String = letters.take(MAX_NAME - 4).collect();
    let stem = match letters.trim_matches('-') {
        "" => "imported",
        stem => stem,
    };
    let numbered = (2..).map(|n| format!("{stem}-{n}"));
    std::iter::once(stem.to_owned())
        .chain(numbered)
        .find(|name| is_free(name))
        .expect("numbers do not end")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_made_of_the_id() {
        for (id, taken, name) in [
            ("prod-2026", &[][..], "prod-2026"),
            ("Prod/2026", &["prod-2026", "prod-2026-2"], "prod-2026-3"),
            ("", &[], "imported"),
            ("äöü", &["imported"], "imported-2"),
        ] {
            assert_eq!(free_name(id, |name| !taken.contains(&name)), name);
        }
        let long = free_name(&"k".repeat(200), |name| name.ends_with("-99"));
        assert!(long.len() <= MAX_NAME, "{long}");
    }
}
