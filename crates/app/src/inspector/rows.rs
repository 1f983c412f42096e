//! The rows of a document, one for each Payload: decoded all together, or each when it is looked at.

use std::ops::Range;
use std::sync::OnceLock;

use temporal_payload::Document;

use crate::payload::DecodedRow;
use crate::payload::view::{PayloadOutcome, PayloadRow};

/// One for each Payload, in the order of the document. Those that were not decoded yet are pending.
pub(super) struct Rows(Vec<OnceLock<DecodedRow>>);

impl Rows {
    /// So many, all of them pending.
    pub(super) fn pending(n: usize) -> Self {
        Rows((0..n).map(|_| OnceLock::new()).collect())
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn n_pending(&self) -> usize {
        self.0.iter().filter(|row| row.get().is_none()).count()
    }

    /// Whether it is there, and is pending.
    pub(super) fn is_pending(&self, at: usize) -> bool {
        self.0.get(at).is_some_and(|row| row.get().is_none())
    }

    /// One that was decoded.
    pub(super) fn get(&self, at: usize) -> Option<&DecodedRow> {
        self.0.get(at)?.get()
    }

    /// Those of some slots that were decoded.
    pub(super) fn of(&self, slots: Range<usize>) -> impl Iterator<Item = &DecodedRow> {
        let rows = self.0.get(slots).unwrap_or_default();
        rows.iter().filter_map(OnceLock::get)
    }

    /// All that were decoded.
    pub(super) fn decoded(&self) -> impl Iterator<Item = &DecodedRow> {
        self.of(0..self.len())
    }

    /// The first one that a key, or another format, might decode.
    pub(super) fn first_failed(&self) -> Option<usize> {
        let failed = |row: &OnceLock<DecodedRow>| {
            row.get()
                .is_some_and(|row| row.outcome == PayloadOutcome::Failed)
        };
        self.0.iter().position(failed)
    }

    /// As [`Rows::of`], as they are shown.
    pub(super) fn shown(&self, document: &Document, slots: Range<usize>) -> Vec<PayloadRow> {
        let known = slots.filter_map(|at| Some((at, self.get(at)?)));
        known.map(|(at, row)| row.shown(document, at)).collect()
    }

    /// Puts them in where they belong. Of two for one Payload the first one stays: it may have been shown already.
    pub(super) fn fill(&self, rows: impl IntoIterator<Item = (usize, DecodedRow)>) {
        for (at, row) in rows {
            if let Some(place) = self.0.get(at) {
                let _first = place.set(row);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload::ContentText;

    fn row(preview: &str, outcome: PayloadOutcome) -> DecodedRow {
        DecodedRow {
            place: String::new(),
            outcome,
            layers: Vec::new(),
            preview: ContentText::from(preview.to_owned()),
            bytes: 0,
        }
    }

    #[test]
    fn what_was_decoded_stays_and_the_rest_is_pending() {
        let rows = Rows::pending(3);
        let plain = |preview| row(preview, PayloadOutcome::Plain);
        rows.fill([(1, plain("first")), (7, plain("of another document"))]);
        assert_eq!(rows.first_failed(), None);
        rows.fill([
            (1, plain("again")),
            (2, row("second", PayloadOutcome::Failed)),
        ]);
        let said: Vec<_> = rows.decoded().map(|row| row.preview.to_string()).collect();
        assert_eq!(said, ["first", "second"]);
        assert_eq!((rows.len(), rows.n_pending()), (3, 1));
        assert!(rows.is_pending(0) && !rows.is_pending(1) && !rows.is_pending(3));
        assert_eq!(rows.of(0..2).count(), 1);
        assert_eq!(rows.of(2..9).count(), 0, "slots of no document");
        assert_eq!(rows.first_failed(), Some(2));
    }
}
