//! The documents that are open, by number.

use std::borrow::Cow;
use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use payload_codec::{CodecChain, Context, ContextPart};
use temporal_payload::history::{Execution, Place, Places};
use temporal_payload::{Document, Payload};
use zeroize::Zeroizing;

use super::group_names::GroupNames;
use super::kept::Kept;
use super::parsed::{KnownAs, Parsed};
use super::rows::Rows;
use super::search_text::KeptSearch;
use super::view::InspectPayloadRequest;
use crate::error::{AppError, Code};
use crate::payload::whose::Whose;

/// Open documents, by number.
#[derive(Default)]
pub(super) struct Documents(Mutex<Open>);

#[derive(Default)]
pub(super) struct Open {
    pub(super) last: u32,
    pub(super) documents: BTreeMap<u32, Arc<Inspection>>,
    /// Inspections under way that can be cancelled, by their tickets.
    under_way: BTreeMap<u32, Arc<AtomicBool>>,
    /// Tickets that were canceled and are not under way, the last ones: who cancels may be faster than what was asked for.
    canceled: VecDeque<u32>,
}

/// Tickets that are remembered as canceled.
const MAX_CANCELED: usize = 32;

/// A document, decoded.
pub(super) struct Inspection {
    pub(super) document: Arc<Document>,
    /// What is read of it without decoding it.
    pub(super) parsed: Arc<Parsed>,
    /// Whose profile decodes it; the default one where absent.
    pub(super) namespace: Option<String>,
    /// Whose Payloads it holds.
    pub(super) whose: Whose,
    pub(super) rows: Rows,
    /// What groups of its events are called by their Payloads.
    pub(super) group_names: GroupNames,
    /// What its Payloads say, for searching them.
    pub(super) search: KeptSearch,
    /// What its events say, for searching them.
    pub(super) event_search: KeptSearch,
    /// Its text with every value decoded, for filtering it.
    pub(super) readable: Kept<Zeroizing<String>>,
}

impl Inspection {
    /// A document of which nothing was decoded yet.
    pub(super) fn new(
        document: Arc<Document>,
        parsed: Arc<Parsed>,
        namespace: Option<String>,
        whose: Whose,
    ) -> Self {
        Inspection {
            rows: Rows::pending(document.slots().len()),
            document,
            parsed,
            namespace,
            whose,
            group_names: GroupNames::default(),
            search: KeptSearch::default(),
            event_search: KeptSearch::default(),
            readable: Kept::default(),
        }
    }

    pub(super) fn execution(&self) -> &Execution {
        self.parsed.execution(&self.document)
    }

    pub(super) fn places(&self) -> &Places {
        self.parsed.places(&self.document)
    }

    pub(super) fn known_as(&self) -> &KnownAs {
        self.parsed.known_as(&self.document)
    }
}

impl Documents {
    /// Forgets the decoded texts that are kept for searching and for filtering.
    pub(super) fn forget_texts(&self) {
        // One that is being made is waited for, and the list is not held meanwhile.
        let open: Vec<Arc<Inspection>> = self.lock().documents.values().cloned().collect();
        for inspection in open {
            inspection.search.forget();
            inspection.event_search.forget();
            inspection.readable.forget();
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Open> {
        // Documents are put in whole, so what a panicking thread left behind is a list of them.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stops whatever is under way.
    pub(super) fn cancel_all(&self) {
        let open = self.lock();
        for cancelled in open.under_way.values() {
            cancelled.store(true, Ordering::Relaxed);
        }
    }

    /// Stops what is under way by this ticket, or will be.
    pub(super) fn cancel(&self, ticket: u32) {
        let mut open = self.lock();
        if let Some(cancelled) = open.under_way.get(&ticket) {
            cancelled.store(true, Ordering::Relaxed);
        } else {
            if open.canceled.len() == MAX_CANCELED {
                open.canceled.pop_front();
            }
            open.canceled.push_back(ticket);
        }
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

    /// One Payload of a document as it stands there, and the Inspection that it is in, for its Namespace and its chain.
    ///
    /// # Errors
    /// [`Code::DocumentClosed`], [`Code::BadRequest`], [`Code::PayloadDamaged`].
    pub(super) fn sent_payload(
        &self,
        request: InspectPayloadRequest,
    ) -> Result<SentPayload, AppError> {
        let inspection = self.get(request.document)?;
        let slots = inspection.document.slots();
        let slot = slots
            .get(request.index as usize)
            .ok_or_else(no_such_payload)?;
        let payload = inspection
            .document
            .payload(slot)
            .map_err(|error| AppError::new(Code::PayloadDamaged, error.to_string()))?;
        Ok(SentPayload {
            payload,
            index: request.index as usize,
            inspection,
        })
    }
}

/// One Payload of a document.
pub(super) struct SentPayload {
    /// As it stands there.
    pub(super) payload: Payload,
    index: usize,
    inspection: Arc<Inspection>,
}

impl SentPayload {
    /// The Namespace that the document is decoded for.
    pub(super) fn namespace(&self) -> Option<&str> {
        self.inspection.namespace.as_deref()
    }

    /// Where it stands, as rules say it.
    pub(super) fn place(&self) -> Option<Place> {
        let slot = self.inspection.document.slots().get(self.index)?;
        self.inspection.places().place(slot)
    }

    /// What it may be sealed for.
    pub(super) fn context(&self) -> Arc<Context> {
        let Inspection {
            document, whose, ..
        } = &*self.inspection;
        let known = match document.slots().get(self.index) {
            Some(slot) => whose.context(document, slot),
            None => Arc::default(),
        };
        match self.namespace() {
            Some(namespace) => {
                let chosen = Context::default().with(ContextPart::Namespace, namespace);
                Arc::new(known.or_from(&chosen))
            }
            None => known,
        }
    }

    /// The chain for it, of the document's.
    pub(super) fn chain<'a>(&self, chain: &'a CodecChain) -> Cow<'a, CodecChain> {
        let Inspection {
            document, whose, ..
        } = &*self.inspection;
        match document.slots().get(self.index) {
            Some(slot) => whose.chain(document, slot, chain),
            None => Cow::Borrowed(chain),
        }
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
        if let Some(at) = open.canceled.iter().position(|one| *one == ticket) {
            open.canceled.remove(at);
            cancelled.store(true, Ordering::Relaxed);
        }
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
