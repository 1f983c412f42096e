//! Types of a `FileDescriptorSet`, as `protoc --descriptor_set_out` and `buf build` write it.

use prost::Message as _;
use prost_reflect::prost_types::FileDescriptorProto;

use super::build::{SchemaFile, build};
use super::built_in::is_built_in;
use super::imports::Names;
use super::plain::make_plain;
use super::protos::too_much;
use super::{MAX_BYTES, MAX_DECLARED, MAX_FILES, SchemaProblem, UserTypes};
use crate::wire::{WireFields, WireValue, is_message};

/// The field of a set that has its files.
const FILE: u32 = 1;
/// The field of a file that says where each declaration stands: most of a set's bytes.
const SOURCE_CODE_INFO: u32 = 9;
/// Fields that a set may have, those of its descriptors and of what stands in them: a field has up to six.
const MAX_FIELDS: usize = MAX_DECLARED * 6;
/// How deep they are counted.
const MAX_DEPTH: usize = 32;

/// Reads the types of a descriptor set.
///
/// As with `.proto` files, time and memory are in proportion to it, and bounded.
pub fn read_descriptors(bytes: &[u8]) -> UserTypes {
    match files(bytes) {
        Ok((files, names)) => {
            let n_files = files.len();
            build(files, &names, n_files, Vec::new())
        }
        Err(problem) => UserTypes::failed(problem),
    }
}

fn files(bytes: &[u8]) -> Result<(Vec<SchemaFile>, Names), SchemaProblem> {
    let no_set = || SchemaProblem::whole("it is no descriptor set and no buf image");
    if bytes.len() > MAX_BYTES {
        return Err(too_much());
    }
    if bytes.is_empty() || !is_message(bytes) {
        return Err(no_set());
    }
    let mut left = MAX_FIELDS;
    let mut n_declared = 0;
    let mut files: Vec<SchemaFile> = Vec::new();
    let mut names = Names::default();
    for field in WireFields::new(bytes).flatten() {
        let (FILE, WireValue::Bytes(file)) = (field.number, field.value) else {
            continue;
        };
        let file = without_source_code_info(file).ok_or_else(no_set)?;
        // Counted before it is decoded: in memory, descriptors are far larger than on the wire.
        count(&file, &mut left, 0).ok_or_else(too_much)?;
        let mut descriptor = FileDescriptorProto::decode(&*file).map_err(|_| no_set())?;
        let name = descriptor.name().to_owned();
        if name.is_empty() {
            return Err(no_set());
        }
        if is_built_in(&name) || files.iter().any(|file| file.name == name) {
            continue;
        }
        if files.len() == MAX_FILES {
            return Err(too_much());
        }
        n_declared += make_plain(&mut descriptor);
        if n_declared > MAX_DECLARED {
            return Err(too_much());
        }
        names.add_as(&name, &name);
        files.push(SchemaFile {
            name,
            descriptor,
            lines: None,
        });
    }
    match files.is_empty() {
        true => Err(no_set()),
        false => Ok((files, names)),
    }
}

fn without_source_code_info(file: &[u8]) -> Option<Vec<u8>> {
    let mut kept = Vec::new();
    for field in WireFields::new(file) {
        let field = field.ok()?;
        if field.number != SOURCE_CODE_INFO {
            kept.extend(field.whole);
        }
    }
    Some(kept)
}

/// Takes what there is from what is left; `None` where there is more. A name may look like a message and count for more than it is.
fn count(bytes: &[u8], left: &mut usize, depth: usize) -> Option<()> {
    for field in WireFields::new(bytes).flatten() {
        *left = left.checked_sub(1)?;
        if let WireValue::Bytes(inner) | WireValue::Group(inner) = field.value
            && depth < MAX_DEPTH
            && is_message(inner)
        {
            count(inner, left, depth + 1)?;
        }
    }
    Some(())
}
