//! The members of a map as proto3 JSON has them: which texts and lists are bytes, which members are a list or a map.
//!
//! protobuf's text format says neither whether a field is repeated nor whether its text is bytes, so this is told from what
//! Temporal's messages have: a Payload's metadata and data, and lists of events and Payloads.

use std::collections::HashMap;

use crate::base64;

use super::node::{Member, Node};
use super::times;

/// A map with these members; `true` where they were protobuf's text format.
pub(super) fn of(members: Vec<Member>) -> (Node, bool) {
    if let Some(bytes) = node_buffer(&members) {
        return (Node::Bytes(bytes), false);
    }
    if let Some(values) = indexed(&members) {
        let indexed = true;
        return (Node::Numbers { values, indexed }, false);
    }
    let mut members = repeated(members);
    let mut is_text_format = false;
    for member in &mut members {
        if let "Metadata" | "Data" | "Payloads" | "Events" | "ExternalPayloads" = &*member.name {
            member.name[..1].make_ascii_lowercase();
        }
        let is_list = matches!(
            &*member.name,
            "events" | "payloads" | "external_payloads" | "externalPayloads"
        );
        let node = std::mem::replace(&mut member.node, Node::Null);
        member.node = match node {
            Node::Map(entry) if is_entry(&entry) && has_entries(&member.name) => {
                is_text_format = true;
                entries(&member.name, vec![Node::Map(entry)])
            }
            Node::List(items) if !items.is_empty() && items.iter().all(is_entry_node) => {
                is_text_format = true;
                entries(&member.name, items)
            }
            Node::Map(inner) if is_list => Node::List(vec![Node::Map(inner)]),
            Node::Map(inner) => match times::text(&member.name, &inner) {
                Some(text) => Node::word(&text),
                None => Node::Map(inner),
            },
            node @ (Node::Null
            | Node::Scalar(_)
            | Node::Text(_)
            | Node::Bytes(_)
            | Node::Numbers { .. }
            | Node::List(_)) => node,
        };
    }
    payload(&mut members, is_text_format);
    (Node::Map(members), is_text_format)
}

/// `{"type":"Buffer","data":[1,2,3]}`, as Node writes a Buffer.
fn node_buffer(members: &[Member]) -> Option<Vec<u8>> {
    let [kind, data] = members else { return None };
    let is_buffer = kind.name == "type" && data.name == "data" && kind.node.text()? == b"Buffer";
    let is_empty = matches!(&data.node, Node::List(items) if items.is_empty());
    match is_empty {
        true => is_buffer.then(Vec::new),
        false => data.node.as_bytes().filter(|_| is_buffer),
    }
}

/// `{"0":1,"1":2}`, as JavaScript writes a Uint8Array.
fn indexed(members: &[Member]) -> Option<Vec<i16>> {
    if members.is_empty() {
        return None;
    }
    let mut values = Vec::new();
    for (n, member) in members.iter().enumerate() {
        let Node::Scalar(scalar) = &member.node else {
            return None;
        };
        if member.name.parse() != Ok(n) {
            return None;
        }
        values.push(super::node::small(scalar).filter(|&value| value >= 0)?);
    }
    Some(values)
}

/// Members of one name that stand without quotes are a repeated field.
fn repeated(members: Vec<Member>) -> Vec<Member> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut out: Vec<Member> = Vec::with_capacity(members.len());
    let mut listed: Vec<bool> = Vec::with_capacity(members.len());
    for member in members {
        let place = member.bare.then(|| places.get(&member.name)).flatten();
        let Some(&place) = place else {
            if member.bare {
                places.insert(member.name.clone(), out.len());
            }
            out.push(member);
            listed.push(false);
            continue;
        };
        let first = &mut out[place].node;
        if !listed[place] {
            listed[place] = true;
            *first = Node::List(vec![std::mem::replace(first, Node::Null)]);
        }
        if let Node::List(items) = first {
            items.push(member.node);
        }
    }
    out
}

/// The members of Payloads that were copied one after the other without their braces: a map for each. Other members are one.
pub(super) fn payloads_apart(members: Vec<Member>) -> Vec<Vec<Member>> {
    let is = |member: &Member, name: &str| member.name.eq_ignore_ascii_case(name);
    let n_data = members.iter().filter(|member| is(member, "data")).count();
    let are_payloads = members
        .iter()
        .all(|member| is(member, "data") || is(member, "metadata"));
    if n_data < 2 || !are_payloads {
        return vec![members];
    }
    let mut apart: Vec<Vec<Member>> = vec![Vec::new()];
    for member in members {
        let current = apart.last().map(Vec::as_slice).unwrap_or_default();
        let has_data = current.iter().any(|other| is(other, "data"));
        // Entries of protobuf's text format repeat the name of metadata, before the data.
        if has_data && current.iter().any(|other| is(other, &member.name)) {
            apart.push(Vec::new());
        }
        if let Some(current) = apart.last_mut() {
            current.push(member);
        }
    }
    apart
}

