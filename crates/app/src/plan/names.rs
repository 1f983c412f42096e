//! What keys and formats are called.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use key_store::KeyRecord;
use payload_codec::{CodecSpec, Encoding, KeyId};
use temporal_payload::Payload;

use crate::plan::formats::DEFAULT_FORMAT;
use crate::plan::{Plan, formats_of};

/// What keys and formats are called.
pub(crate) struct Names {
    /// Labels of keys by the ids they answer to.
    labels: HashMap<KeyId, String>,
    /// Under what a key is listed, by other ids that it answers to.
    listed_as: HashMap<KeyId, KeyId>,
    /// Formats that a key uses.
    used: HashSet<String>,
    plan: Arc<Plan>,
}

impl Names {
    pub(crate) fn new(plan: Arc<Plan>, records: &[KeyRecord]) -> Self {
        let labels = records.iter().flat_map(|record| {
            let ids = std::iter::once(&record.id).chain(&record.also_opens);
            ids.map(|id| (id.clone(), record.label.clone()))
        });
        let listed_as = records.iter().flat_map(|record| {
            let others = record.also_opens.iter();
            others.map(|other| (other.clone(), record.id.clone()))
        });
        let used = records.iter().flat_map(formats_of).map(str::to_owned);
        Names {
            labels: labels.collect(),
            listed_as: listed_as.collect(),
            used: used.collect(),
            plan,
        }
    }

    /// What people call the key of that id.
    pub(crate) fn label(&self, id: &KeyId) -> Option<String> {
        let label = self.labels.get(id).filter(|label| !label.is_empty());
        label.cloned()
    }

    /// The id that the key of this id is listed under, where it is another one.
    pub(crate) fn listed_as(&self, id: &KeyId) -> Option<&KeyId> {
        self.listed_as.get(id)
    }

    /// Formats by name and title that are for the encoding of a Payload, and that no key uses; the user's own first.
    pub(crate) fn unused_formats(&self, payload: &Payload) -> Vec<(String, String)> {
        let formats = self.plan.formats.all();
        let unused = formats
            .filter(|(name, spec)| !self.used.contains(*name) && is_for(spec, payload))
            .map(|(name, _)| (name.to_owned(), self.plan.formats.title(name)));
        let mut unused: Vec<_> = unused.collect();
        unused.reverse();
        unused
    }

    /// A format's title, where it is not that of Temporal's samples.
    pub(crate) fn format(&self, name: &str) -> Option<String> {
        (name != DEFAULT_FORMAT).then(|| self.plan.formats.title(name))
    }
}

/// Whether a format names the encoding of a Payload, and finds in it what else it asks for.
fn is_for(spec: &CodecSpec, payload: &Payload) -> bool {
    let names_it = match &spec.encoding {
        Encoding::One(encoding) => payload.has_encoding(encoding),
        Encoding::AnyOf(encodings) => encodings.iter().any(|any| payload.has_encoding(any)),
        Encoding::Marked(_) | Encoding::None => false,
    };
    names_it && spec.claims(payload)
}
