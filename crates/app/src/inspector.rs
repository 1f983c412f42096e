//! The inspector: a pasted text or a file, its Payloads, and what each of them says. It shows as much as could be decoded.
//!
//! A document is decoded once, for its rows; the text of one Payload is made when it is looked at.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use codec_server::{Namespace, Profile};
use key_store::files;
use payload_codec::{CodecChain, wiping_once};
use temporal_payload::{
    Document, Kind as DocumentKind, MAX_DOCUMENT_BYTES, NotRecognized, Payload,
};

use crate::app::App;
use crate::error::{AppError, Code};
use crate::event::AppEvent;
use crate::names::Names;
use crate::payload_view;
use crate::profiles;
use crate::rows::{Cancelled, Progress, rows};
use crate::sample;
use crate::view::{
    DocumentRequest, FilePurpose, InspectFileRequest, InspectPayloadRequest,
    InspectRecentFileRequest, InspectRequest, InspectionRowsRequest, InspectionTicket,
    InspectionView, PayloadOutcome, PayloadRow, PayloadView, RefreshDocumentRequest, SampleView,
};

/// Rows that come with the answer to `inspect`.
const FIRST_ROWS: usize = 200;
/// Rows that one call may ask for.
const MAX_ROWS: usize = 1000;
/// Documents that are kept open; the oldest one is closed for the next. The window keeps 16 and those that can be taken back:
/// this is for what a window left behind.
const MAX_OPEN: usize = 24;

/// Open documents, by number.
#[derive(Default)]
pub(crate) struct Documents(Mutex<Open>);

#[derive(Default)]
struct Open {
    last: u32,
    documents: BTreeMap<u32, Arc<Inspection>>,
    /// Inspections under way that can be cancelled, by their tickets.
    under_way: BTreeMap<u32, Arc<AtomicBool>>,
}

struct Inspection {
    document: Arc<Document>,
    /// Whose profile decodes it; the default one where absent.
    namespace: Option<String>,
    rows: Vec<PayloadRow>,
}

