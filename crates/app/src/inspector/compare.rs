//! Two executions side by side, and two Payloads: what differs, and from which event on.
//!
//! Events are aligned by what they are, not by their numbers. Each is decoded for the moment and told apart by a digest, so that a
//! comparison takes time and memory by the number of events; what differs in one of them is decoded again when it is looked at.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use comparison::{Differences, Kind, Rules, Step, align, differences, excerpts};
use payload_codec::zeroize_stack_once;
use temporal_payload::{shown, shown_name};

use super::compare_side::{CompareSide, MarkedText, ReadEvent, ReadPayload};
use super::compare_view::{
    AboutView, CompareEventsRequest, CompareExecutionsRequest, ComparePayloadsRequest,
    ComparedEvents, ComparedKind, DifferenceSide, DifferenceView, DifferencesView,
    ExecutionComparison,
};
use super::compare_words::{of_executions, of_values};
use super::documents::{UnderWay, no_such_payload};
use super::history::in_place;
use super::payload_rows::{Cancelled, Progress};
use super::read_history::count;
use super::{InspectionProgress, Inspector};
use crate::error::{AppError, Code};
use crate::payload::content::with_characters;

/// Places that are told one by one.
const MAX_ROWS: usize = 5000;
/// Differences of one place that are told one by one.
const MAX_DIFFERENCES: usize = 500;
/// Characters of a value.
const MAX_VALUE: usize = 2000;
/// Characters of a name, a path or what metadata says.
const MAX_NAME: usize = 300;

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl Inspector {
    /// See the command table. Decodes both histories; linear in both.
    ///
    /// # Errors
    /// [`Code::DocumentClosed`], [`Code::BadRequest`] where one is no Event History, [`Code::InvalidSetting`] where a Namespace is
    /// refused, [`Code::Cancelled`].
    pub fn compare_executions(
        &self,
        request: CompareExecutionsRequest,
    ) -> Result<ExecutionComparison, AppError> {
        let cancel = Arc::new(AtomicBool::new(false));
        let _under_way = request
            .ticket
            .map(|ticket| UnderWay::new(&self.documents, ticket, cancel.clone()));
        let (left, right) = (self.side(request.left)?, self.side(request.right)?);
        if left.events().is_empty() || right.events().is_empty() {
            let message = "a document that has no events cannot be compared as an execution";
            return Err(AppError::new(Code::BadRequest, message)
                .hint("Compare one of its Payloads instead."));
        }
        let total = count(left.events().len() + right.events().len());
        let tell = |done: usize| {
            if let Some(ticket) = request.ticket {
                self.progress.tell(InspectionProgress {
                    ticket,
                    done: count(done).min(total),
                    total,
                });
            }
        };
        let progress = Progress::new(cancel, &tell);
        Comparing::new(&left, &right, request.everything)
            .compared(&progress)
            .map_err(|Cancelled| AppError::new(Code::Cancelled, "the comparison was canceled"))
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::DocumentClosed`], [`Code::BadRequest`] where there is no such event, [`Code::InvalidSetting`] where a Namespace is
    /// refused.
    pub fn compare_events(
        &self,
        request: CompareEventsRequest,
    ) -> Result<DifferencesView, AppError> {
        let (left, right) = (self.side(request.left)?, self.side(request.right)?);
        let comparing = Comparing::new(&left, &right, request.everything);
        let (one, other) = (request.left_event as usize, request.right_event as usize);
        let found = comparing.events(one, other, MAX_DIFFERENCES);
        let no_such_event = || AppError::new(Code::BadRequest, "the document has no such event");
        Ok(with_words(view(found.ok_or_else(no_such_event)?)))
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::DocumentClosed`], [`Code::BadRequest`] where there is no such Payload, [`Code::PayloadDamaged`] where one cannot be
    /// read at all, [`Code::InvalidSetting`] where a Namespace is refused.
    pub fn compare_payloads(
        &self,
        request: ComparePayloadsRequest,
    ) -> Result<DifferencesView, AppError> {
        let read = |document: u32, index: u32| {
            let side = self.side(document)?;
            let slot = side.inspection.document.slots().get(index as usize);
            let slot = slot.ok_or_else(no_such_payload)?;
            let budget = side.chain.budget(slot.span.len());
            side.payload(slot, &side.document_types(), &budget, &|| true)
                .map_err(|message| AppError::new(Code::PayloadDamaged, message))
        };
        zeroize_stack_once(|| {
            let left = read(request.left, request.left_index)?;
            let right = read(request.right, request.right_index)?;
            let text = |payload: &ReadPayload| MarkedText::of(payload, in_place);
            let found = between(
                &text(&left),
                &text(&right),
                [&Rules::everything(); 2],
                MAX_DIFFERENCES,
            );
            let problem = |payload: &ReadPayload| {
                let why = payload.value.as_ref().err();
                why.map(|why| shown(why, MAX_VALUE).into())
            };
            Ok(with_words(DifferencesView {
                about: about(&left, &right),
                left_problem: problem(&left),
                right_problem: problem(&right),
                ..view(found)
            }))
        })
    }

    fn side(&self, document: u32) -> Result<CompareSide, AppError> {
        let inspection = self.documents.get(document)?;
        let namespace = inspection.namespace.as_deref();
        let chain = self.in_force.chain(namespace)?;
        // What is not known yet would be told as what cannot be known.
        self.look_at(&inspection, &chain, 0..inspection.rows.len());
        Ok(CompareSide {
            chain,
            types: self.in_force.message_types(namespace),
            inspection,
        })
    }
}

