//! By which type Payloads are read that do not say it, or say it wrong: a rule names where such a Payload stands and the type.

use codec_server::{Namespace, NamespacePattern};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

use crate::error::{AppError, Code};

/// Rules at most.
pub(crate) const MAX_RULES: usize = 500;
/// The longest name in a rule, in bytes.
const MAX_TEXT_BYTES: usize = 1000;

/// Chooses the type of some Payloads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct MessageRule {
    /// A Namespace, or a pattern with `*`; every one where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional = nullable)]
    pub namespace: Option<String>,
    /// Of what the Payloads are.
    pub of: RuleSubject,
    /// What that is called; empty for whatever it is.
    #[serde(default)]
    pub name: String,
    /// Where they stand in it: `input`, `input[1]`, `result`, `heartbeatDetails`, `memo.customer`, `signal.cancel`, …
    pub position: String,
    /// The full name of their type.
    pub message_type: String,
    /// Whether it counts in place of a `messageType` that is known, too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub overrides: bool,
    /// Fields of newer versions.
    #[serde(flatten)]
    #[ts(skip)]
    pub unknown: Map<String, Value>,
}

/// Of what Payloads are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum RuleSubject {
    /// Whatever it is.
    Any,
    /// A Workflow of a type.
    Workflow,
    /// An Activity of a type.
    Activity,
    /// A Nexus operation, by its service and its name.
    Nexus,
}

impl MessageRule {
    /// Whether both are about the same Payloads.
    pub(crate) fn is_about_the_same(&self, other: &MessageRule) -> bool {
        (&self.namespace, self.of, &self.name, &self.position)
            == (&other.namespace, other.of, &other.name, &other.position)
    }

    /// What it is about, for people: `Activity type ChargeCard, input`.
    pub fn words(&self) -> String {
        let name = temporal_payload::shown_name(&self.name);
        let position = temporal_payload::shown_name(&self.position);
        let of = match self.of {
            RuleSubject::Any => position,
            RuleSubject::Workflow => format!("Workflow type {name}, {position}"),
            RuleSubject::Activity => format!("Activity type {name}, {position}"),
            RuleSubject::Nexus => format!("Nexus operation {name}, {position}"),
        };
        match &self.namespace {
            None => of,
            Some(namespace) => {
                format!(
                    "{of}, in Namespace {}",
                    temporal_payload::shown_name(namespace)
                )
            }
        }
    }

    /// Whether it counts in a Namespace; where none is said, only what counts in each does.
    pub(crate) fn counts_in(&self, namespace: Option<&Namespace>) -> bool {
        match (&self.namespace, namespace) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(pattern), Some(namespace)) => {
                NamespacePattern::new(pattern).is_ok_and(|pattern| pattern.matches(namespace))
            }
        }
    }

    /// How exactly it says what it is about: of several that fit, the most exact counts.
    pub(crate) fn exactness(&self) -> (bool, u8) {
        let namespace = match &self.namespace {
            None => 0,
            Some(pattern) if pattern.contains('*') => 1,
            Some(_) => 2,
        };
        (self.of != RuleSubject::Any, namespace)
    }
}

/// Refuses rules that mean nothing, or are too many.
///
/// # Errors
/// [`Code::InvalidSetting`].
pub(crate) fn validate(rules: &[MessageRule]) -> Result<(), AppError> {
    let refused = |what: &str| AppError::new(Code::InvalidSetting, what);
    if rules.len() > MAX_RULES {
        return Err(refused(&format!(
            "there are more than {MAX_RULES} rules for message types"
        ))
        .hint("Remove one first, in Settings → Protobuf types."));
    }
    for rule in rules {
        let texts = [&rule.name, &rule.position, &rule.message_type];
        if texts.iter().any(|text| text.len() > MAX_TEXT_BYTES) {
            return Err(refused(&format!(
                "a name in a rule for a message type is longer than {MAX_TEXT_BYTES} bytes"
            )));
        }
        if rule.name.is_empty() != (rule.of == RuleSubject::Any) {
            return Err(refused(
                "a rule for a message type names no Workflow, Activity or Nexus operation",
            ));
        }
        if rule.position.is_empty() || rule.message_type.is_empty() {
            return Err(refused(
                "a rule for a message type names no position or no type",
            ));
        }
        if let Some(namespace) = &rule.namespace
            && NamespacePattern::new(namespace).is_err()
        {
            return Err(
                refused("the Namespace of a rule for a message type cannot be used")
                    .hint("Enter a Namespace, or a pattern such as prod-*."),
            );
        }
    }
    Ok(())
}
