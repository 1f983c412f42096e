//! Searching the Payloads of a document: their places, their layers, and what they say, also behind the start that a row shows.

use payload_codec::CodecChain;

use super::Inspector;
use super::documents::Inspection;
use super::read_history::count;
use super::search_text::{Room, SearchText, push};
use super::view::{PayloadMatches, SearchPayloadsRequest};
use crate::error::AppError;
use crate::payload::view::ContentKind;
use crate::payload::{content, event_of, row};
use crate::schemas::message_types::DocumentTypes;

/// Matches that are told one by one.
const MAX_MATCHES: usize = 5000;

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl Inspector {
    /// See the command table. The first search of a document decodes it once more; those after it read what is kept of that.
    ///
    /// # Errors
    /// [`crate::Code::DocumentClosed`], [`crate::Code::InvalidSetting`] where the Namespace is refused.
    pub fn search_payloads(
        &self,
        request: SearchPayloadsRequest,
    ) -> Result<PayloadMatches, AppError> {
        let inspection = self.documents.get(request.document)?;
        let chain = self.in_force.chain(inspection.namespace.as_deref())?;
        let types = self.in_force.message_types(inspection.namespace.as_deref());
        let types = types.with(types.has_rules().then(|| inspection.places()));
        let search = inspection
            .search
            .get_or_make(|| text_of_payloads(&inspection, &chain, &types));
        let found = search.find(&request.text);
        Ok(PayloadMatches {
            n: count(found.len()),
            matches: found.into_iter().take(MAX_MATCHES).map(count).collect(),
            incomplete: search.incomplete,
        })
    }
}

/// Whether two texts differ in white space alone: JSON that was laid out, and nothing in it decoded.
fn says_the_same(raw: &str, laid_out: &str) -> bool {
    let n = |text: &str| {
        let bytes = text.bytes();
        bytes.filter(|byte| !byte.is_ascii_whitespace()).count()
    };
    n(raw) == n(laid_out)
}

/// An entry for each Payload.
fn text_of_payloads(
    inspection: &Inspection,
    chain: &CodecChain,
    types: &DocumentTypes<'_>,
) -> SearchText {
    let Inspection {
        document,
        whose,
        rows,
        ..
    } = inspection;
    let budget = chain.budget(document.text().len());
    let entry = |at: usize, room: &Room| {
        let mut text = String::new();
        let Some(slot) = document.slots().get(at) else {
            return text;
        };
        let chain = whose.chain(document, slot, chain);
        let pending;
        let row = match rows.get(at) {
            Some(row) => row,
            None => {
                pending = row(document, slot, &chain, &budget, types);
                &pending
            }
        };
        push(&mut text, &row.place);
        push(&mut text, &row.layers.join(" "));
        if let Some(event) = event_of(document, slot) {
            push(&mut text, &event.kind);
            push(&mut text, &event.id);
        }
        push(&mut text, &row.preview);
        if !room.is_left() {
            return text;
        }
        let Ok(sent) = document.payload(slot) else {
            return text;
        };
        let decoded = chain.decode_within(sent, &budget);
        if decoded.error.is_some() {
            return text;
        }
        let chosen = types.chosen(slot, &decoded.payload);
        let read = chosen
            .as_ref()
            .map_or(&decoded.payload, |chosen| &chosen.payload);
        let shown = content::content(read, &chain, types.schemas());
        if shown.kind == ContentKind::Hex {
            return text;
        }
        let raw = shown.raw.as_ref();
        let laid_out = raw.is_some_and(|raw| says_the_same(raw, &shown.text));
        let text_too = (!laid_out).then_some(&shown.text);
        for said in [raw, text_too, shown.lines.as_ref()].into_iter().flatten() {
            room.take(said.len());
            push(&mut text, said);
        }
        text
    };
    SearchText::new(rows.len(), document.text().len(), &entry)
}
