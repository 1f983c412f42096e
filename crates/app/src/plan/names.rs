//! What keys and formats are called.

use std::collections::HashMap;
use std::sync::Arc;

use key_store::KeyRecord;
use payload_codec::KeyId;

use crate::plan::Plan;
use crate::plan::formats::DEFAULT_FORMAT;

/// What keys and formats are called.
pub(crate) struct Names {
    /// Labels of keys by the ids they answer to.
    labels: HashMap<KeyId, String>,
    plan: Arc<Plan>,
}

impl Names {
    pub(crate) fn new(plan: Arc<Plan>, records: &[KeyRecord]) -> Self {
        let labels = records.iter().flat_map(|record| {
            let ids = std::iter::once(&record.id).chain(&record.also_opens);
            ids.map(|id| (id.clone(), record.label.clone()))
        });
        Names {
            labels: labels.collect(),
            plan,
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
}