/// Two executions.
struct Comparing<'a> {
    left: &'a CompareSide,
    right: &'a CompareSide,
    everything: bool,
    /// What counts on each side.
    rules: [Rules; 2],
}

/// Events of one side alone, between two that are equal: their places in the order.
#[derive(Default)]
struct Gap {
    left: Vec<usize>,
    right: Vec<usize>,
}

impl<'a> Comparing<'a> {
    fn new(left: &'a CompareSide, right: &'a CompareSide, everything: bool) -> Self {
        Comparing {
            left,
            right,
            everything,
            rules: [left, right].map(|side| side.rules(everything)),
        }
    }

    fn compared(&self, progress: &Progress<'_>) -> Result<ExecutionComparison, Cancelled> {
        let (left, right) = (self.left, self.right);
        let [rules, other_rules] = &self.rules;
        let with_decoded = left.is_decoded() && right.is_decoded();
        let (order, other_order) = (
            left.in_order(self.everything),
            right.in_order(self.everything),
        );
        let lefts = left.read_events(&order, rules, with_decoded, progress)?;
        let rights = right.read_events(&other_order, other_rules, with_decoded, progress)?;
        let are = |events: &[ReadEvent]| events.iter().map(|event| event.is).collect::<Vec<_>>();
        let steps = align(&are(&lefts), &are(&rights), &mut 0);

        let mut out = Listed::new(self, &order, &other_order);
        let mut gap = Gap::default();
        for step in steps {
            match step {
                Step::Left(at) => gap.left.push(at),
                Step::Right(at) => gap.right.push(at),
                Step::Both(one, other) => {
                    out.apart(&mut gap);
                    if progress.is_cancelled() {
                        return Err(Cancelled);
                    }
                    let (Some(a), Some(b)) = (lefts.get(one), rights.get(other)) else {
                        continue;
                    };
                    let kind = match a.says == b.says {
                        true => None,
                        false if a.has_unknown || b.has_unknown => {
                            Some(self.kind_of_unknown(order.get(one), other_order.get(other)))
                        }
                        false => Some(ComparedKind::Changed),
                    };
                    match kind {
                        None => out.same(),
                        Some(kind) => out.add(kind, Some(one), Some(other)),
                    }
                }
            }
        }
        out.apart(&mut gap);
        let said = of_executions(&out.view, self.everything).into();
        Ok(ExecutionComparison { said, ..out.view })
    }

