//! Whose Payloads a document holds: what its events say, and what its reader was asked for. It is looked up where some format of the
//! chain binds Payloads to it; nothing is, where none does.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use payload_codec::{CodecChain, Context, ContextPart};
use temporal_payload::history::{SerializationContext, serialization_contexts, workflow};
use temporal_payload::{Document, Slot, shown_name};

use super::KnownContext;
use super::view::GivenContext;

/// Whose Payloads a document holds.
#[derive(Default)]
pub(crate) struct Whose {
    given: Context,
    said: OnceLock<Said>,
}

/// What the events of a history say.
struct Said {
    /// For each kind of Payload, what it may be sealed for, the likeliest first.
    contexts: Vec<Vec<Context>>,
    /// For each event, its place in `contexts`.
    of_event: Vec<usize>,
}

impl Whose {
    pub(crate) fn new(given: Context) -> Self {
        Whose {
            given,
            said: OnceLock::new(),
        }
    }

    /// What its reader said.
    pub(crate) fn given(&self) -> &Context {
        &self.given
    }

    /// The chain for one Payload of the document.
    pub(crate) fn chain<'a>(
        &self,
        document: &Document,
        slot: &Slot,
        chain: &'a CodecChain,
    ) -> Cow<'a, CodecChain> {
        if chain.bound_to().is_empty() {
            return Cow::Borrowed(chain);
        }
        Cow::Owned(chain.within(self.context(document, slot)))
    }

    /// What a Payload of the document may be sealed for.
    pub(crate) fn context(&self, document: &Document, slot: &Slot) -> Arc<Context> {
        let known = self.known(document, slot).each().into_iter().rev();
        let joined = known.reduce(|last, one| one.otherwise(last));
        Arc::new(joined.unwrap_or_default())
    }

    /// What is known of whose a Payload of the document is.
    pub(crate) fn known(&self, document: &Document, slot: &Slot) -> KnownContext {
        let said = self.said.get_or_init(|| Said::by(document));
        let place = slot.event.and_then(|event| said.of_event.get(event));
        let contexts = place.and_then(|place| said.contexts.get(*place));
        KnownContext {
            said: contexts.cloned().unwrap_or_default(),
            given: self.given.clone(),
        }
    }
}

impl Said {
    fn by(document: &Document) -> Self {
        let found = serialization_contexts(document);
        let contexts = found.contexts.into_iter();
        Said {
            contexts: contexts.map(|each| with_variants(&each)).collect(),
            of_event: found.of_event,
        }
    }
}

/// Most SDKs tell codecs of a Workflow's own Payloads its id and no type: those are tried as well.
fn with_variants(each: &[SerializationContext]) -> Vec<Context> {
    let known: Vec<Context> = each.iter().map(context).collect();
    let of_workflow = |context: &&Context| {
        context.get(ContextPart::ActivityType) == Some("")
            && context.get(ContextPart::WorkflowType) != Some("")
    };
    let untyped = known.iter().filter(of_workflow);
    let untyped = untyped.map(|it| it.clone().with(ContextPart::WorkflowType, ""));
    let untyped: Vec<Context> = untyped.collect();
    [known, untyped].concat()
}

fn context(said: &SerializationContext) -> Context {
    known([
        (ContextPart::Namespace, &said.namespace),
        (ContextPart::WorkflowId, &said.workflow_id),
        (ContextPart::WorkflowType, &said.workflow_type),
        (ContextPart::ActivityType, &said.activity_type),
    ])
}

/// The parts that have a value.
fn known(values: [(ContextPart, &Option<String>); 4]) -> Context {
    let known = values
        .into_iter()
        .filter_map(|(part, value)| Some((part, value.as_deref()?)));
    known.fold(Context::default(), |context, (part, value)| {
        context.with(part, value)
    })
}

/// What was said of whose Payloads a history holds, and the history itself says otherwise, in a sentence each. It is right.
pub fn disagreements(document: &Document, given: &GivenContext) -> Vec<String> {
    let Some(own) = workflow(document) else {
        return Vec::new();
    };
    let both = [
        (ContextPart::WorkflowId, &given.workflow_id, own.workflow_id),
        (
            ContextPart::WorkflowType,
            &given.workflow_type,
            own.workflow_type,
        ),
    ];
    let differing = both.into_iter().filter_map(|(part, given, own)| {
        let given = given.as_deref().filter(|given| *given != own)?;
        (!own.is_empty()).then(|| {
            let (own, given) = (shown_name(&own), shown_name(given));
            let part = part.title();
            format!("The history says the {part} itself: \"{own}\" is used, not \"{given}\".")
        })
    });
    differing.collect()
}

impl From<&GivenContext> for Context {
    fn from(given: &GivenContext) -> Self {
        known([
            (ContextPart::Namespace, &given.namespace),
            (ContextPart::WorkflowId, &given.workflow_id),
            (ContextPart::WorkflowType, &given.workflow_type),
            (ContextPart::ActivityType, &given.activity_type),
        ])
    }
}
