//! What is understood of a settings file, and what is not: one value that a newer version wrote, or a hand misspelled, costs no
//! other setting its place, and stays in the file until it is set anew.
//!
//! In place of a value that is not understood its default is in force, or what lets in less where that differs: whoever said
//! something about origins or Namespaces did not mean "as in a fresh installation".

use std::collections::BTreeSet;

use codec_server::MAX_PROGRAM_HOSTS;
use serde_json::{Map, Value, json};

use crate::config::Settings;
use crate::config::validate::validate;
use crate::error::{AppError, Code};

/// Parts of the file, with settings of their own.
const PARTS: [&str; 7] = [
    "server", "profile", "ui", "lock", "access", "consent", "protobuf",
];

/// Lists of the file.
const LISTS: [&str; 7] = [
    "wrapped_keys",
    "origins",
    "program_hosts",
    "profiles",
    "formats",
    "connected_cli",
    "recent_files",
];

/// Entries of a list whose entries have names, at most.
const MAX_NAMED: usize = 200;

/// Minutes without use after which the app locks itself, where it is not understood when it should.
const CAUTIOUS_IDLE: u32 = 15;

/// The most places that are told to people.
const MAX_TOLD: usize = 5;

/// What was not understood.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct NotUnderstood(Vec<Kept>);

#[derive(Clone, Debug, PartialEq)]
struct Kept {
    place: Place,
    /// What stands in the file; `None` where nothing does, and something else is in force for something else's sake.
    raw: Option<Value>,
    /// What the file would say for what is in force instead.
    in_force: Option<Value>,
}

