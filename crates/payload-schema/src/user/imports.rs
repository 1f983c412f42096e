//! Which file an import means: one that is built in, the one of exactly that name, or the one file whose path ends so. People choose
//! a folder above or below the one that the imports begin at.

use std::collections::HashMap;

use super::built_in::is_built_in;

/// What an import means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Import {
    BuiltIn,
    /// The file of this name.
    File(String),
    Missing,
}

/// The names of all files, by every end that they have.
#[derive(Default)]
pub(super) struct Names {
    by_end: HashMap<String, Vec<String>>,
}

/// Files of the same end that are looked at.
const MAX_SAME: usize = 64;

impl Names {
    pub(super) fn add(&mut self, name: &str) {
        let mut rest = Some(name);
        while let Some(end) = rest {
            self.add_as(end, name);
            rest = end.split_once('/').map(|(_, rest)| rest);
        }
    }

    /// Lets a file be imported by another name.
    pub(super) fn add_as(&mut self, end: &str, name: &str) {
        let same = self.by_end.entry(end.to_owned()).or_default();
        if same.len() < MAX_SAME && !same.iter().any(|other| other == name) {
            same.push(name.to_owned());
        }
    }

    /// What the file `importer` means by an import.
    pub(super) fn find(&self, import: &str, importer: &str) -> Import {
        if is_built_in(import) {
            return Import::BuiltIn;
        }
        let Some(same) = self.by_end.get(import) else {
            return Import::Missing;
        };
        if same.iter().any(|name| name == import) {
            return Import::File(import.to_owned());
        }
        // The nearest, then the shortest.
        let best = same.iter().min_by_key(|name| {
            let far = usize::MAX - shared(name, importer);
            (far, name.len(), name.as_str())
        });
        best.map_or(Import::Missing, |name| Import::File(name.clone()))
    }
}

/// How many folders two paths have in common.
fn shared(one: &str, other: &str) -> usize {
    let both = one.split('/').zip(other.split('/'));
    both.take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_begin_at_any_folder_above_the_file() {
        let mut names = Names::default();
        for name in [
            "proto/acme/money.proto",
            "old/acme/money.proto",
            "acme.proto",
        ] {
            names.add(name);
        }
        let check = |import: &str, importer: &str, expect: &str| {
            let expect = Import::File(expect.to_owned());
            assert_eq!(names.find(import, importer), expect, "{import}");
        };
        check("acme.proto", "proto/x.proto", "acme.proto");
        check(
            "proto/acme/money.proto",
            "x.proto",
            "proto/acme/money.proto",
        );
        check(
            "acme/money.proto",
            "proto/a/x.proto",
            "proto/acme/money.proto",
        );
        check("acme/money.proto", "old/x.proto", "old/acme/money.proto");
        check("money.proto", "x.proto", "old/acme/money.proto");
        assert_eq!(names.find("oney.proto", ""), Import::Missing);
        let duration = names.find("google/protobuf/duration.proto", "");
        assert_eq!(duration, Import::BuiltIn);
    }
}
