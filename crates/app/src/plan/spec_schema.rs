//! Where a spec departs from its JSON Schema, in the words of who writes it: the field, and what may stand there.
//!
//! serde's own messages speak of Rust ("expected newtype variant") and lose the field inside of alternatives. The schema that
//! editors complete from knows both. It is read as far as it goes: `type`, `enum`, `const`, `oneOf`, `properties`, `required`,
//! `additionalProperties`, `items`, the bounds, and `$ref` within itself.

use std::sync::LazyLock;

use payload_codec::CODEC_SPEC_SCHEMA;
use serde_json::Value;
use temporal_payload::JsonStep;

/// One departure.
#[derive(Debug)]
pub(crate) struct Fault {
    /// The way to the value.
    pub(crate) path: Vec<JsonStep>,
    /// Whether the value's name is wrong, rather than the value.
    pub(crate) on_name: bool,
    /// Whether something is not there.
    pub(crate) is_missing: bool,
    pub(crate) message: String,
}

static SCHEMA: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(CODEC_SPEC_SCHEMA).unwrap_or(Value::Null));

/// Departures that are told of one spec.
const MOST: usize = 20;

/// How a value departs from the schema of specs; nothing where it does not.
pub(crate) fn faults(spec: &Value) -> Vec<Fault> {
    let mut found = Faults::default();
    check(&SCHEMA, spec, &mut Vec::new(), &mut found);
    found.0
}

/// What was found so far.
#[derive(Default)]
struct Faults(Vec<Fault>);

impl Faults {
    fn push(&mut self, fault: Fault) {
        if self.0.len() < MOST {
            self.0.push(fault);
        }
    }
}

fn fits(schema: &Value, value: &Value, path: &mut Vec<JsonStep>) -> bool {
    let mut found = Faults::default();
    check(schema, value, path, &mut found);
    found.0.is_empty()
}