fn is_entry(members: &[Member]) -> bool {
    let [key, value] = members else { return false };
    key.bare && value.bare && key.name == "key" && value.name == "value"
}

fn is_entry_node(node: &Node) -> bool {
    matches!(node, Node::Map(members) if is_entry(members))
}

/// Maps of Temporal's messages that may have one entry alone.
fn has_entries(name: &str) -> bool {
    matches!(
        name,
        "metadata"
            | "fields"
            | "indexed_fields"
            | "entries"
            | "header"
            | "nexus_header"
            | "queries"
            | "query_results"
    )
}

/// A map field of protobuf's text format: an entry for each member. Values of a Payload's metadata are bytes.
fn entries(name: &str, items: Vec<Node>) -> Node {
    let entry = |node| {
        let Node::Map(members) = node else {
            return None;
        };
        let [key, value] = <[Member; 2]>::try_from(members).ok()?;
        let key = if let Node::Scalar(scalar) = key.node {
            scalar
        } else {
            String::from_utf8_lossy(&key.node.text().unwrap_or_default()).into_owned()
        };
        let node = match value.node.text() {
            Some(text) if name == "metadata" => Node::Bytes(text),
            _ => value.node,
        };
        Some(Member {
            name: key,
            bare: false,
            arrow: false,
            node,
        })
    };
    Node::Map(items.into_iter().filter_map(entry).collect())
}

/// Makes the texts and lists of a Payload base64, where they are bytes.
fn payload(members: &mut [Member], is_text_format: bool) {
    let is_metadata = |member: &Member| member.name == "metadata";
    if let [data] = members
        && data.name == "data"
    {
        return data_alone(data);
    }
    let Some(metadata) = members.iter_mut().find(|member| is_metadata(member)) else {
        return;
    };
    let Node::Map(values) = &mut metadata.node else {
        return;
    };
    if !values.iter().all(|value| {
        matches!(
            value.node,
            Node::Text(_) | Node::Bytes(_) | Node::Numbers { .. } | Node::Null
        )
    }) {
        return;
    }
    let is_bytes = |node: &Node| matches!(node, Node::Bytes(_) | Node::Numbers { .. });
    let are_bytes = values.iter().any(|value| is_bytes(&value.node));
    let are_arrows = values.iter().any(|value| value.arrow);
    let is_raw = is_text_format || are_bytes || are_arrows;
    for value in values.iter_mut() {
        if let Some(bytes) = value.node.as_bytes() {
            value.node = Node::Bytes(bytes);
        } else if let Node::Text(text) = &value.node
            && is_raw
        {
            value.node = Node::Bytes(text.bytes());
        }
    }
    let Some(data) = members.iter_mut().find(|member| member.name == "data") else {
        return;
    };
    let mut data_is_bytes = false;
    if let Some(bytes) = data.node.as_bytes() {
        data.node = Node::Bytes(bytes);
        data_is_bytes = true;
    } else if let Node::Text(text) = &data.node
        && is_raw
    {
        data.node = Node::Bytes(text.bytes());
    }
    if !data_is_bytes {
        return;
    }
    // Metadata beside bytes may be in plain words; proto3 JSON has one spelling for all.
    for member in members.iter_mut().filter(|member| is_metadata(member)) {
        let Node::Map(values) = &mut member.node else {
            continue;
        };
        for value in values {
            if let Node::Text(text) = &value.node {
                let bytes = text.bytes();
                let spelled = std::str::from_utf8(&bytes).ok().and_then(base64::decode);
                let is_base64 = spelled.is_some_and(|decoded| {
                    !decoded.is_empty() && decoded.iter().all(u8::is_ascii_graphic)
                });
                if !is_base64 {
                    value.node = Node::Bytes(bytes);
                }
            }
        }
    }
}

/// Of a Payload without its metadata, what is bytes for certain.
fn data_alone(data: &mut Member) {
    if let Some(bytes) = data.node.as_bytes() {
        data.node = Node::Bytes(bytes);
    } else if let Node::Text(text) = &data.node {
        let bytes = text.bytes();
        let is_text =
            std::str::from_utf8(&bytes).is_ok_and(|text| !text.contains(char::is_control));
        if !is_text {
            data.node = Node::Bytes(bytes);
        }
    }
}
