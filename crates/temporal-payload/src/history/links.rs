//! Other Workflow Executions that an event names: its parent, its children, the run before it and the one after it.

use super::walk::{Found, Name, walk};
use crate::document::Document;

/// How another Workflow Execution is related.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    /// It started this one as its child.
    Parent,
    /// It is at the top of the tree of children.
    Root,
    /// This one started it.
    Child,
    /// It was sent a Signal or a cancellation, or sent one.
    External,
    /// This run continues it.
    PreviousRun,
    /// It continues this run.
    NextRun,
    /// This run was reset from it.
    ResetFrom,
    /// It is the first run of the chain.
    FirstRun,
}

/// Another Workflow Execution. At least one of the ids is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// How it is related.
    pub relation: Relation,
    /// Its Workflow Id; empty where that is the same.
    pub workflow_id: String,
    /// Its run id; empty where it is not said.
    pub run_id: String,
}

/// The Workflow Executions that an event's attributes name.
pub fn links(event_type: &str, attributes: &str) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    let mut own = String::new();
    let executions = |path: &[Name]| {
        matches!(
            path,
            ["workflowexecution"
                | "externalworkflowexecution"
                | "parentworkflowexecution"
                | "rootworkflowexecution"]
        )
    };
    let is_child = event_type.contains("ChildWorkflowExecution");
    walk(attributes, executions, |path, found| {
        let Some(text) = found.text().filter(|text| !text.is_empty()) else {
            return;
        };
        let (relation, is_run) = match path {
            ["originalexecutionrunid"] => {
                own = text;
                return;
            }
            ["parentworkflowexecution", id] => (Relation::Parent, *id == "runid"),
            ["rootworkflowexecution", id] => (Relation::Root, *id == "runid"),
            ["workflowexecution", id] if is_child => (Relation::Child, *id == "runid"),
            ["workflowexecution" | "externalworkflowexecution", id] => {
                (Relation::External, *id == "runid")
            }
            ["workflowid"] if is_child => (Relation::Child, false),
            ["continuedexecutionrunid"] => (Relation::PreviousRun, true),
            ["newexecutionrunid"] => (Relation::NextRun, true),
            ["baserunid"] => (Relation::ResetFrom, true),
            ["firstexecutionrunid"] => (Relation::FirstRun, true),
            _ => return,
        };
        let at = links.iter().position(|link| link.relation == relation);
        let at = at.unwrap_or_else(|| {
            links.push(Link {
                relation,
                workflow_id: String::new(),
                run_id: String::new(),
            });
            links.len() - 1
        });
        if let Some(link) = links.get_mut(at) {
            *(if is_run {
                &mut link.run_id
            } else {
                &mut link.workflow_id
            }) = text;
        }
    });
    // A first run that is this one, and a root that is the parent, are no news.
    let parent = links.iter().find(|link| link.relation == Relation::Parent);
    let parent = parent.map(|link| link.run_id.clone());
    links.retain(|link| match link.relation {
        Relation::FirstRun => link.run_id != own,
        Relation::Root => Some(&link.run_id) != parent.as_ref() && link.run_id != own,
        Relation::Parent
        | Relation::Child
        | Relation::External
        | Relation::PreviousRun
        | Relation::NextRun
        | Relation::ResetFrom => true,
    });
    links
}

/// The run ids under which a history is known: that with which it started, and that which a reset gave it.
pub fn own_runs(document: &Document) -> Vec<String> {
    let text = document.text();
    let mut runs = Vec::new();
    for (row, event) in super::rows(document).iter().zip(document.events()) {
        let wanted = match row.event_type.as_str() {
            "WorkflowExecutionStarted" => "originalexecutionrunid",
            "WorkflowTaskFailed" => "newrunid",
            _ => continue,
        };
        let attributes = event.attributes_value.clone().and_then(|of| text.get(of));
        walk(
            attributes.unwrap_or_default(),
            |_| false,
            |path, found: &Found<'_>| {
                if path == [wanted]
                    && let Some(run) = found.text().filter(|run| !run.is_empty())
                {
                    runs.push(run);
                }
            },
        );
    }
    runs
}
