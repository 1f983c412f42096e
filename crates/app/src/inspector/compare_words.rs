//! How two executions or two Payloads differ, in a sentence or two; and what an event means, in words that follow the name of a
//! side: `schedules Activity charge`.

use super::compare_view::{
    ComparedEvent, ComparedEvents, ComparedKind, DifferencesView, ExecutionComparison,
};

/// From which event on two executions differ, and how. `everything`: whether times, ids and Workflow Tasks count.
pub(super) fn of_executions(view: &ExecutionComparison, everything: bool) -> String {
    let Some(first) = view.rows.first() else {
        return match everything {
            true => format!("No differences in {}.", counted(view.n_left, "event")),
            false => "No differences, apart from times, ids and Workflow Tasks.".to_owned(),
        };
    };
    let until = match &*view.same_until {
        "" => String::new(),
        id => format!("Same up to event {id}. "),
    };
    if view.n_rows == view.n_unknown {
        let have = if view.n_unknown == 1 { "has" } else { "have" };
        let n = counted(view.n_unknown, "event");
        return format!(
            "{until}No differences known: {n} {have} Payloads that are not decoded, which cannot be compared."
        );
    }
    let event = first.left.as_ref().or(first.right.as_ref());
    let event_type = event.map_or("", |event| &event.event_type);
    let also = match first.kind {
        ComparedKind::Changed => "says something else",
        ComparedKind::Unknown => "is not decoded and cannot be compared",
        ComparedKind::Other | ComparedKind::OnlyLeft | ComparedKind::OnlyRight => "",
    };
    let before = match also {
        "" => until,
        also => format!("{until}Event {} ({event_type}) {also}. ", id(first)),
    };
    let Some(fork) = &view.fork else {
        return format!("{before}Both have the same events.");
    };
    let from = match (also, &*view.same_until) {
        ("", "") => "They differ from the first event on".to_owned(),
        _ => format!("From event {} on", id(fork)),
    };
    // Whether nothing comes after what only the other one has.
    let mut after = view.rows.iter().skip_while(|row| *row != fork).skip(1);
    let is_end = view.same_after == 0
        && view.rows.len() == view.n_rows as usize
        && after.all(|row| row.kind == fork.kind && row.same_before == 0);
    let does = |side: &Option<ComparedEvent>| match side {
        Some(event) => event.does.to_string(),
        None if is_end => "has no more events".to_owned(),
        None => "has no event there".to_owned(),
    };
    format!(
        "{before}{from}: left {}, right {}.",
        does(&fork.left),
        does(&fork.right)
    )
}

fn id(row: &ComparedEvents) -> &str {
    let event = row.left.as_ref().or(row.right.as_ref());
    event.map_or("", |event| &event.id)
}

fn counted(n: u32, what: &str) -> String {
    match n {
        1 => format!("1 {what}"),
        n => format!("{} {what}s", grouped(n)),
    }
}

/// `51,200`
fn grouped(n: u32) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// How two events or two Payloads differ.
pub(super) fn of_values(view: &DifferencesView) -> String {
    let is_unread = |problem: &Option<_>| problem.is_some();
    let unread = match (
        is_unread(&view.left_problem),
        is_unread(&view.right_problem),
    ) {
        (true, true) => "Both are",
        (true, false) => "The left one is",
        (false, true) => "The right one is",
        (false, false) => "",
    };
    if !unread.is_empty() {
        return match view.n {
            0 => "Both are the same bytes. They are not decoded.".to_owned(),
            _ => format!("{unread} not decoded: it is not known whether they say the same."),
        };
    }
    let known = view.n - view.n_unknown;
    let mut said = match (known, view.n_unknown) {
        (0, 0) if view.about.is_empty() => "No differences: both say the same.".to_owned(),
        (0, 0) => "Both say the same. They are encoded differently.".to_owned(),
        (0, _) => "No differences known.".to_owned(),
        (1, _) => "1 place differs.".to_owned(),
        (n, _) => format!("{} places differ.", grouped(n)),
    };
    if view.n_unknown > 0 {
        let n = counted(view.n_unknown, "value");
        said.push_str(&format!(
            " {n} not decoded: it is not known whether they say the same."
        ));
    }
    said
}

