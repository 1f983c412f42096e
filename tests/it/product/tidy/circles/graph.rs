//! Arrows between files, and the circles among them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Files by their path
pub(super) type Sources = BTreeMap<String, String>;

/// From one file to another, with the names that cross.
#[derive(Default)]
pub(super) struct Arrows(BTreeMap<String, BTreeMap<String, BTreeSet<String>>>);

impl Arrows {
    pub(super) fn add(&mut self, from: &str, to: &str, name: &str) {
        if from != to {
            let targets = self.0.entry(from.to_owned()).or_default();
            let names = targets.entry(to.to_owned()).or_default();
            names.insert(name.to_owned());
        }
    }

    /// Every arrow: from, to and the names.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str, &BTreeSet<String>)> {
        self.0.iter().flat_map(|(from, targets)| {
            let targets = targets.iter();
            targets.map(move |(to, names)| (from.as_str(), to.as_str(), names))
        })
    }

    /// The arrows between groups of files. The names say which files they join.
    pub(super) fn between(&self, group: impl Fn(&str) -> String) -> Self {
        let mut grouped = Self::default();
        for (from, to, names) in self.iter() {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let what = format!("{from} uses {} of {to}", names.join(", "));
            grouped.add(&group(from), &group(to), &what);
        }
        grouped
    }

    fn reached_from(&self, start: &str) -> BTreeSet<&str> {
        let mut reached = BTreeSet::new();
        let mut next = vec![start];
        while let Some(at) = next.pop() {
            for to in self.0.get(at).into_iter().flat_map(BTreeMap::keys) {
                if reached.insert(to.as_str()) {
                    next.push(to);
                }
            }
        }
        reached
    }

    /// The largest sets in which each file reaches every other one.
    pub(super) fn circles(&self) -> Vec<Circle> {
        let reached: BTreeMap<&str, BTreeSet<&str>> = self
            .0
            .keys()
            .map(|from| (from.as_str(), self.reached_from(from)))
            .collect();
        let mut circles: Vec<Circle> = Vec::new();
        for (from, targets) in &reached {
            let known = circles.iter().any(|circle| circle.files.contains(*from));
            if known || !targets.contains(from) {
                continue;
            }
            let back = |to: &&str| reached.get(to).is_some_and(|its| its.contains(from));
            let files: BTreeSet<String> = targets
                .iter()
                .copied()
                .filter(back)
                .map(str::to_owned)
                .collect();
            let inside = self
                .iter()
                .filter(|(from, to, _)| files.contains(*from) && files.contains(*to));
            let arrows = inside
                .map(|(from, to, names)| {
                    let names: Vec<&str> = names.iter().map(String::as_str).collect();
                    format!("{from} -> {to}: {}", names.join(", "))
                })
                .collect();
            circles.push(Circle { files, arrows });
        }
        circles
    }
}

/// Files that import each other, straight or through others.
#[derive(Debug)]
pub(super) struct Circle {
    pub(super) files: BTreeSet<String>,
    arrows: Vec<String>,
}

impl fmt::Display for Circle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} files:", self.files.len())?;
        for arrow in &self.arrows {
            write!(f, "\n    {arrow}")?;
        }
        Ok(())
    }
}