    /// Whether more differs than what is not known.
    fn kind_of_unknown(&self, left: Option<&usize>, right: Option<&usize>) -> ComparedKind {
        let found = left.zip(right);
        let found = found.and_then(|(one, other)| self.events(*one, *other, 0));
        match found {
            Some(found) if found.n == found.n_unknown => ComparedKind::Unknown,
            Some(_) | None => ComparedKind::Changed,
        }
    }

    /// What differs between two events; `None` where one of them is not there.
    fn events(&self, left: usize, right: usize, limit: usize) -> Option<Differences> {
        let text = |side: &CompareSide, at: usize| {
            let event = side.events().get(at)?;
            let budget = side.chain.budget(event.attributes.len());
            side.text(at, &side.document_types(), &budget, &|| true)
        };
        zeroize_stack_once(|| {
            let (one, other) = (text(self.left, left)?, text(self.right, right)?);
            let [rules, other_rules] = &self.rules;
            Some(between(&one, &other, [rules, other_rules], limit))
        })
    }
}

/// The places that differ, one after the other.
struct Listed<'a> {
    of: &'a Comparing<'a>,
    order: &'a [usize],
    other_order: &'a [usize],
    view: ExecutionComparison,
}

impl<'a> Listed<'a> {
    fn new(of: &'a Comparing<'a>, order: &'a [usize], other_order: &'a [usize]) -> Self {
        let view = ExecutionComparison {
            n_left: count(order.len()),
            n_right: count(other_order.len()),
            n_same: 0,
            n_changed: 0,
            n_unknown: 0,
            n_only_left: 0,
            n_only_right: 0,
            same_until: String::new().into(),
            fork: None,
            n_rows: 0,
            rows: Vec::new(),
            same_after: 0,
            said: String::new().into(),
        };
        Listed {
            of,
            order,
            other_order,
            view,
        }
    }

    fn same(&mut self) {
        self.view.n_same += 1;
        self.view.same_after += 1;
    }

    /// What stands between two that are equal: side by side as far as both have something.
    fn apart(&mut self, gap: &mut Gap) {
        let n = gap.left.len().max(gap.right.len());
        for at in 0..n {
            let (left, right) = (gap.left.get(at).copied(), gap.right.get(at).copied());
            let kind = match (left, right) {
                (Some(_), Some(_)) => ComparedKind::Other,
                (Some(_), None) => ComparedKind::OnlyLeft,
                (None, _) => ComparedKind::OnlyRight,
            };
            self.add(kind, left, right);
        }
        *gap = Gap::default();
    }

    /// Adds a place, by the places in the orders.
    fn add(&mut self, kind: ComparedKind, left: Option<usize>, right: Option<usize>) {
        let view = &mut self.view;
        match kind {
            ComparedKind::Changed => view.n_changed += 1,
            ComparedKind::Unknown => view.n_unknown += 1,
            ComparedKind::Other => {
                view.n_only_left += 1;
                view.n_only_right += 1;
            }
            ComparedKind::OnlyLeft => view.n_only_left += 1,
            ComparedKind::OnlyRight => view.n_only_right += 1,
        }
        let is_fork =
            view.fork.is_none() && !matches!(kind, ComparedKind::Changed | ComparedKind::Unknown);
        let is_told = view.rows.len() < MAX_ROWS;
        let same_before = std::mem::take(&mut view.same_after);
        view.n_rows += 1;
        if !is_told && !is_fork {
            return;
        }
        let (one, other) = (self.of.left, self.of.right);
        let left = left.and_then(|at| one.shown(*self.order.get(at)?));
        let right = right.and_then(|at| other.shown(*self.other_order.get(at)?));
        let row = ComparedEvents {
            kind,
            same_before,
            left,
            right,
        };
        if self.view.n_rows == 1 {
            // They are the same up to here, so their numbers are.
            let last = (same_before as usize).checked_sub(1);
            let last = last.and_then(|at| one.events().get(*self.order.get(at)?));
            let last = last.map_or_else(String::new, |event| shown_name(&event.id));
            self.view.same_until = last.into();
        }
        if is_fork {
            self.view.fork = Some(row.clone());
        }
        if is_told {
            self.view.rows.push(row);
        }
    }
}