fn check(schema: &Value, value: &Value, path: &mut Vec<JsonStep>, found: &mut Faults) {
    let schema = resolved(schema);
    if let Some(forms) = schema["oneOf"].as_array() {
        return check_forms(schema, forms, value, path, found);
    }
    if !allowed(schema).is_none_or(|allowed| allowed.contains(&value)) || !has_type(schema, value) {
        return found.push(unexpected(schema, value, path));
    }
    match value {
        Value::Object(_) => check_object(schema, value, path, found),
        Value::Array(items) => {
            if (items.len() as u64) < schema["minItems"].as_u64().unwrap_or(0) {
                found.push(at(path, format!("{} must not be empty", named(path))));
            }
            for (n, item) in items.iter().enumerate() {
                within(path, JsonStep::Item(n), |path| {
                    check(&schema["items"], item, path, found);
                });
            }
        }
        Value::String(text) => {
            if text.is_empty() && schema["minLength"].as_u64() > Some(0) {
                found.push(at(path, format!("{} must not be empty", named(path))));
            }
        }
        Value::Number(number) => {
            let below = number.as_u64() < schema["minimum"].as_u64();
            let above = schema["maximum"]
                .as_u64()
                .is_some_and(|most| number.as_u64() > Some(most));
            if below || above {
                found.push(unexpected(schema, value, path));
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}

fn check_object(schema: &Value, value: &Value, path: &mut Vec<JsonStep>, found: &mut Faults) {
    let Some(fields) = value.as_object() else {
        return;
    };
    let required = schema["required"].as_array().into_iter().flatten();
    let required: Vec<&str> = required.filter_map(Value::as_str).collect();
    for (name, value) in fields {
        let (known, others) = (&schema["properties"][name], &schema["additionalProperties"]);
        // As if the field were absent.
        if known.is_object() && value.is_null() && !required.contains(&name.as_str()) {
            continue;
        }
        within(path, JsonStep::Name(name.clone()), |path| {
            if known.is_object() {
                check(known, value, path, found);
            } else if others.is_object() {
                check(others, value, path, found);
            } else {
                found.push(unknown(schema, name, path));
            }
        });
    }
    let place = match path.as_slice() {
        [] => String::new(),
        path => format!(" in {}", named(path)),
    };
    for missing in required {
        if !fields.contains_key(missing) {
            let expect = one_of(expected(&schema["properties"][missing]));
            found.push(Fault {
                is_missing: true,
                ..at(path, format!("\"{missing}\" is missing{place}: {expect}"))
            });
        }
    }
}

/// The field at the end of the path is none.
fn unknown(schema: &Value, name: &str, path: &[JsonStep]) -> Fault {
    let known = schema["properties"].as_object();
    let known = known
        .into_iter()
        .flatten()
        .map(|(name, _)| format!("\"{name}\""));
    let message = format!(
        "{} is not a field {}: {} may stand there",
        quoted(name),
        of(path),
        one_of(known.collect())
    );
    Fault {
        on_name: true,
        ..at(path, message)
    }
}

/// One of several forms must fit. Which one is meant is told by its tag, or by a field that only it has.
fn check_forms(
    schema: &Value,
    forms: &[Value],
    value: &Value,
    path: &mut Vec<JsonStep>,
    found: &mut Faults,
) {
    let forms: Vec<&Value> = forms.iter().map(resolved).collect();
    if forms.iter().any(|form| fits(form, value, path)) {
        return;
    }
    if let (Some(tag), Some(fields)) = (tag(&forms), value.as_object()) {
        let tags = || {
            one_of(
                forms
                    .iter()
                    .flat_map(|form| expected(&form["properties"][tag]))
                    .collect(),
            )
        };
        let Some(written) = fields.get(tag) else {
            let message = format!("\"{tag}\" is missing in {}: {}", named(path), tags());
            return found.push(Fault {
                is_missing: true,
                ..at(path, message)
            });
        };
        let meant = forms.iter().find(|form| {
            allowed(&form["properties"][tag]).is_some_and(|allowed| allowed.contains(&written))
        });
        return match meant {
            Some(form) => check(form, value, path, found),
            None => within(path, JsonStep::Name(tag.to_owned()), |path| {
                let message = format!("{} must be {}{}", named(path), tags(), instead(written));
                found.push(at(path, message));
            }),
        };
    }
    let mut same_type = forms
        .iter()
        .filter(|form| has_type(form, value) && form["type"].is_string());
    let meant = match value.as_object() {
        Some(fields) => same_type.find(|form| {
            let known = form["properties"].as_object();
            known.is_some_and(|known| fields.keys().any(|name| known.contains_key(name)))
        }),
        None => same_type.find(|form| allowed(form).is_none()),
    };
    match (meant, value.as_object()) {
        (Some(form), _) => check(form, value, path, found),
        // The field that no form has is named, with its way.
        (None, Some(fields)) if fields.len() == 1 => {
            let expect = one_of(expected(schema));
            let whole = named(path);
            for name in fields.keys() {
                within(path, JsonStep::Name(name.clone()), |path| {
                    let message = format!("{} is not known: {whole} must be {expect}", named(path));
                    found.push(Fault {
                        on_name: true,
                        ..at(path, message)
                    });
                });
            }
        }
        (None, _) => found.push(unexpected(schema, value, path)),
    }
}

/// The field that all forms have, each with a value of its own.
fn tag<'a>(forms: &[&'a Value]) -> Option<&'a str> {
    let first = forms.first()?["properties"].as_object()?;
    let is_tag = |name: &str| {
        forms.len() > 1
            && forms
                .iter()
                .all(|form| allowed(&form["properties"][name]).is_some())
    };
    first.keys().map(String::as_str).find(|name| is_tag(name))
}

fn resolved(schema: &Value) -> &Value {
    match schema["$ref"]
        .as_str()
        .and_then(|name| name.strip_prefix('#'))
    {
        Some(pointer) => SCHEMA.pointer(pointer).unwrap_or(&Value::Null),
        None => schema,
    }
}

/// The values that a schema lists.
fn allowed(schema: &Value) -> Option<Vec<&Value>> {
    let schema = resolved(schema);
    let one = schema.get("const").map(|value| vec![value]);
    one.or_else(|| {
        schema["enum"]
            .as_array()
            .map(|values| values.iter().collect())
    })
}

fn has_type(schema: &Value, value: &Value) -> bool {
    let types = types(schema);
    let is = |name: &&str| match *name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "null" => value.is_null(),
        _ => true,
    };
    types.is_empty() || types.iter().any(is)
}

