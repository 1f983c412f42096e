//! What the readers need of a file's descriptors: without options, services and defaults, which only other programs need. So a file
//! whose options nobody here knows is read all the same.

use prost_reflect::prost_types::{
    DescriptorProto, EnumDescriptorProto, EnumOptions, FieldDescriptorProto, FileDescriptorProto,
    MessageOptions,
};

/// Why a file cannot be read whatever it says: the library that puts files together expects another syntax nowhere.
pub(super) fn unread_syntax(file: &FileDescriptorProto) -> Option<String> {
    match file.syntax() {
        "" | "proto2" | "proto3" => None,
        "editions" => Some(EDITION.to_owned()),
        other => Some(format!(
            "the syntax {other} is not read: proto2 and proto3 are"
        )),
    }
}

pub(super) const EDITION: &str =
    "it is written in an edition, which is not read: proto2 and proto3 are";

/// Takes out what is not needed; says how many messages, fields, enums and values there are.
pub(super) fn make_plain(file: &mut FileDescriptorProto) -> usize {
    // An empty text is none, as everywhere in protobuf; the library takes it for a syntax of that name.
    file.syntax = file.syntax.take().filter(|syntax| !syntax.is_empty());
    file.options = None;
    file.service.clear();
    file.weak_dependency.clear();
    let enums: usize = file.enum_type.iter_mut().map(plain_enum).sum();
    let messages: usize = file.message_type.iter_mut().map(plain_message).sum();
    file.extension.iter_mut().for_each(plain_field);
    enums + messages + file.extension.len()
}

/// Messages stand in each other at most as deep as the parser and the decoder let them.
fn plain_message(message: &mut DescriptorProto) -> usize {
    let is_map_entry = message.options.as_ref().and_then(|it| it.map_entry);
    message.options = is_map_entry.map(|is_map_entry| MessageOptions {
        map_entry: Some(is_map_entry),
        ..MessageOptions::default()
    });
    // Where a field says that it is of a oneof which is not there, it is of none.
    let n_oneofs = i32::try_from(message.oneof_decl.len()).unwrap_or(i32::MAX);
    for field in &mut message.field {
        field.oneof_index = field.oneof_index.filter(|at| (0..n_oneofs).contains(at));
    }
    for oneof in &mut message.oneof_decl {
        oneof.options = None;
    }
    for range in &mut message.extension_range {
        range.options = None;
    }
    let fields = message.field.iter_mut().chain(&mut message.extension);
    let mut n = 1;
    for field in fields {
        plain_field(field);
        n += 1;
    }
    n += message.enum_type.iter_mut().map(plain_enum).sum::<usize>();
    n + message
        .nested_type
        .iter_mut()
        .map(plain_message)
        .sum::<usize>()
}

fn plain_field(field: &mut FieldDescriptorProto) {
    field.options = None;
    field.default_value = None;
}

fn plain_enum(named: &mut EnumDescriptorProto) -> usize {
    // Of names of the same number the first one is shown.
    named.options = Some(EnumOptions {
        allow_alias: Some(true),
        ..EnumOptions::default()
    });
    for value in &mut named.value {
        value.options = None;
    }
    1 + named.value.len()
}
