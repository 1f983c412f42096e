//! Files that every `.proto` file may import, and nobody has to have: Temporal's API, and Google's types.

use prost_reflect::prost_types::FileDescriptorProto;
use protox::file::{FileResolver as _, GoogleFileResolver};

use crate::api;

/// Google's files that Temporal's API does not use.
const GOOGLE: [&str; 5] = [
    "google/protobuf/api.proto",
    "google/protobuf/compiler/plugin.proto",
    "google/protobuf/descriptor.proto",
    "google/protobuf/source_context.proto",
    "google/protobuf/type.proto",
];

/// Whether a file is built in, by the name that it is imported by.
pub(super) fn is_built_in(name: &str) -> bool {
    GOOGLE.contains(&name) || api::pool().get_file_by_name(name).is_some()
}

/// The name that a file of a folder would be imported by, where it is one that is built in: copies of these files lie in many
/// folders.
pub(super) fn is_copy(name: &str) -> bool {
    let mut rest = Some(name);
    std::iter::from_fn(|| {
        let here = rest?;
        rest = here.split_once('/').map(|(_, rest)| rest);
        Some(here)
    })
    .any(is_built_in)
}

/// It.
pub(super) fn built_in(name: &str) -> Option<FileDescriptorProto> {
    if let Some(file) = api::pool().get_file_by_name(name) {
        return Some(file.file_descriptor_proto().clone());
    }
    if !GOOGLE.contains(&name) {
        return None;
    }
    let file = GoogleFileResolver::new().open_file(name).ok()?;
    Some(file.file_descriptor_proto().clone())
}
