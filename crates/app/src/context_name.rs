//! Parts of whose Payload it is, as the window names them.

use payload_codec::ContextPart;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A part of whose a Payload is, as specs name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ContextName {
    /// The Namespace.
    Namespace,
    /// The id of the Workflow.
    WorkflowId,
    /// Its type.
    WorkflowType,
    /// The type of the Activity.
    ActivityType,
}

impl From<ContextPart> for ContextName {
    fn from(part: ContextPart) -> Self {
        match part {
            ContextPart::Namespace => ContextName::Namespace,
            ContextPart::WorkflowId => ContextName::WorkflowId,
            ContextPart::WorkflowType => ContextName::WorkflowType,
            ContextPart::ActivityType => ContextName::ActivityType,
        }
    }
}
