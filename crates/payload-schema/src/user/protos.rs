//! Types of `.proto` files: parsed by `protox`, the files that they import among them.

use std::collections::{HashMap, HashSet, VecDeque};

use miette::Diagnostic as _;
use prost_reflect::prost_types::{FileDescriptorProto, SourceCodeInfo};

use super::build::{SchemaFile, build};
use super::built_in::{is_built_in, is_copy};
use super::imports::Names;
use super::plain::{EDITION, make_plain};
use super::{
    MAX_BYTES, MAX_DECLARED, MAX_FILE_BYTES, MAX_FILES, MAX_PROBLEMS, SchemaProblem, UserTypes,
};

/// A `.proto` file.
#[derive(Clone, PartialEq, Eq)]
pub struct ProtoFile {
    /// Its path below the folder that was chosen, with `/` between the parts.
    pub name: String,
    /// What it says.
    pub text: Vec<u8>,
}

/// Reads the types of files. `import` is asked for files that they import and that are not among them.
///
/// It takes time in proportion to the files, but for those that cannot be read, after each of which the others are put together
/// again; and memory in proportion to what they declare, which is bounded.
pub fn read_protos(
    files: Vec<ProtoFile>,
    import: &mut dyn FnMut(&str) -> Option<Vec<u8>>,
) -> UserTypes {
    let mut reading = Reading::default();
    let mut waiting: VecDeque<ProtoFile> = files.into();
    while let Some(file) = waiting.pop_front() {
        if let Err(problem) = reading.read(file) {
            reading.problems.push(problem);
        }
        if reading.n_declared > MAX_DECLARED || reading.n_bytes > MAX_BYTES {
            return UserTypes::failed(too_much());
        }
        if reading.files.len() + reading.problems.len() > MAX_FILES {
            return UserTypes::failed(SchemaProblem::whole(format!(
                "there are more than {MAX_FILES} .proto files"
            )));
        }
        // Each import is asked for once, when nothing else is left to read.
        if waiting.is_empty() {
            waiting.extend(reading.missing(import));
        }
    }
    let Reading {
        files,
        names,
        mut problems,
        ..
    } = reading;
    let n_files = files.len();
    problems.truncate(MAX_PROBLEMS);
    build(files, &names, n_files, problems)
}

pub(super) fn too_much() -> SchemaProblem {
    SchemaProblem::whole(format!(
        "there is more than can be read: at most {} MiB, and {MAX_DECLARED} messages, fields, enums and values",
        MAX_BYTES >> 20
    ))
}

#[derive(Default)]
struct Reading {
    files: Vec<SchemaFile>,
    names: Names,
    /// Texts that were read, with the first file that has them: the same file may lie there twice.
    texts: HashMap<Vec<u8>, String>,
    asked: HashSet<String>,
    n_bytes: usize,
    n_declared: usize,
    problems: Vec<SchemaProblem>,
}

impl Reading {
    fn read(&mut self, file: ProtoFile) -> Result<(), SchemaProblem> {
        let ProtoFile { name, text } = file;
        if is_copy(&name) {
            return Ok(());
        }
        if let Some(first) = self.texts.get(&text) {
            let first = first.clone();
            self.names.add_as(&name, &first);
            return Ok(());
        }
        if text.len() > MAX_FILE_BYTES {
            let too_long = format!("it has more than {} MiB", MAX_FILE_BYTES >> 20);
            return Err(SchemaProblem::of_file(&name, too_long));
        }
        self.n_bytes += text.len();
        let (mut descriptor, lines) = parse(&name, &text)?;
        self.n_declared += make_plain(&mut descriptor);
        self.names.add(&name);
        self.texts.insert(text, name.clone());
        self.files.push(SchemaFile {
            name,
            descriptor,
            lines,
        });
        Ok(())
    }

    /// Files that are imported and are not there, as far as they are found elsewhere.
    fn missing(&mut self, import: &mut dyn FnMut(&str) -> Option<Vec<u8>>) -> Vec<ProtoFile> {
        let mut found = Vec::new();
        for file in &self.files {
            for name in &file.descriptor.dependency {
                let is_here = is_built_in(name)
                    || self.names.find(name, &file.name) != super::imports::Import::Missing;
                if is_here || self.asked.len() >= MAX_FILES || !self.asked.insert(name.clone()) {
                    continue;
                }
                found.extend(import(name).map(|text| ProtoFile {
                    name: name.clone(),
                    text,
                }));
            }
        }
        found
    }
}

fn parse(
    name: &str,
    text: &[u8],
) -> Result<(FileDescriptorProto, Option<SourceCodeInfo>), SchemaProblem> {
    let text = std::str::from_utf8(text).map_err(|error| SchemaProblem {
        line: Some(line_of(text, error.valid_up_to())),
        ..SchemaProblem::of_file(name, "it is not UTF-8")
    })?;
    let file = protox::file::File::from_source(name, text).map_err(|error| {
        let start = error
            .labels()
            .and_then(|mut labels| labels.next())
            .map(|label| label.offset());
        SchemaProblem {
            line: start.map(|start| line_of(text.as_bytes(), start)),
            ..match begins_with_edition(text) {
                true => SchemaProblem::of_file(name, EDITION),
                false => SchemaProblem::of_file(name, error.to_string()),
            }
        }
    })?;
    let mut descriptor = FileDescriptorProto::from(file);
    let lines = descriptor.source_code_info.take();
    Ok((descriptor, lines))
}

/// The parser knows no editions, and says only that it expected something else.
fn begins_with_edition(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim_start);
    lines
        .find(|line| !line.is_empty() && !line.starts_with("//"))
        .is_some_and(|line| line.starts_with("edition"))
}

/// The number of a line, from 1 on.
fn line_of(text: &[u8], offset: usize) -> usize {
    let before = text.iter().take(offset);
    1 + before.filter(|byte| **byte == b'\n').count()
}