fn between(
    left: &MarkedText,
    right: &MarkedText,
    [rules, other_rules]: [&Rules; 2],
    limit: usize,
) -> Differences {
    match (left.tree(rules), right.tree(other_rules)) {
        (Some(left), Some(right)) => differences(&left, &right, limit),
        // Never of what is made of JSON.
        _ => Differences::default(),
    }
}

fn view(found: Differences) -> DifferencesView {
    let one = |it: comparison::Difference| {
        let text = |side: Option<&comparison::Side>| {
            side.map(|side| with_characters(&side.text))
                .unwrap_or_default()
        };
        let (left, right) = excerpts(&text(it.left.as_ref()), &text(it.right.as_ref()), MAX_VALUE);
        let side = |side: Option<comparison::Side>, text: String| {
            side.map(|side| DifferenceSide {
                text: text.into(),
                not_decoded: side.is_unknown,
            })
        };
        DifferenceView {
            path: shown(&it.path, MAX_NAME).into(),
            kind: match it.kind {
                Kind::Changed => ComparedKind::Changed,
                Kind::OnlyLeft => ComparedKind::OnlyLeft,
                Kind::OnlyRight => ComparedKind::OnlyRight,
                Kind::Unknown => ComparedKind::Unknown,
            },
            left: side(it.left, left),
            right: side(it.right, right),
        }
    };
    DifferencesView {
        n: count(found.n),
        n_unknown: count(found.n_unknown),
        differences: found.all.into_iter().map(one).collect(),
        about: Vec::new(),
        left_problem: None,
        right_problem: None,
        said: String::new().into(),
    }
}

fn with_words(view: DifferencesView) -> DifferencesView {
    DifferencesView {
        said: of_values(&view).into(),
        ..view
    }
}

/// How two Payloads differ beside what they say.
fn about(left: &ReadPayload, right: &ReadPayload) -> Vec<AboutView> {
    let told = |payload: &ReadPayload| {
        let metadata = |of: &BTreeMap<String, Vec<u8>>, behind: &str| {
            let name = |name: &str| format!("Metadata {}{behind}", shown(name, MAX_NAME));
            let said = of.iter().map(|(key, value)| {
                let value = String::from_utf8_lossy(value);
                (name(key), shown(&value, MAX_NAME))
            });
            said.collect::<Vec<_>>()
        };
        let mut told = BTreeMap::new();
        if !payload.layers.is_empty() {
            told.insert("Layers".to_owned(), payload.layers.join(", "));
        }
        told.extend(metadata(&payload.sent.metadata, ""));
        // Of one that is not encoded they are the same.
        if let Ok(value) = &payload.value
            && !payload.layers.is_empty()
        {
            told.extend(metadata(&value.metadata, ", decoded"));
        }
        told
    };
    let (lefts, mut rights) = (told(left), told(right));
    let mut all: Vec<(String, Option<String>, Option<String>)> = Vec::new();
    for (what, said) in lefts {
        let other = rights.remove(&what);
        all.push((what, Some(said), other));
    }
    all.extend(
        rights
            .into_iter()
            .map(|(what, said)| (what, None, Some(said))),
    );
    all.sort();
    let differs = all.into_iter().filter(|(_, left, right)| left != right);
    differs
        .map(|(what, left, right)| AboutView {
            what: what.into(),
            left: left.map(Into::into),
            right: right.map(Into::into),
        })
        .collect()
}
