//! Message types of the user's own, from `.proto` files and from descriptor sets: as many as can be read, and what is wrong with the
//! others. What is there once in Temporal's API or Google's is built in, and never taken from the user's files.

mod build;

mod built_in;

mod descriptors;

mod imports;

mod plain;

mod protos;

use std::fmt;

use crate::shapes::{MessageId, Types};

pub use descriptors::read_descriptors;
pub use protos::{ProtoFile, read_protos};

/// Files that are read of one place, at most.
pub const MAX_FILES: usize = 5_000;
/// Bytes that one `.proto` file may have.
pub const MAX_FILE_BYTES: usize = 4 << 20;
/// Bytes that all files of one place may have.
pub const MAX_BYTES: usize = 32 << 20;
/// Messages, fields, enums and their values that one place may declare: each takes some hundred bytes.
const MAX_DECLARED: usize = 250_000;
/// Problems that are told; what comes after them is left out.
const MAX_PROBLEMS: usize = 32;

/// The message types of one place: a file, a folder, a descriptor set.
#[derive(Default)]
pub struct UserTypes {
    types: Types,
    /// Those that are the place's own, by name.
    own: Vec<MessageId>,
    /// Files that were read, without those that are built in.
    n_files: usize,
    problems: Vec<SchemaProblem>,
}

/// Why a file, or all of a place, could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaProblem {
    /// The file's name; empty where it is not one file's.
    pub file: String,
    /// The line, from 1 on.
    pub line: Option<usize>,
    /// What is wrong, in the compiler's words. It may quote the file.
    pub what: String,
}

impl SchemaProblem {
    /// One of all of a place.
    pub fn whole(what: impl Into<String>) -> Self {
        SchemaProblem {
            file: String::new(),
            line: None,
            what: what.into(),
        }
    }

    fn of_file(file: &str, what: impl Into<String>) -> Self {
        SchemaProblem {
            file: file.to_owned(),
            line: None,
            what: what.into(),
        }
    }
}

/// `orders.proto, line 7: name 'Money' is not defined`
impl fmt::Display for SchemaProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.file.as_str(), self.line) {
            ("", _) => {}
            (file, None) => write!(f, "{file}: ")?,
            (file, Some(line)) => write!(f, "{file}, line {line}: ")?,
        }
        f.write_str(&self.what)
    }
}

impl UserTypes {
    /// None, and why.
    pub fn failed(problem: SchemaProblem) -> Self {
        UserTypes {
            problems: vec![problem],
            ..UserTypes::default()
        }
    }

    fn new(types: Types, n_files: usize, problems: Vec<SchemaProblem>) -> Self {
        let mut own: Vec<MessageId> = types
            .ids()
            .filter(|id| {
                let message = types.message(*id);
                !message.is_map_entry && !built_in::is_built_in(&message.file)
            })
            .collect();
        own.sort_unstable_by(|one, other| types.name(*one).cmp(types.name(*other)));
        UserTypes {
            types,
            own,
            n_files,
            problems,
        }
    }

    /// The types, those that are built in among them where the user's use them.
    pub fn types(&self) -> &Types {
        &self.types
    }

    /// A type of the user's own by its full name, or by the URL that an `Any` has.
    pub fn find(&self, name: &str) -> Option<MessageId> {
        // As it stands first: in a descriptor set that no compiler wrote, a name may have any character.
        self.named(name)
            .or_else(|| self.named(name.rsplit_once('/')?.1))
    }

    fn named(&self, name: &str) -> Option<MessageId> {
        let by_name = |id: &MessageId| self.types.name(*id).cmp(name);
        let at = self.own.binary_search_by(by_name).ok()?;
        self.own.get(at).copied()
    }

    /// The user's own types, in the order of their names.
    pub(crate) fn ids(&self) -> impl Iterator<Item = MessageId> + '_ {
        self.own.iter().copied()
    }

    /// The file that declares a type.
    pub fn file(&self, id: MessageId) -> &str {
        &self.types.message(id).file
    }

    /// The full names of the user's own types, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.own.iter().map(|id| self.types.name(*id))
    }

    /// The same, with more that could not be read.
    pub fn with_problems(mut self, more: Vec<SchemaProblem>) -> Self {
        self.problems.extend(more);
        self.problems.truncate(MAX_PROBLEMS);
        self
    }

    /// How many types there are.
    pub fn len(&self) -> usize {
        self.own.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.own.is_empty()
    }

    /// How many files were read.
    pub fn n_files(&self) -> usize {
        self.n_files
    }

    /// What could not be read.
    pub fn problems(&self) -> &[SchemaProblem] {
        &self.problems
    }
}

/// How many: the names are the user's.
impl fmt::Debug for UserTypes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserTypes")
            .field("n_types", &self.own.len())
            .field("n_files", &self.n_files)
            .field("n_problems", &self.problems.len())
            .finish()
    }
}
