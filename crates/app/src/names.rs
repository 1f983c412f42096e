//! What keys and formats are called, and why a key that is here does not open something.

use std::collections::HashMap;
use std::sync::Arc;

use key_store::KeyRecord;
use payload_codec::{CodecError, KeyId};

use crate::formats::DEFAULT_FORMAT;
use crate::hints;
use crate::profile::{Plan, answers_to};

/// What keys and formats are called.
pub(crate) struct Names {
    /// Labels of keys by the ids they answer to.
    labels: HashMap<KeyId, String>,
    records: Vec<KeyRecord>,
    /// Whose Payloads are decoded.
    namespace: Option<String>,
    plan: Arc<Plan>,
}

/// Why a key that is here is not used.
pub(crate) struct Withheld {
    /// `Key "prod-2024" is retired.`
    pub(crate) reason: String,
    /// What to do now.
    pub(crate) hint: &'static str,
}

impl Names {
    pub(crate) fn new(plan: &Arc<Plan>, records: Vec<KeyRecord>, namespace: Option<&str>) -> Self {
        let labels = records.iter().flat_map(|record| {
            let ids = std::iter::once(&record.id).chain(&record.also_opens);
            ids.map(|id| (id.clone(), record.label.clone()))
        });
        let namespace = namespace.map(str::trim).filter(|text| !text.is_empty());
        Names {
            labels: labels.collect(),
            records,
            namespace: namespace.map(str::to_owned),
            plan: plan.clone(),
        }
    }

    /// What people call the key of that id.
    pub(crate) fn label(&self, id: &KeyId) -> Option<String> {
        let label = self.labels.get(id).filter(|label| !label.is_empty());
        label.cloned()
    }

    /// A format's title, where it is not that of Temporal's samples.
    pub(crate) fn format(&self, name: &str) -> Option<String> {
        (name != DEFAULT_FORMAT).then(|| self.plan.formats.title(name))
    }

    /// Why a Payload was not decoded, in a sentence.
    pub(crate) fn reason(&self, error: &CodecError) -> String {
        match self.withheld(error) {
            Some(withheld) => withheld.reason,
            None => hints::sentence(&error.to_string()),
        }
    }

    /// Where a key is missing that is here after all: why it is not used.
    pub(crate) fn withheld(&self, error: &CodecError) -> Option<Withheld> {
        let CodecError::KeyNotFound(id) = error else {
            return None;
        };
        // Of several keys by that id the one is meant that nobody put away.
        let record = self
            .records
            .iter()
            .filter(|record| answers_to(record, id))
            .min_by_key(|record| record.usage.retired)?;
        Some(if record.usage.retired {
            Withheld {
                reason: format!("Key \"{id}\" is retired."),
                hint: "Restore it in Keys, and it opens Payloads again.",
            }
        } else if record.usage.is_limited() && !self.is_for_here(record) {
            Withheld {
                reason: match &self.namespace {
                    Some(namespace) => format!("Key \"{id}\" is not for Namespace {namespace}."),
                    None => format!(
                        "Key \"{id}\" is for Namespace {} only.",
                        record.usage.namespaces.join(", ")
                    ),
                },
                hint: "Decode as a Namespace that it is for, or change what the key is for in Keys.",
            }
        } else {
            Withheld {
                reason: format!("Key \"{id}\" is here, but not for this format or profile."),
                hint: "Change the key's formats in Keys, or the profile's keys in Namespaces.",
            }
        })
    }

    fn is_for_here(&self, record: &KeyRecord) -> bool {
        self.namespace
            .as_deref()
            .is_some_and(|namespace| self.plan.is_for(record, namespace))
    }
}
