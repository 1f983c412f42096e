//! Puts files together: what one imports is found among the others or is built in. A file that does not fit is left out, and said
//! to be; the others are there without it. Files may import each other: that is refused elsewhere, and harmless here.

use std::collections::{BTreeMap, HashMap, HashSet};

use prost_reflect::prost_types::{FileDescriptorProto, SourceCodeInfo};
use prost_reflect::{DescriptorError, DescriptorPool};

use super::built_in::built_in;
use super::imports::{Import, Names};
use super::plain::{make_plain, unread_syntax};
use super::{MAX_PROBLEMS, SchemaProblem, UserTypes};
use crate::shapes::Types;

/// A file before it is put together with others.
pub(super) struct SchemaFile {
    pub(super) name: String,
    /// As [`make_plain`] leaves it.
    pub(super) descriptor: FileDescriptorProto,
    /// Where each declaration stands.
    pub(super) lines: Option<SourceCodeInfo>,
}

/// A file whose imports are known.
struct Linked {
    file: SchemaFile,
    /// Names of files among the others.
    imports: Vec<String>,
    /// Those of them whose types whoever imports this file sees as well.
    public: Vec<String>,
    missing: Vec<String>,
}

pub(super) fn build(
    files: Vec<SchemaFile>,
    names: &Names,
    n_files: usize,
    mut problems: Vec<SchemaProblem>,
) -> UserTypes {
    let mut built_ins: BTreeMap<String, FileDescriptorProto> = BTreeMap::new();
    let mut linked: Vec<Linked> = Vec::new();
    for file in files {
        match unread_syntax(&file.descriptor) {
            Some(why) => problems.push(SchemaProblem::of_file(&file.name, why)),
            None => linked.push(link(file, names, &mut built_ins)),
        }
    }
    see_through(&mut linked);
    loop {
        match pool(&built_ins, &linked) {
            Ok(pool) => {
                let types = Types::of(&pool);
                problems.truncate(MAX_PROBLEMS);
                return UserTypes::new(types, n_files, problems);
            }
            Err(error) => {
                let place = error.file().and_then(|file| {
                    let is_it = |linked: &Linked| linked.file.name == file;
                    linked.iter().position(is_it)
                });
                let Some(place) = place.filter(|_| problems.len() < MAX_PROBLEMS) else {
                    problems.push(SchemaProblem::whole(error.to_string()));
                    return UserTypes::new(Types::default(), n_files, problems);
                };
                let refused = linked.remove(place);
                problems.push(problem(&refused, &linked, &error));
            }
        }
    }
}

fn link(
    file: SchemaFile,
    names: &Names,
    built_ins: &mut BTreeMap<String, FileDescriptorProto>,
) -> Linked {
    let mut linked = Linked {
        imports: Vec::new(),
        public: Vec::new(),
        missing: Vec::new(),
        file,
    };
    let descriptor = &linked.file.descriptor;
    for (at, import) in descriptor.dependency.iter().enumerate() {
        let name = match names.find(import, &linked.file.name) {
            Import::BuiltIn => {
                add_built_in(import, built_ins);
                import.clone()
            }
            Import::File(name) => name,
            Import::Missing => {
                linked.missing.push(import.clone());
                continue;
            }
        };
        let at = i32::try_from(at).unwrap_or(i32::MAX);
        if descriptor.public_dependency.contains(&at) {
            linked.public.push(name.clone());
        }
        if !linked.imports.contains(&name) {
            linked.imports.push(name);
        }
    }
    linked
}

/// A file that is built in, and those that it imports.
fn add_built_in(name: &str, built_ins: &mut BTreeMap<String, FileDescriptorProto>) {
    let mut wanted = vec![name.to_owned()];
    while let Some(name) = wanted.pop() {
        if built_ins.contains_key(&name) {
            continue;
        }
        if let Some(mut file) = built_in(&name) {
            make_plain(&mut file);
            wanted.extend(file.dependency.iter().cloned());
            built_ins.insert(name, file);
        }
    }
}

/// Has each file import what it sees by way of public imports, so that nobody has to follow them.
fn see_through(files: &mut [Linked]) {
    let public: HashMap<String, Vec<String>> = files
        .iter()
        .filter(|linked| !linked.public.is_empty())
        .map(|linked| (linked.file.name.clone(), linked.public.clone()))
        .collect();
    for linked in files {
        let mut seen: HashSet<String> = linked.imports.iter().cloned().collect();
        let mut at = 0;
        while let Some(name) = linked.imports.get(at).cloned() {
            at += 1;
            for more in public.get(&name).into_iter().flatten() {
                if seen.insert(more.clone()) {
                    linked.imports.push(more.clone());
                }
            }
        }
    }
}

fn pool(
    built_ins: &BTreeMap<String, FileDescriptorProto>,
    files: &[Linked],
) -> Result<DescriptorPool, DescriptorError> {
    let is_there: HashSet<&str> = files
        .iter()
        .map(|linked| linked.file.name.as_str())
        .chain(built_ins.keys().map(String::as_str))
        .collect();
    let of_user = files.iter().map(|linked| {
        let imports = linked.imports.iter();
        FileDescriptorProto {
            name: Some(linked.file.name.clone()),
            dependency: imports
                .filter(|name| is_there.contains(name.as_str()))
                .cloned()
                .collect(),
            public_dependency: Vec::new(),
            ..linked.file.descriptor.clone()
        }
    });
    let mut pool = DescriptorPool::new();
    pool.add_file_descriptor_protos(built_ins.values().cloned().chain(of_user))?;
    Ok(pool)
}

fn problem(refused: &Linked, others: &[Linked], error: &DescriptorError) -> SchemaProblem {
    let mut what = error.to_string();
    let is_there = |name: &String| {
        others.iter().any(|linked| linked.file.name == *name) || super::built_in::is_built_in(name)
    };
    let unread = refused.imports.iter().filter(|name| !is_there(name));
    let (missing, unread): (Vec<&String>, Vec<&String>) =
        (refused.missing.iter().collect(), unread.collect());
    for (names, is) in [(missing, "is not there"), (unread, "could not be read")] {
        for name in names.iter().take(8) {
            what.push_str(&format!("; its import \"{name}\" {is}"));
        }
    }
    SchemaProblem {
        file: refused.file.name.clone(),
        line: line(refused, error),
        what,
    }
}

/// The line of what is wrong, or of what it stands in.
fn line(refused: &Linked, error: &DescriptorError) -> Option<usize> {
    let locations = &refused.file.lines.as_ref()?.location;
    let mut path = error.path()?;
    while !path.is_empty() {
        if let Some(found) = locations.iter().find(|location| location.path == path) {
            let line = usize::try_from(*found.span.first()?).ok()?;
            return Some(line + 1);
        }
        path = path.split_last().map_or(&[][..], |(_, rest)| rest);
    }
    None
}