#[derive(Clone, Debug, PartialEq)]
enum Place {
    /// A setting that is in no part, or a whole part.
    Setting(String),
    /// A setting of a part.
    OfPart(&'static str, String),
    /// A setting of the profile with this name.
    OfProfile(String, String),
    /// An entry of a list. None is in force instead.
    Entry(&'static str),
}

/// Reads a settings file.
///
/// # Errors
/// Why nothing can be made of it.
pub(crate) fn read(
    file: Map<String, Value>,
    is_newer: bool,
) -> Result<(Settings, NotUnderstood), AppError> {
    if !is_newer && let Some(settings) = understood(&file) {
        return Ok((settings, NotUnderstood::default()));
    }
    let mut reading = Reading::default();
    // What a newer version has left out it may have put elsewhere.
    if is_newer && !file.contains_key("origins") {
        reading.in_force.insert("origins".to_owned(), json!([]));
    }
    for (name, value) in file {
        reading.setting(name, value);
    }
    reading.finish()
}

/// The settings of a file of which each is understood and in its range.
fn understood(file: &Map<String, Value>) -> Option<Settings> {
    let settings = serde_json::from_value(Value::Object(file.clone())).ok()?;
    validate(&settings).is_ok().then_some(settings)
}

fn one(name: &str, value: Value) -> Map<String, Value> {
    Map::from_iter([(name.to_owned(), value)])
}

/// What is in force for a setting that is not understood, where that is not its default.
fn cautious(part: &str, name: &str) -> Option<Value> {
    match (part, name) {
        // Nothing is kept in memory that might not be meant to.
        ("server", "cache") => Some(false.into()),
        ("server", "start_on_launch") => Some(false.into()),
        // Absent means every key.
        ("profile", "decode_keys") => Some(json!([])),
        ("lock", "with_screen") => Some(true.into()),
        ("access", "on") => Some(true.into()),
        ("consent", "on") => Some(true.into()),
        ("access", "policy") => Some(json!({"default": "refuse"})),
        ("lock", "when_idle_minutes") => Some(CAUTIOUS_IDLE.into()),
        _ => None,
    }
}

#[derive(Default)]
struct Reading {
    in_force: Map<String, Value>,
    not_understood: Vec<Kept>,
    /// Whether a profile is not in force: its Namespaces must not get the default one instead.
    lacks_profiles: bool,
}

impl Reading {
    fn setting(&mut self, name: String, value: Value) {
        let part = PARTS.into_iter().find(|part| *part == name);
        let list = LISTS.into_iter().find(|list| *list == name);
        match (value, part, list) {
            (Value::Object(fields), Some(part), _) => self.part(part, fields),
            (Value::Array(entries), _, Some(list)) => self.list(list, entries),
            // It is written anew.
            _ if name == "version" => {}
            (value, _, _) if understood(&one(&name, value.clone())).is_some() => {
                self.in_force.insert(name, value);
            }
            (raw, part, list) => {
                match (part, list) {
                    (Some(part), _) => {
                        let all = [
                            "start_on_launch",
                            "cache",
                            "decode_keys",
                            "with_screen",
                            "when_idle_minutes",
                            "on",
                            "policy",
                        ];
                        let all = all.into_iter();
                        let all =
                            all.filter_map(|name| Some((name.to_owned(), cautious(part, name)?)));
                        self.in_force
                            .insert(name.clone(), Value::Object(all.collect()));
                    }
                    (_, Some("origins")) => drop(self.in_force.insert(name.clone(), json!([]))),
                    _ => self.lacks_profiles |= name == "profiles" || name == "unlisted",
                }
                self.keep(Place::Setting(name), raw);
            }
        }
    }

    fn part(&mut self, part: &'static str, fields: Map<String, Value>) {
        let mut in_force = Map::new();
        for (name, value) in fields {
            let alone = one(&name, value.clone());
            if understood(&one(part, alone.into())).is_some() {
                in_force.insert(name, value);
                continue;
            }
            in_force.extend(cautious(part, &name).map(|cautious| (name.clone(), cautious)));
            self.keep(Place::OfPart(part, name), value);
        }
        self.in_force.insert(part.to_owned(), in_force.into());
    }

    fn list(&mut self, list: &'static str, entries: Vec<Value>) {
        let mut in_force = Vec::new();
        let mut names = BTreeSet::new();
        for entry in entries {
            let name = entry.get("name").and_then(Value::as_str).map(str::to_owned);
            let has_place = match name {
                // One name means one entry.
                Some(name) => names.len() < MAX_NAMED && names.insert(name),
                None => list != "program_hosts" || in_force.len() < MAX_PROGRAM_HOSTS,
            };
            let read = match list {
                _ if !has_place => None,
                _ if understood(&one(list, json!([entry]))).is_some() => Some(entry.clone()),
                "profiles" => self.profile(&entry),
                _ => None,
            };
            match read {
                Some(read) => in_force.push(read),
                None => {
                    self.lacks_profiles |= list == "profiles";
                    self.keep(Place::Entry(list), entry);
                }
            }
        }
        self.in_force.insert(list.to_owned(), in_force.into());
    }

    /// A profile without those of its settings that are not understood, where its name and its Namespaces are.
    fn profile(&mut self, entry: &Value) -> Option<Value> {
        let fields = entry.as_object()?;
        let is_name = |name: &str| name == "name" || name == "namespaces";
        let mut in_force: Map<String, Value> = fields
            .iter()
            .filter(|(name, _)| is_name(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let read = |profile: &Map<String, Value>| understood(&one("profiles", json!([profile])));
        let profile = read(&in_force)?.profiles.pop()?.name;
        for (name, value) in fields.iter().filter(|(name, _)| !is_name(name)) {
            in_force.insert(name.clone(), value.clone());
            if read(&in_force).is_some() {
                continue;
            }
            in_force.remove(name);
            in_force.extend(cautious("profile", name).map(|cautious| (name.clone(), cautious)));
            self.keep(
                Place::OfProfile(profile.clone(), name.clone()),
                value.clone(),
            );
        }
        Some(in_force.into())
    }

    fn keep(&mut self, place: Place, raw: Value) {
        self.not_understood.push(Kept {
            place,
            raw: Some(raw),
            in_force: None,
        });
    }

    fn finish(mut self) -> Result<(Settings, NotUnderstood), AppError> {
        if self.lacks_profiles {
            let unlisted = self.in_force.insert("unlisted".to_owned(), json!("refuse"));
            let place = Place::Setting("unlisted".to_owned());
            if self.not_understood.iter().all(|kept| kept.place != place) {
                self.not_understood.push(Kept {
                    place,
                    raw: unlisted,
                    in_force: None,
                });
            }
        }
        let settings: Settings = serde_json::from_value(self.in_force.into())
            .map_err(|_| AppError::new(Code::InvalidSetting, "nothing in it can be used"))?;
        validate(&settings)?;
        let mut not_understood = NotUnderstood(self.not_understood);
        let file = as_file(&settings)?;
        for kept in &mut not_understood.0 {
            kept.in_force = kept.place.find(&file).cloned();
        }
        Ok((settings, not_understood))
    }
}

/// What a file says for settings.
///
/// # Errors
/// [`Code::Internal`].
pub(crate) fn as_file(settings: &Settings) -> Result<Map<String, Value>, AppError> {
    match serde_json::to_value(settings) {
        Ok(Value::Object(file)) => Ok(file),
        Ok(_) | Err(_) => Err(AppError::new(Code::Internal, "settings do not serialize")),
    }
}

impl NotUnderstood {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts back into a file what is not another setting by now; the rest of it was set anew.
    pub(crate) fn put_back(&self, file: &mut Map<String, Value>) -> NotUnderstood {
        let mut kept = self.0.clone();
        kept.retain(|kept| kept.place.find(file) == kept.in_force.as_ref());
        for Kept { place, raw, .. } in &kept {
            place.put(file, raw.clone());
        }
        NotUnderstood(kept)
    }

    /// Where it stands, for people: `ui.theme, profiles`. Names of settings alone.
    pub(crate) fn places(&self) -> String {
        let places = self.0.iter().filter(|kept| kept.raw.is_some());
        let mut places: Vec<String> = places.map(|kept| kept.place.to_string()).collect();
        places.dedup();
        let n_more = places.len().saturating_sub(MAX_TOLD);
        places.truncate(MAX_TOLD);
        match n_more {
            0 => places.join(", "),
            n_more => format!("{} and {n_more} more", places.join(", ")),
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Place::Setting(name) => f.write_str(name),
            Place::OfPart(part, name) => write!(f, "{part}.{name}"),
            Place::OfProfile(_, name) => write!(f, "profiles.{name}"),
            Place::Entry(list) => f.write_str(list),
        }
    }
}

impl Place {
    fn find<'a>(&self, file: &'a Map<String, Value>) -> Option<&'a Value> {
        match self {
            Place::Setting(name) => file.get(name),
            Place::OfPart(part, name) => file.get(*part)?.get(name),
            Place::OfProfile(profile, name) => {
                let mut profiles = file.get("profiles")?.as_array()?.iter();
                profiles.find(|other| other["name"] == **profile)?.get(name)
            }
            // Nothing is ever instead of it.
            Place::Entry(_) => None,
        }
    }

    fn put(&self, file: &mut Map<String, Value>, raw: Option<Value>) {
        let fields = match self {
            Place::Setting(_) => Some(&mut *file),
            Place::OfPart(part, _) => file.get_mut(*part).and_then(Value::as_object_mut),
            Place::OfProfile(profile, _) => {
                let profiles = file.get_mut("profiles").and_then(Value::as_array_mut);
                let mut profiles = profiles.into_iter().flatten();
                let profile = profiles.find(|other| other["name"] == **profile);
                profile.and_then(Value::as_object_mut)
            }
            Place::Entry(list) => {
                let entries = file.entry(*list).or_insert_with(|| json!([]));
                if let Some(entries) = entries.as_array_mut() {
                    entries.extend(raw);
                }
                return;
            }
        };
        let (
            Some(fields),
            Place::Setting(name) | Place::OfPart(_, name) | Place::OfProfile(_, name),
        ) = (fields, self)
        else {
            return;
        };
        match raw {
            Some(raw) => drop(fields.insert(name.clone(), raw)),
            None => drop(fields.remove(name)),
        }
    }
}
