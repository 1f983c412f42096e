//! The documents that are open, by number.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use payload_codec::CodecChain;
use temporal_payload::history::{self, Places};
use temporal_payload::{Document, Payload};

use super::read_history::ReadHistory;
use super::view::InspectPayloadRequest;
use crate::error::{AppError, Code};
use crate::payload::view::PayloadRow;

/// Open documents, by number.
#[derive(Default)]
pub(super) struct Documents(Mutex<Open>);

#[derive(Default)]
pub(super) struct Open {
    pub(super) last: u32,
    pub(super) documents: BTreeMap<u32, Arc<Inspection>>,
    /// Inspections under way that can be cancelled, by their tickets.
    pub(super) under_way: BTreeMap<u32, Arc<AtomicBool>>,
}

/// A document, decoded.
pub(super) struct Inspection {
    pub(super) document: Arc<Document>,
    /// Whose profile decodes it; the default one where absent.
    pub(super) namespace: Option<String>,
    pub(super) rows: Vec<PayloadRow>,
    /// Its history, read when it is first looked at.
    pub(super) history: OnceLock<ReadHistory>,
    /// Its run ids and its Workflow Id, read when another history names one.
    pub(super) known_as: OnceLock<(Vec<String>, String)>,
    /// Where its Payloads stand, read when a rule asks for it.
    pub(super) places: OnceLock<Places>,
}

impl Inspection {
    pub(super) fn read(&self, chain: &CodecChain) -> &ReadHistory {
        self.history
            .get_or_init(|| ReadHistory::new(&self.document, chain, &self.rows))
    }

    pub(super) fn places(&self) -> &Places {
        self.places.get_or_init(|| Places::of(&self.document))
    }

    pub(super) fn runs(&self) -> &(Vec<String>, String) {
        self.known_as.get_or_init(|| {
            let workflow = history::workflow(&self.document);
            let id = workflow.map_or_else(String::new, |of| of.workflow_id);
            (history::own_runs(&self.document), id)
        })
    }
}

impl Documents {
    pub(super) fn lock(&self) -> MutexGuard<'_, Open> {
        // Documents are put in whole, so what a panicking thread left behind is a list of them.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// # Errors
    /// [`Code::DocumentClosed`].
    pub(super) fn get(&self, number: u32) -> Result<Arc<Inspection>, AppError> {
        self.lock()
            .documents
            .get(&number)
            .cloned()
            .ok_or_else(|| AppError::new(Code::DocumentClosed, "the document is no longer open"))
    }

    /// One Payload of a document as it stands there, and the Namespace that the document is decoded for.
    ///
    /// # Errors
    /// [`Code::DocumentClosed`], [`Code::BadRequest`], [`Code::PayloadDamaged`].
    pub(super) fn sent_payload(
        &self,
        request: InspectPayloadRequest,
    ) -> Result<(Payload, Option<String>), AppError> {
        let inspection = self.get(request.document)?;
        let slots = inspection.document.slots();
        let slot = slots
            .get(request.index as usize)
            .ok_or_else(no_such_payload)?;
        let payload = inspection
            .document
            .payload(slot)
            .map_err(|error| AppError::new(Code::PayloadDamaged, error.to_string()))?;
        Ok((payload, inspection.namespace.clone()))
    }

    /// The document, and the Namespace that it is decoded for.
    ///
    /// # Errors
    /// [`Code::DocumentClosed`].
    pub(super) fn open_text(
        &self,
        number: u32,
    ) -> Result<(Arc<Document>, Option<String>), AppError> {
        let inspection = self.get(number)?;
        Ok((inspection.document.clone(), inspection.namespace.clone()))
    }
}

/// An inspection that can be cancelled, as long as it lasts.
pub(super) struct UnderWay<'a> {
    documents: &'a Documents,
    ticket: u32,
}

impl<'a> UnderWay<'a> {
    pub(super) fn new(documents: &'a Documents, ticket: u32, cancelled: Arc<AtomicBool>) -> Self {
        let mut open = documents.lock();
        open.under_way.insert(ticket, cancelled);
        UnderWay { documents, ticket }
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let mut open = self.documents.lock();
        open.under_way.remove(&self.ticket);
    }
}

/// What is said where a document has fewer Payloads.
pub(super) fn no_such_payload() -> AppError {
    AppError::new(Code::BadRequest, "the document has no such Payload")
}