/// What the Workflow does by an event of that type, or what happens to it.
pub(super) fn does(event_type: &str, name: &str) -> String {
    let (verb, thing) = match event_type {
        "WorkflowExecutionStarted" => ("starts", "Workflow"),
        "WorkflowExecutionCompleted" => ("completes", "the Workflow"),
        "WorkflowExecutionFailed" => ("fails", "the Workflow"),
        "WorkflowExecutionTimedOut" => ("runs out of time for", "the Workflow"),
        "WorkflowExecutionCanceled" => ("ends as canceled", "the Workflow"),
        "WorkflowExecutionTerminated" => ("is terminated in", "the Workflow"),
        "WorkflowExecutionContinuedAsNew" => ("continues as new", "the Workflow"),
        "WorkflowExecutionCancelRequested" => ("is asked to cancel", "the Workflow"),
        "WorkflowExecutionSignaled" => ("receives", "Signal"),
        "WorkflowExecutionUpdateAccepted" => ("accepts", "Update"),
        "WorkflowExecutionUpdateRejected" => ("rejects", "Update"),
        "WorkflowExecutionUpdateCompleted" => ("completes", "Update"),
        "WorkflowTaskScheduled" => ("schedules", "a Workflow Task"),
        "WorkflowTaskStarted" => ("starts", "a Workflow Task"),
        "WorkflowTaskCompleted" => ("completes", "a Workflow Task"),
        "WorkflowTaskFailed" => ("fails", "a Workflow Task"),
        "WorkflowTaskTimedOut" => ("runs out of time for", "a Workflow Task"),
        "ActivityTaskScheduled" => ("schedules", "Activity"),
        "ActivityTaskStarted" => ("starts", "Activity"),
        "ActivityTaskCompleted" => ("completes", "Activity"),
        "ActivityTaskFailed" => ("fails", "Activity"),
        "ActivityTaskTimedOut" => ("runs out of time for", "Activity"),
        "ActivityTaskCancelRequested" => ("asks to cancel", "Activity"),
        "ActivityTaskCanceled" => ("cancels", "Activity"),
        "TimerStarted" => ("starts", "a Timer"),
        "TimerFired" => ("fires", "a Timer"),
        "TimerCanceled" => ("cancels", "a Timer"),
        "MarkerRecorded" => ("records", "marker"),
        "UpsertWorkflowSearchAttributes" => ("sets", "Search Attributes"),
        "WorkflowPropertiesModified" => ("changes", "the memo"),
        "StartChildWorkflowExecutionInitiated" => ("asks to start", "child Workflow"),
        "StartChildWorkflowExecutionFailed" => ("cannot start", "child Workflow"),
        "ChildWorkflowExecutionStarted" => ("starts", "child Workflow"),
        "ChildWorkflowExecutionCompleted" => ("completes", "child Workflow"),
        "ChildWorkflowExecutionFailed" => ("fails", "child Workflow"),
        "ChildWorkflowExecutionCanceled" => ("cancels", "child Workflow"),
        "ChildWorkflowExecutionTimedOut" => ("runs out of time for", "child Workflow"),
        "ChildWorkflowExecutionTerminated" => ("terminates", "child Workflow"),
        "SignalExternalWorkflowExecutionInitiated" => ("sends", "Signal"),
        "NexusOperationScheduled" => ("schedules", "Nexus operation"),
        "NexusOperationStarted" => ("starts", "Nexus operation"),
        "NexusOperationCompleted" => ("completes", "Nexus operation"),
        "NexusOperationFailed" => ("fails", "Nexus operation"),
        "" => return "has an event without a type".to_owned(),
        other => ("has", other),
    };
    // `the Workflow`, `a Timer`: it has no name of its own to be told by.
    let is_named = !thing.starts_with("the ") && !thing.starts_with("a ") && !name.is_empty();
    match is_named {
        true => format!("{verb} {thing} {name}"),
        false => format!("{verb} {thing}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(id: &str, event_type: &str, name: &str) -> ComparedEvent {
        ComparedEvent {
            event: 0,
            id: id.to_owned().into(),
            event_type: event_type.to_owned().into(),
            name: name.to_owned().into(),
            does: does(event_type, name).into(),
        }
    }

    fn row(kind: ComparedKind) -> ComparedEvents {
        let is_alone = |alone| kind == alone;
        let left = event("2", "ActivityTaskScheduled", "charge");
        ComparedEvents {
            kind,
            same_before: 1,
            left: (!is_alone(ComparedKind::OnlyRight)).then_some(left),
            right: (!is_alone(ComparedKind::OnlyLeft)).then(|| event("2", "TimerStarted", "")),
        }
    }

    fn view(kinds: &[ComparedKind], same_after: u32) -> ExecutionComparison {
        let rows: Vec<ComparedEvents> = kinds.iter().map(|kind| row(*kind)).collect();
        let is_fork = |row: &&ComparedEvents| {
            !matches!(row.kind, ComparedKind::Changed | ComparedKind::Unknown)
        };
        let n = |wanted: ComparedKind| {
            u32::try_from(kinds.iter().filter(|kind| **kind == wanted).count()).unwrap_or(0)
        };
        ExecutionComparison {
            n_left: 3000,
            n_right: 3,
            n_same: 2,
            n_changed: n(ComparedKind::Changed),
            n_unknown: n(ComparedKind::Unknown),
            n_only_left: n(ComparedKind::OnlyLeft),
            n_only_right: n(ComparedKind::OnlyRight),
            same_until: if rows.is_empty() {
                String::new()
            } else {
                "1".to_owned()
            }
            .into(),
            fork: rows.iter().find(is_fork).cloned(),
            n_rows: u32::try_from(rows.len()).unwrap_or(0),
            rows,
            same_after,
            said: String::new().into(),
        }
    }

    #[test]
    fn it_says_what_happens() {
        let said = does("ActivityTaskScheduled", "charge");
        assert_eq!(said, "schedules Activity charge");
        assert_eq!(does("TimerStarted", "x"), "starts a Timer");
        assert_eq!(does("SomethingNew", ""), "has SomethingNew");
        assert_eq!(does("SomethingNew", "x"), "has SomethingNew x");
    }

    #[test]
    fn it_says_from_which_event_on_they_differ() {
        use ComparedKind::{Changed, OnlyLeft, Other, Unknown};
        let said = |kinds: &[ComparedKind], after| of_executions(&view(kinds, after), false);
        assert_eq!(
            said(&[Other], 1),
            "Same up to event 1. From event 2 on: left schedules Activity charge, right starts a Timer."
        );
        assert_eq!(
            said(&[Changed], 1),
            "Same up to event 1. Event 2 (ActivityTaskScheduled) says something else. Both have the same events."
        );
        assert_eq!(
            said(&[Unknown], 1),
            "Same up to event 1. No differences known: 1 event has Payloads that are not decoded, which cannot be compared."
        );
        assert_eq!(
            said(&[OnlyLeft], 0),
            "Same up to event 1. From event 2 on: left schedules Activity charge, right has no more events."
        );
        assert_eq!(
            said(&[OnlyLeft, Changed], 3),
            "Same up to event 1. From event 2 on: left schedules Activity charge, right has no event there."
        );
        assert_eq!(
            said(&[], 0),
            "No differences, apart from times, ids and Workflow Tasks."
        );
        assert_eq!(
            of_executions(&view(&[], 0), true),
            "No differences in 3,000 events."
        );
        let mut first = view(&[Other], 1);
        first.same_until = String::new().into();
        let said = of_executions(&first, false);
        assert!(
            said.starts_with("They differ from the first event on: left"),
            "{said}"
        );
    }

    #[test]
    fn what_is_not_decoded_is_never_said_to_be_equal_or_different() {
        let with = |n, n_unknown, left: bool, right: bool| {
            let problem = |is: bool| is.then(|| "Key not found.".to_owned().into());
            of_values(&DifferencesView {
                n,
                n_unknown,
                differences: Vec::new(),
                about: Vec::new(),
                left_problem: problem(left),
                right_problem: problem(right),
                said: String::new().into(),
            })
        };
        let unknown = "not decoded: it is not known whether they say the same.";
        assert_eq!(with(1, 1, true, true), format!("Both are {unknown}"));
        assert_eq!(
            with(1, 1, false, true),
            format!("The right one is {unknown}")
        );
        assert_eq!(
            with(0, 0, true, true),
            "Both are the same bytes. They are not decoded."
        );
        assert_eq!(
            with(3, 1, false, false),
            format!("2 places differ. 1 value {unknown}")
        );
        assert_eq!(
            with(2, 2, false, false),
            format!("No differences known. 2 values {unknown}")
        );
        assert_eq!(
            with(0, 0, false, false),
            "No differences: both say the same."
        );
    }
}