/// The types that a schema names; none where any will do.
fn types(schema: &Value) -> Vec<&str> {
    let named = &schema["type"];
    let several = named.as_array().into_iter().flatten();
    let names = several.chain(std::iter::once(named));
    names.filter_map(Value::as_str).collect()
}

/// What may stand where a schema holds, each form as JSON or in words.
fn expected(schema: &Value) -> Vec<String> {
    let schema = resolved(schema);
    if let Some(forms) = schema["oneOf"].as_array() {
        let forms: Vec<&Value> = forms.iter().map(resolved).collect();
        return match tag(&forms) {
            Some(tag) => vec![format!("an object with \"{tag}\"")],
            None => forms.iter().flat_map(|form| expected(form)).collect(),
        };
    }
    if let Some(allowed) = allowed(schema) {
        return allowed.iter().map(ToString::to_string).collect();
    }
    let types = types(schema);
    let word = |name: &&str| match *name {
        "object" => sketch(schema),
        "array" => "a list".to_owned(),
        "string" => "a text".to_owned(),
        "boolean" => "true or false".to_owned(),
        "integer" => number(schema),
        name => name.to_owned(),
    };
    types.iter().map(word).collect()
}

/// `{"prefix": …}`
fn sketch(schema: &Value) -> String {
    let required = schema["required"].as_array().into_iter().flatten();
    let fields: Vec<String> = required.map(|name| format!("{name}: …")).collect();
    if fields.is_empty() {
        return "an object".to_owned();
    }
    format!("{{{}}}", fields.join(", "))
}

fn number(schema: &Value) -> String {
    match (schema["minimum"].as_u64(), schema["maximum"].as_u64()) {
        (Some(least), Some(most)) => format!("a whole number from {least} to {most}"),
        (Some(least), None) => format!("a whole number from {least}"),
        (None, _) => "a whole number".to_owned(),
    }
}

fn unexpected(schema: &Value, value: &Value, path: &[JsonStep]) -> Fault {
    let expect = one_of(expected(schema));
    at(
        path,
        format!("{} must be {expect}{}", named(path), instead(value)),
    )
}

/// What stands there instead, where it may be repeated.
fn instead(value: &Value) -> String {
    let kind = match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) if text.is_empty() => "empty".to_owned(),
        Value::String(text) => quoted(text),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "this object".to_owned(),
    };
    format!(", not {kind}")
}

/// A text in quotation marks, where it is as short as a field's name: a spec is no secret, but what is pasted there by mistake
/// may be one.
pub(super) fn quoted(text: &str) -> String {
    let is_word = text.len() <= 24
        && text.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_' || byte == b'-'
        });
    if is_word {
        format!("\"{text}\"")
    } else {
        "\"…\"".to_owned()
    }
}

/// `"key.salt[1]"`
fn named(path: &[JsonStep]) -> String {
    let mut name = String::new();
    for step in path {
        match step {
            JsonStep::Name(field) => {
                if !name.is_empty() {
                    name.push('.');
                }
                name.push_str(quoted(field).trim_matches('"'));
            }
            JsonStep::Item(n) => name.push_str(&format!("[{n}]")),
        }
    }
    if name.is_empty() {
        "a spec".to_owned()
    } else {
        format!("\"{name}\"")
    }
}

/// Whose field it is that stands at the end of a path.
fn of(path: &[JsonStep]) -> String {
    match path.split_last() {
        Some((_, around)) => format!("of {}", named(around)),
        None => "of a spec".to_owned(),
    }
}

fn one_of(mut forms: Vec<String>) -> String {
    forms.dedup();
    match forms.pop() {
        Some(last) if forms.is_empty() => last,
        Some(last) => format!("{} or {last}", forms.join(", ")),
        None => "nothing".to_owned(),
    }
}

fn at(path: &[JsonStep], message: String) -> Fault {
    Fault {
        path: path.to_vec(),
        on_name: false,
        is_missing: false,
        message,
    }
}

fn within(path: &mut Vec<JsonStep>, step: JsonStep, look: impl FnOnce(&mut Vec<JsonStep>)) {
    path.push(step);
    look(path);
    path.pop();
}
