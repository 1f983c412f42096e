//! Whose Payload it is, for formats that bind what they seal to it: what Temporal's SDKs call a serialization context. A Payload
//! does not carry it; whoever has the Payload must know it from elsewhere.

use std::fmt;
use std::sync::Arc;

/// A part of a context.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ContextPart {
    /// The Namespace.
    Namespace,
    /// The id of the Workflow whose input or output it is.
    WorkflowId,
    /// That Workflow's type.
    WorkflowType,
    /// The type of the Activity whose input or output it is.
    ActivityType,
}

impl ContextPart {
    /// Every part, in the order of the fields.
    pub const ALL: [ContextPart; 4] = [
        ContextPart::Namespace,
        ContextPart::WorkflowId,
        ContextPart::WorkflowType,
        ContextPart::ActivityType,
    ];

    /// The name for people.
    pub fn title(self) -> &'static str {
        match self {
            ContextPart::Namespace => "Namespace",
            ContextPart::WorkflowId => "Workflow id",
            ContextPart::WorkflowType => "Workflow type",
            ContextPart::ActivityType => "Activity type",
        }
    }

    /// The name in a spec.
    pub fn name(self) -> &'static str {
        match self {
            ContextPart::Namespace => "namespace",
            ContextPart::WorkflowId => "workflow_id",
            ContextPart::WorkflowType => "workflow_type",
            ContextPart::ActivityType => "activity_type",
        }
    }
}

/// Some parts of a context.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ContextParts(u8);

impl ContextParts {
    /// None of them.
    pub const NONE: ContextParts = ContextParts(0);

    /// Whether it is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether this one is among them.
    pub fn has(self, part: ContextPart) -> bool {
        self.0 & (1 << part as u8) != 0
    }

    /// These and that one.
    #[must_use]
    pub fn with(self, part: ContextPart) -> Self {
        ContextParts(self.0 | (1 << part as u8))
    }

    /// All of both.
    #[must_use]
    pub fn and(self, others: ContextParts) -> Self {
        ContextParts(self.0 | others.0)
    }

    /// Each of them, in the order of [`ContextPart::ALL`].
    pub fn iter(self) -> impl Iterator<Item = ContextPart> {
        ContextPart::ALL
            .into_iter()
            .filter(move |part| self.has(*part))
    }
}

impl FromIterator<ContextPart> for ContextParts {
    fn from_iter<I: IntoIterator<Item = ContextPart>>(parts: I) -> Self {
        parts
            .into_iter()
            .fold(ContextParts::NONE, ContextParts::with)
    }
}

/// `Namespace, Workflow id and Activity type`
impl fmt::Display for ContextParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let titles: Vec<&str> = self.iter().map(ContextPart::title).collect();
        match titles.split_last() {
            Some((last, [])) => f.write_str(last),
            Some((last, others)) => write!(f, "{} and {last}", others.join(", ")),
            None => f.write_str("nothing"),
        }
    }
}

/// What is known of whose Payload it is. A part that is known may be empty: a Workflow's own input has no Activity type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Context {
    values: [Option<Arc<str>>; 4],
    /// What else it may have been sealed for, where the document leaves that open.
    otherwise: Option<Arc<Context>>,
}

/// Nothing is known.
pub(crate) static UNKNOWN: Context = Context {
    values: [None, None, None, None],
    otherwise: None,
};

/// Contexts that are tried at most.
const MAX_ALTERNATIVES: usize = 4;

impl Context {
    /// What is known of a part.
    pub fn get(&self, part: ContextPart) -> Option<&str> {
        self.values[part as usize].as_deref()
    }

    /// The same with this value of a part.
    #[must_use]
    pub fn with(mut self, part: ContextPart, value: impl Into<Arc<str>>) -> Self {
        self.values[part as usize] = Some(value.into());
        self
    }

    /// The same, of which nothing is known of this part.
    #[must_use]
    pub fn without(mut self, part: ContextPart) -> Self {
        self.values[part as usize] = None;
        self
    }

    /// The same, which takes what it does not know from `others`; so do its alternatives.
    #[must_use]
    pub fn or_from(&self, others: &Context) -> Self {
        let mut filled = self.clone();
        for (value, other) in filled.values.iter_mut().zip(&others.values) {
            if value.is_none() {
                value.clone_from(other);
            }
        }
        let otherwise = filled.otherwise.map(|it| Arc::new(it.or_from(others)));
        filled.otherwise = otherwise;
        filled
    }

    /// The same, and where it does not open a Payload, `other` is tried.
    #[must_use]
    pub fn otherwise(mut self, other: Context) -> Self {
        self.otherwise = Some(Arc::new(other));
        self
    }

    /// Which of these parts are not known.
    pub fn missing(&self, parts: ContextParts) -> ContextParts {
        parts
            .iter()
            .filter(|part| self.get(*part).is_none())
            .collect()
    }

    /// This one, and what is tried after it.
    pub(crate) fn alternatives(&self) -> impl Iterator<Item = &Context> {
        std::iter::successors(Some(self), |context| context.otherwise.as_deref())
            .take(MAX_ALTERNATIVES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_told_as_people_tell_them() {
        use ContextPart::{ActivityType, Namespace, WorkflowId};
        let check = |parts: &[ContextPart], expect: &str| {
            let parts: ContextParts = parts.iter().copied().collect();
            assert_eq!(parts.to_string(), expect);
        };
        check(&[], "nothing");
        check(&[WorkflowId], "Workflow id");
        check(&[WorkflowId, Namespace], "Namespace and Workflow id");
        check(
            &[ActivityType, WorkflowId, Namespace],
            "Namespace, Workflow id and Activity type",
        );
    }

    #[test]
    fn what_is_given_fills_only_what_is_not_known() {
        let known = Context::default()
            .with(ContextPart::WorkflowId, "order-1")
            .with(ContextPart::ActivityType, "");
        let given = Context::default()
            .with(ContextPart::Namespace, "prod")
            .with(ContextPart::WorkflowId, "other")
            .with(ContextPart::ActivityType, "Charge");
        let other = Context::default().with(ContextPart::WorkflowId, "order");
        let filled = known.otherwise(other).or_from(&given);
        assert_eq!(filled.get(ContextPart::Namespace), Some("prod"));
        assert_eq!(filled.get(ContextPart::WorkflowId), Some("order-1"));
        assert_eq!(filled.get(ContextPart::ActivityType), Some(""));
        assert_eq!(filled.get(ContextPart::WorkflowType), None);
        let ids: Vec<_> = filled
            .alternatives()
            .map(|it| {
                (
                    it.get(ContextPart::Namespace),
                    it.get(ContextPart::WorkflowId),
                )
            })
            .collect();
        assert_eq!(
            ids,
            [
                (Some("prod"), Some("order-1")),
                (Some("prod"), Some("order"))
            ]
        );
    }
}