impl Documents {
    fn lock(&self) -> MutexGuard<'_, Open> {
        // Documents are put in whole, so what a panicking thread left behind is a list of them.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, number: u32) -> Result<Arc<Inspection>, AppError> {
        self.lock()
            .documents
            .get(&number)
            .cloned()
            .ok_or_else(|| AppError::new(Code::DocumentClosed, "the document is no longer open"))
    }
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl App {
    /// See the command table.
    ///
    /// # Errors
    /// [`Code::NotRecognized`], [`Code::InvalidSetting`] where the Namespace is refused.
    pub fn inspect(&self, request: InspectRequest) -> Result<InspectionView, AppError> {
        let document = Document::parse(request.source).map_err(|error| not_recognized(&error))?;
        self.open_document(document, request.namespace, request.ticket)
    }

    /// See the command table. The path is remembered.
    ///
    /// # Errors
    /// [`Code::File`], [`Code::NotRecognized`], [`Code::InvalidSetting`] where the Namespace is refused.
    pub fn inspect_file(&self, request: InspectFileRequest) -> Result<InspectionView, AppError> {
        let tickets = &self.inner().tickets;
        let file = tickets.redeem(&request.file, FilePurpose::Inspect)?;
        let view = self.open_file(file.path(), request.namespace, request.ticket)?;
        file.spend();
        Ok(view)
    }

    /// See the command table.
    ///
    /// # Errors
    /// As [`App::inspect_file`]; [`Code::File`] where the file is not in the list.
    pub fn inspect_recent_file(
        &self,
        request: InspectRecentFileRequest,
    ) -> Result<InspectionView, AppError> {
        let path = self.recent_path(&request.id)?;
        self.open_file(&path, request.namespace, request.ticket)
    }

    fn open_file(
        &self,
        path: &Path,
        namespace: Option<String>,
        ticket: Option<u32>,
    ) -> Result<InspectionView, AppError> {
        let bytes = files::read_bounded(path, MAX_DOCUMENT_BYTES as u64).map_err(|error| {
            AppError::new(Code::File, format!("the file could not be read: {error}"))
        })?;
        let document = Document::from_bytes(&bytes).map_err(|error| not_recognized(&error))?;
        let view = self.open_document(document, namespace, ticket)?;
        self.remember_file(path);
        Ok(view)
    }

    /// See the command table. One that is over, or never was, is left alone.
    ///
    /// # Errors
    /// None.
    pub fn cancel_inspection(&self, request: InspectionTicket) -> Result<(), AppError> {
        if let Some(cancelled) = self.inner().documents.lock().under_way.get(&request.ticket) {
            cancelled.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::DocumentClosed`].
    pub fn inspection_rows(
        &self,
        request: InspectionRowsRequest,
    ) -> Result<Vec<PayloadRow>, AppError> {
        let inspection = self.inner().documents.get(request.document)?;
        let rows = inspection.rows.iter().skip(request.offset as usize);
        Ok(rows
            .take(MAX_ROWS.min(request.limit as usize))
            .cloned()
            .collect())
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::DocumentClosed`].
    pub fn inspect_payload(&self, request: InspectPayloadRequest) -> Result<PayloadView, AppError> {
        let inspection = self.inner().documents.get(request.document)?;
        let index = request.index as usize;
        let (Some(slot), Some(row)) = (
            inspection.document.slots().get(index),
            inspection.rows.get(index),
        ) else {
            return Err(no_such_payload());
        };
        Ok(payload_view::full(
            &inspection.document,
            slot,
            row.clone(),
            &self.chain(inspection.namespace.as_deref())?,
            &Names::new(self.plan(), &self.inner().keys.list()),
        ))
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::DocumentClosed`].
    pub fn refresh_document(
        &self,
        request: RefreshDocumentRequest,
    ) -> Result<InspectionView, AppError> {
        let inspection = self.inner().documents.get(request.document)?;
        let chain = self.chain(request.namespace.as_deref())?;
        let inspection = Arc::new(Inspection {
            rows: self.rows(&inspection.document, &chain, request.ticket)?,
            document: inspection.document.clone(),
            namespace: request.namespace,
        });
        let view = inspection_view(request.document, &inspection);
        self.inner()
            .documents
            .lock()
            .documents
            .insert(request.document, inspection);
        Ok(view)
    }

    /// See the command table. Closing one that is closed changes nothing.
    ///
    /// # Errors
    /// None.
    pub fn close_document(&self, request: DocumentRequest) -> Result<(), AppError> {
        self.inner()
            .documents
            .lock()
            .documents
            .remove(&request.document);
        Ok(())
    }

    /// See the command table.
    ///
    /// # Errors
    /// None.
    pub fn sample_payload(&self, (): ()) -> Result<SampleView, AppError> {
        Ok(SampleView {
            source: sample::PAYLOAD.to_owned(),
        })
    }

    /// One Payload of a document as it stands there, and the Namespace that the document is decoded for.
    ///
    /// # Errors
    /// [`Code::DocumentClosed`], [`Code::BadRequest`], [`Code::PayloadDamaged`].
    pub(crate) fn sent_payload(
        &self,
        request: InspectPayloadRequest,
    ) -> Result<(Payload, Option<String>), AppError> {
        let inspection = self.inner().documents.get(request.document)?;
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

    /// The codecs of a Namespace now, as the Codec Server uses them; those of the default profile without one.
    ///
    /// # Errors
    /// [`Code::InvalidSetting`] where the Namespace is refused.
    pub(crate) fn chain(&self, namespace: Option<&str>) -> Result<CodecChain, AppError> {
        self.profile_of(namespace).map(|profile| profile.chain)
    }

    /// How the Payloads of a Namespace are treated now.
    ///
    /// # Errors
    /// [`Code::InvalidSetting`] where the Namespace is refused.
    pub(crate) fn profile_of(&self, namespace: Option<&str>) -> Result<Profile, AppError> {
        let plan = self.plan();
        let namespace = namespace.map(str::trim).filter(|text| !text.is_empty());
        let Some(text) = namespace else {
            return Ok(plan.profile(&plan.settings_of(None).cloned().unwrap_or_default(), None));
        };
        let namespace = Namespace::new(text);
        let found = self.found(namespace.as_ref());
        let settings = found
            .profile
            .as_deref()
            .and_then(|name| plan.settings_of(profiles::named_only(name)));
        match settings {
            Some(settings) => Ok(plan.profile(settings, namespace.as_ref())),
            None => Err(AppError::new(
                Code::InvalidSetting,
                "no profile includes this Namespace, so it is refused",
            )
            .hint(
                "Add a profile for it in Namespaces, or choose “Default profile” there for Namespaces without one.",
            )),
        }
    }

    /// The document, and the Namespace that it is decoded for.
    ///
    /// # Errors
    /// [`Code::DocumentClosed`].
    pub(crate) fn open_text(
        &self,
        number: u32,
    ) -> Result<(Arc<Document>, Option<String>), AppError> {
        let inspection = self.inner().documents.get(number)?;
        Ok((inspection.document.clone(), inspection.namespace.clone()))
    }

    fn open_document(
        &self,
        document: Document,
        namespace: Option<String>,
        ticket: Option<u32>,
    ) -> Result<InspectionView, AppError> {
        let chain = self.chain(namespace.as_deref())?;
        let inspection = Arc::new(Inspection {
            rows: self.rows(&document, &chain, ticket)?,
            document: Arc::new(document),
            namespace,
        });
        let mut open = self.inner().documents.lock();
        open.last += 1;
        let number = open.last;
        open.documents.insert(number, inspection.clone());
        if open.documents.len() > MAX_OPEN {
            open.documents.pop_first();
        }
        drop(open);
        Ok(inspection_view(number, &inspection))
    }

    /// Decodes a whole document; with a ticket it is told how far that is, and it can be cancelled.
    fn rows(
        &self,
        document: &Document,
        chain: &CodecChain,
        ticket: Option<u32>,
    ) -> Result<Vec<PayloadRow>, AppError> {
        let cancelled = Arc::new(AtomicBool::new(false));
        let _under_way = ticket.map(|ticket| UnderWay::new(self, ticket, cancelled.clone()));
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let tell = |done: usize| {
            if let Some(ticket) = ticket {
                self.tell(AppEvent::InspectionProgress {
                    ticket,
                    done: count(done),
                    total: count(document.slots().len()),
                });
            }
        };
        let progress = Progress::new(cancelled, &tell);
        wiping_once(|| rows(document, chain, &progress))
            .map_err(|Cancelled| AppError::new(Code::Cancelled, "the inspection was canceled"))
    }
}

/// An inspection that can be cancelled, as long as it lasts.
struct UnderWay<'a> {
    app: &'a App,
    ticket: u32,
}

impl<'a> UnderWay<'a> {
    fn new(app: &'a App, ticket: u32, cancelled: Arc<AtomicBool>) -> Self {
        let mut open = app.inner().documents.lock();
        open.under_way.insert(ticket, cancelled);
        UnderWay { app, ticket }
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let mut open = self.app.inner().documents.lock();
        open.under_way.remove(&self.ticket);
    }
}

fn no_such_payload() -> AppError {
    AppError::new(Code::BadRequest, "the document has no such Payload")
}

fn inspection_view(number: u32, inspection: &Inspection) -> InspectionView {
    let count = |outcome| {
        let rows = inspection.rows.iter().filter(|row| row.outcome == outcome);
        u32::try_from(rows.count()).unwrap_or(u32::MAX)
    };
    InspectionView {
        document: number,
        kind: match inspection.document.kind() {
            DocumentKind::History => "Event History",
            DocumentKind::Payloads => "Payloads",
            DocumentKind::Payload => "Payload",
            DocumentKind::PayloadList => "List of Payloads",
            DocumentKind::PayloadMap => "Named Payloads",
            DocumentKind::Failure => "Failure",
            DocumentKind::Json => "JSON with Payloads",
        }
        .to_owned(),
        bytes: inspection.document.text().len() as u64,
        n_payloads: u32::try_from(inspection.rows.len()).unwrap_or(u32::MAX),
        n_decoded: count(PayloadOutcome::Decoded),
        n_failed: count(PayloadOutcome::Failed) + count(PayloadOutcome::Unsupported),
        rows: inspection.rows.iter().take(FIRST_ROWS).cloned().collect(),
    }
}

pub(crate) fn not_recognized(error: &NotRecognized) -> AppError {
    AppError::new(Code::NotRecognized, error.to_string())
}
