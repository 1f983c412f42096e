//! What an event is about and what became of that, by the event's type.

/// What a group of events is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// The Workflow Execution itself: how it started and how it closed.
    Workflow,
    /// A Workflow Task.
    WorkflowTask,
    /// An Activity.
    Activity,
    /// A timer.
    Timer,
    /// A Signal that came in.
    Signal,
    /// An Update.
    Update,
    /// A child Workflow.
    ChildWorkflow,
    /// A Signal or a cancellation that went out to another Workflow.
    External,
    /// A Nexus operation.
    Nexus,
    /// A marker: a Local Activity, a version, a side effect.
    Marker,
    /// Any other event.
    Other,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// It has not ended as far as the history goes.
    Pending,
    /// The Workflow closed before it ended.
    Unfinished,
    /// It ended well.
    Completed,
    /// It failed.
    Failed,
    /// It took too long.
    TimedOut,
    /// It was canceled.
    Canceled,
    /// It was terminated.
    Terminated,
    /// The Workflow goes on in a new run.
    ContinuedAsNew,
}

impl State {
    /// Whether it is what people look for when something went wrong.
    pub fn is_failure(self) -> bool {
        matches!(self, State::Failed | State::TimedOut | State::Terminated)
    }

    /// Whether nothing more is to come.
    pub(super) fn is_end(self) -> bool {
        !matches!(self, State::Pending | State::Unfinished)
    }
}

/// What a type of event is about, and what it makes of that. The names are those without `EVENT_TYPE_`.
pub(super) fn of(event_type: &str) -> (Kind, State) {
    // Longer names come before those that they begin with.
    const KINDS: [(&str, Kind); 17] = [
        ("WorkflowExecutionSignaled", Kind::Signal),
        ("WorkflowExecutionUpdate", Kind::Update),
        ("WorkflowTask", Kind::WorkflowTask),
        ("DecisionTask", Kind::WorkflowTask),
        ("ActivityTask", Kind::Activity),
        ("Timer", Kind::Timer),
        ("StartChildWorkflowExecution", Kind::ChildWorkflow),
        ("ChildWorkflowExecution", Kind::ChildWorkflow),
        ("SignalExternalWorkflowExecution", Kind::External),
        ("RequestCancelExternalWorkflowExecution", Kind::External),
        ("ExternalWorkflowExecution", Kind::External),
        ("NexusOperation", Kind::Nexus),
        ("MarkerRecorded", Kind::Marker),
        ("ActivityProperties", Kind::Other),
        ("WorkflowProperties", Kind::Other),
        ("UpsertWorkflow", Kind::Other),
        ("WorkflowExecution", Kind::Workflow),
    ];
    let kind = KINDS
        .iter()
        .find(|(start, _)| event_type.starts_with(start))
        .map_or(Kind::Other, |(_, kind)| *kind);
    let state = state(event_type);
    match (kind, event_type) {
        // What was asked for is an event of its own; so is what changed while it ran.
        (
            Kind::Workflow,
            "WorkflowExecutionStarted"
            | "WorkflowExecutionCompleted"
            | "WorkflowExecutionFailed"
            | "WorkflowExecutionTimedOut"
            | "WorkflowExecutionCanceled"
            | "WorkflowExecutionTerminated"
            | "WorkflowExecutionContinuedAsNew",
        ) => (kind, state),
        (Kind::Workflow | Kind::Other, _) => (Kind::Other, State::Completed),
        (Kind::Signal | Kind::Marker, _) => (kind, State::Completed),
        // A request to cancel ends nothing by itself.
        (Kind::Activity | Kind::Nexus, name) if name.contains("CancelRequest") => {
            (kind, State::Pending)
        }
        (Kind::External, "ExternalWorkflowExecutionCancelRequested") => (kind, State::Completed),
        _ => (kind, state),
    }
}

fn state(event_type: &str) -> State {
    const STATES: [(&str, State); 9] = [
        ("ContinuedAsNew", State::ContinuedAsNew),
        ("Completed", State::Completed),
        ("Fired", State::Completed),
        ("Signaled", State::Completed),
        ("Failed", State::Failed),
        ("Rejected", State::Failed),
        ("TimedOut", State::TimedOut),
        ("Canceled", State::Canceled),
        ("Terminated", State::Terminated),
    ];
    let found = STATES.iter().find(|(end, _)| event_type.ends_with(end));
    found.map_or(State::Pending, |(_, state)| *state)
}
