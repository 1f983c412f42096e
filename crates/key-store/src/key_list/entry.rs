//! The entries of a JSON or YAML list.

use payload_codec::{CodecSpec, KeyId, SecretKey};
use zeroize::Zeroizing;

use super::found::{BadEntry, BadList, FoundKey, MAX_LIST_KEYS, guessed};
use super::tree::{Node, take};
use crate::material::{self, MaterialFormat};

type Fields = Vec<(Zeroizing<String>, Node)>;

/// All entries of a list.
///
/// # Errors
/// [`BadList::NoKeys`] where none of them looks like a key's: a document of any other kind has lists, too.
pub(super) fn read_all(items: Vec<Node>) -> Result<Vec<FoundKey>, BadList> {
    if items.len() > MAX_LIST_KEYS {
        return Err(BadList::TooLarge);
    }
    let keys: Vec<FoundKey> = items.into_iter().map(read).collect();
    let is_entry =
        |found: &FoundKey| !matches!(found.key, Err(BadEntry::NotAnEntry | BadEntry::NoKey));
    keys.iter()
        .any(is_entry)
        .then_some(keys)
        .ok_or(BadList::NoKeys)
}

/// Reads an entry; what is wrong with it stands in place of its key.
fn read(node: Node) -> FoundKey {
    let mut found = FoundKey::bad("", BadEntry::NotAnEntry);
    if let Node::Map(mut fields) = node {
        found.is_material = fields.iter().any(|(name, _)| name.as_str() == "material");
        found.key = fill(&mut fields, &mut found).map(|(key, spelling)| {
            found.spelling = Some(spelling);
            key
        });
        found.has_unknown = !fields.is_empty();
    }
    found
}

fn fill(
    fields: &mut Fields,
    FoundKey {
        names, usage, spec, ..
    }: &mut FoundKey,
) -> Result<(SecretKey, MaterialFormat), BadEntry> {
    let id = text(fields, "id")?;
    if let Some(id) = &id {
        names.id = KeyId::new(id);
    }
    if let Some(label) = text(fields, "label")? {
        names.label = label.as_str().to_owned();
    }
    names.also_opens = texts(fields, "also_opens")?
        .iter()
        .map(|id| KeyId::new(id))
        .collect();
    usage.formats = texts(fields, "formats")?;
    let preset = text(fields, "preset")?;
    *spec = read_spec(fields)?;
    if spec.is_some() && preset.is_some() {
        return Err(BadEntry::PresetAndSpec);
    }
    if let Some(preset) = preset {
        usage.formats.insert(0, preset.as_str().to_owned());
    }
    usage.namespaces = texts(fields, "namespaces")?;
    usage.retired = match text(fields, "retired")?.as_deref().map(String::as_str) {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(BadEntry::BadField { name: "retired" }),
    };
    // A format that derives its keys takes secrets of any length; who names none means an AES key.
    let any_length = !usage.formats.is_empty() || spec.is_some();

    let key = text(fields, "key")?;
    let material = text(fields, "material")?;
    let spelled = match (key, material) {
        (_, Some(material)) => {
            let spelling = match text(fields, "format")?.as_deref().map(String::as_str) {
                None | Some("base64") => MaterialFormat::Base64,
                Some("hex") => MaterialFormat::Hex,
                Some("utf8") => MaterialFormat::Utf8,
                Some(_) => return Err(BadEntry::BadField { name: "format" }),
            };
            let key = match any_length {
                true => material::parse_any(&material, spelling),
                false => material::parse(&material, spelling),
            };
            (key?, spelling)
        }
        (Some(key), None) => as_text(&key, any_length)?,
        (None, None) => return Err(BadEntry::NoKey),
    };
    match id {
        Some(_) => Ok(spelled),
        None => Err(BadEntry::NoId),
    }
}

/// A format of the entry's own. What is wrong with it is not told: the text is never quoted.
fn read_spec(fields: &mut Fields) -> Result<Option<Box<CodecSpec>>, BadEntry> {
    match take(fields, "spec") {
        None | Some(Node::Nothing) => Ok(None),
        Some(node) => serde_json::from_value(node.into_json())
            .ok()
            .filter(|spec: &CodecSpec| spec.check().is_ok())
            .map(|spec| Some(Box::new(spec)))
            .ok_or(BadEntry::BadSpec),
    }
}

/// A key is its text in UTF-8; only where that has no key's length may it be something that spells one.
fn as_text(key: &str, any_length: bool) -> Result<(SecretKey, MaterialFormat), BadEntry> {
    let as_it_is = material::parse(key, MaterialFormat::Utf8);
    match (as_it_is, guessed(key)) {
        (Ok(key), _) => Ok((key, MaterialFormat::Utf8)),
        (Err(_), Some(guessed)) => Ok(guessed),
        (Err(_), None) if any_length => Ok((
            material::parse_any(key, MaterialFormat::Utf8)?,
            MaterialFormat::Utf8,
        )),
        (Err(error), None) => Err(error.into()),
    }
}

/// A field's text, `None` where it is not there.
fn text(fields: &mut Fields, name: &'static str) -> Result<Option<Zeroizing<String>>, BadEntry> {
    match take(fields, name) {
        None | Some(Node::Nothing) => Ok(None),
        Some(Node::Text(text) | Node::Bare(text)) => Ok(Some(text)),
        Some(Node::List(_) | Node::Map(_)) => Err(BadEntry::BadField { name }),
    }
}

/// A field's texts; one alone needs no list.
fn texts(fields: &mut Fields, name: &'static str) -> Result<Vec<String>, BadEntry> {
    let texts = match take(fields, name) {
        None | Some(Node::Nothing) => return Ok(Vec::new()),
        Some(Node::List(items)) => items,
        Some(node @ (Node::Text(_) | Node::Bare(_) | Node::Map(_))) => vec![node],
    };
    let text = |node| match node {
        Node::Text(text) | Node::Bare(text) => Ok(text.as_str().to_owned()),
        Node::Nothing | Node::List(_) | Node::Map(_) => Err(BadEntry::BadField { name }),
    };
    texts.into_iter().map(text).collect()
}
