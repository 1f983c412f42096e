//! How a finding is written.

use crate::doctor::observed::Observed;
use crate::doctor::view::{
    ClientSteps, DoctorFinding, FindingAction, FindingGroup, FindingPlace, FindingState,
};

/// Whether there is a key that answers to an id now; what names none may be opened by any.
pub(super) fn has_key(seen: &Observed, id: &str) -> bool {
    let keys = seen.keys.as_ref();
    !id.is_empty() && keys.is_some_and(|keys| keys.ids.iter().any(|key| key == id))
}

/// Whose lines are written.
#[derive(Clone, Copy)]
pub(super) struct Lines(pub(super) FindingGroup);

impl Lines {
    pub(super) fn good(self, id: &str, title: &str, why: impl Into<String>) -> DoctorFinding {
        self.line(FindingState::Good, id, title, why)
    }

    pub(super) fn unknown(self, id: &str, title: &str, why: impl Into<String>) -> DoctorFinding {
        self.line(FindingState::Unknown, id, title, why)
    }

    pub(super) fn warning(self, id: &str, title: &str, why: impl Into<String>) -> DoctorFinding {
        self.line(FindingState::Warning, id, title, why)
    }

    pub(super) fn bad(self, id: &str, title: &str, why: impl Into<String>) -> DoctorFinding {
        self.line(FindingState::Bad, id, title, why)
    }

    pub(super) fn line(
        self,
        state: FindingState,
        id: &str,
        title: &str,
        why: impl Into<String>,
    ) -> DoctorFinding {
        DoctorFinding {
            id: id.to_owned(),
            group: self.0,
            title: title.to_owned(),
            state,
            why: why.into(),
            fix: String::new(),
            when: None,
            actions: Vec::new(),
            steps: Vec::new(),
        }
    }
}

impl DoctorFinding {
    pub(super) fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = fix.into();
        self
    }

    pub(super) fn at(mut self, time: &str) -> Self {
        self.when = Some(time.to_owned());
        self
    }

    pub(super) fn offer(mut self, action: FindingAction) -> Self {
        self.actions.push(action);
        self
    }

    pub(super) fn show(self, place: FindingPlace) -> Self {
        self.offer(FindingAction::Show { place })
    }

    pub(super) fn with_steps(mut self, steps: Vec<ClientSteps>) -> Self {
        self.steps = steps;
        self
    }
}
