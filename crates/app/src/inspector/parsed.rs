//! What is read of a document without decoding it. It stays when the document is decoded again.

use std::sync::OnceLock;

use temporal_payload::Document;
use temporal_payload::history::{self, Execution, Places};

/// Each part is read when it is first asked for.
#[derive(Default)]
pub(super) struct Parsed {
    execution: OnceLock<Execution>,
    known_as: OnceLock<KnownAs>,
    places: OnceLock<Places>,
}

/// What others call an execution.
pub(super) struct KnownAs {
    /// Its run ids.
    pub(super) runs: Vec<String>,
    /// Empty where its history does not say it.
    pub(super) workflow_id: String,
}

impl Parsed {
    /// Its events and their groups.
    pub(super) fn execution(&self, of: &Document) -> &Execution {
        self.execution.get_or_init(|| history::execution(of))
    }

    pub(super) fn known_as(&self, of: &Document) -> &KnownAs {
        self.known_as.get_or_init(|| KnownAs {
            runs: history::own_runs(of),
            workflow_id: history::workflow(of).map_or_else(String::new, |it| it.workflow_id),
        })
    }

    /// Where its Payloads stand.
    pub(super) fn places(&self, of: &Document) -> &Places {
        self.places.get_or_init(|| Places::of(of))
    }
}
