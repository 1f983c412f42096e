//! A jq expression over a document as its readable export has it, or over the value of one Payload. The expression is evaluated in a
//! process of its own: `filter` says why.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use filter::{Answer, Ended, Input, NotRun};
use temporal_payload::{Kind, TextPlace};
use zeroize::Zeroizing;

use super::Inspector;
use super::chosen_types::Chosen;
use super::documents::UnderWay;
use super::export::Export;
use super::filter_view::{FilterProblem, FilterRequest, FilterView};
use super::history::in_place;
use super::payload_rows::Progress;
use super::read_history::count;
use super::view::InspectPayloadRequest;
use crate::error::{AppError, Code, ErrorPlace};
use crate::hints::sentence;
use crate::payload;

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl Inspector {
    /// See the command table. Takes at most [`filter::DEADLINE`], and what decoding the document takes the first time.
    ///
    /// # Errors
    /// [`Code::DocumentClosed`], [`Code::BadRequest`], [`Code::PayloadDamaged`], [`Code::InvalidSetting`] where the Namespace is
    /// refused, [`Code::Cancelled`], [`Code::Internal`]; of a Payload, why it is not decoded.
    pub fn filter(&self, request: FilterRequest) -> Result<FilterView, AppError> {
        let cancel = Arc::new(AtomicBool::new(false));
        let _under_way = request
            .ticket
            .map(|ticket| UnderWay::new(&self.documents, ticket, cancel.clone()));
        let (input, text) = match request.index {
            Some(index) => (Input::Value, self.value_of(request.document, index)?),
            None => self.readable(request.document, request.ticket, &cancel)?,
        };
        let is_wanted = || !cancel.load(Ordering::Relaxed);
        let expression = &request.expression;
        let answer = filter::run(
            expression,
            input,
            text.as_bytes(),
            filter::DEADLINE,
            &is_wanted,
        )
        .map_err(|error| {
            let code = match error {
                NotRun::Cancelled => Code::Cancelled,
                NotRun::TooLong => Code::BadRequest,
                NotRun::NotStarted => Code::Internal,
            };
            AppError::new(code, error.to_string())
        })?;
        Ok(view(expression, answer))
    }

    /// A document with every value decoded; it is kept until the document is closed, or the app is locked.
    fn readable(
        &self,
        number: u32,
        ticket: Option<u32>,
        cancel: &Arc<AtomicBool>,
    ) -> Result<(Input, Arc<Zeroizing<String>>), AppError> {
        let inspection = self.documents.get(number)?;
        let tell = self.telling(&inspection, ticket);
        let input = match inspection.document.kind() {
            Kind::History => Input::Events,
            Kind::Payloads
            | Kind::Payload
            | Kind::PayloadList
            | Kind::PayloadMap
            | Kind::Failure
            | Kind::Json => Input::Value,
        };
        let text = inspection.readable.get_or_try_make(|| {
            let mut text = Zeroizing::new(String::new());
            let progress = Progress::new(cancel.clone(), &tell);
            let mut out = |part: &str| text.push_str(part);
            self.export_within(&inspection, &Export::Readable, &progress, &mut out)?;
            Ok(text)
        })?;
        Ok((input, text))
    }

    /// What a Payload says, as JSON; the Payload itself where that is none.
    fn value_of(&self, document: u32, index: u32) -> Result<Arc<Zeroizing<String>>, AppError> {
        let inspection = self.documents.get(document)?;
        let sent = self
            .documents
            .sent_payload(InspectPayloadRequest { document, index })?;
        let base = self.in_force.chain(sent.namespace())?;
        let chain = sent.chain(&base);
        let types = self.in_force.message_types(sent.namespace());
        let types = types.with(types.has_rules().then(|| inspection.places()));
        let slot = inspection.document.slots().get(index as usize);
        chain.unwrapping(&|| true, |chain| {
            let budget = chain.budget(sent.payload.data.len());
            let decoded = chain.decode_within(sent.payload.clone(), &budget);
            match &decoded.error {
                Some(error) if !decoded.is_answer() => Err(payload::problem(error, &sent.payload)),
                _ => {
                    let inside = payload::inside(decoded.payload, chain, &budget).payload;
                    let readable = Chosen::default().readable(slot, inside, &types).0;
                    Ok(Arc::new(Zeroizing::new(in_place(&readable))))
                }
            }
        })
    }
}

fn view(expression: &str, answer: Answer) -> FilterView {
    let problem = |message: &str, hint: &str, place| FilterProblem {
        message: sentence(message).into(),
        hint: hint.to_owned(),
        place,
    };
    let problem = match answer.ended {
        Ended::Done => None,
        Ended::Wrong(at, message) => {
            let TextPlace { line, column } = TextPlace::of(expression, at);
            let place = ErrorPlace {
                line: count(line),
                column: count(column),
            };
            Some(problem(
                &message,
                "Correct the expression at the place that is marked.",
                Some(place),
            ))
        }
        Ended::Failed(message) => Some(problem(
            &message,
            "Look at what the value is there; a question mark behind a path passes over values that have no such path.",
            None,
        )),
        Ended::TimedOut => Some(problem(
            &format!(
                "the filter took longer than {} s and was stopped",
                filter::DEADLINE.as_secs()
            ),
            "Filter less: begin with .[0] or limit(10; .[]), then go on.",
            None,
        )),
        Ended::TooLarge => Some(problem(
            "the filter took too much memory or went too deep, and was stopped",
            "Filter less: begin with .[0] or limit(10; .[]), then go on.",
            None,
        )),
    };
    FilterView {
        text: answer.text.as_str().to_owned().into(),
        n_shown: answer.n_shown,
        is_cut: answer.is_cut,
        n: answer.n,
        may_be_more: answer.may_be_more && problem.as_ref().is_none_or(|it| it.place.is_none()),
        problem,
    }
}
