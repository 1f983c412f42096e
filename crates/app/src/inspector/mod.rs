//! The inspector: a pasted text or a file, its Payloads, and what each of them says. It shows as much as could be decoded.
//!
//! A document is decoded once, for its rows; the text of one Payload is made when it is looked at.

mod bytes;

mod documents;

mod encode;

pub(crate) mod encode_view;

pub(crate) mod files_view;

mod key_search;

pub(crate) mod key_search_view;

mod key_search_words;

mod recent_files;

mod rows;

mod save;

pub(crate) mod transform;

pub(crate) mod view;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use key_store::files;
use payload_codec::{CodecChain, zeroize_stack_once};
use temporal_payload::{Document, Kind as DocumentKind, MAX_DOCUMENT_BYTES, history, shown_name};

use crate::core::Tell;
use crate::core::in_force::InForce;
use crate::core::remembered_files::RememberedFiles;
use crate::error::{AppError, Code};
use crate::files::tickets::Tickets;
use crate::files::view::FilePurpose;
use crate::keys::adopt_finding::AdoptFinding;
use crate::keys::view::KeysView;
use crate::payload::view::{PayloadOutcome, PayloadRow, PayloadView};
use crate::payload::{self, not_recognized};
use crate::plan::sample;

use documents::{Documents, Inspection, UnderWay, no_such_payload};
use encode_view::{EncodeJsonRequest, EncodedView};
use files_view::{
    ForgetRecentFilesRequest, InspectionTicket, PayloadBytesRequest, PayloadBytesView, RecentFile,
    SaveDocumentRequest, SaveValueRequest, SavedView,
};
use key_search::KeySearch;
use key_search_view::{AdoptFindingRequest, DiagnosisView};
use recent_files::RecentFiles;
use rows::{Cancelled, Progress, rows};
use transform::{Direction, Transformed};
use view::{
    DocumentRequest, InspectFileRequest, InspectPayloadRequest, InspectRecentFileRequest,
    InspectRequest, InspectionRowsRequest, InspectionView, RefreshDocumentRequest, SampleView,
    WorkflowView,
};

/// Rows that come with the answer to `inspect`.
const FIRST_ROWS: usize = 200;

/// Rows that one call may ask for.
const MAX_ROWS: usize = 1000;

/// Documents that are kept open; the oldest one is closed for the next. The window keeps 16 and those that can be taken back:
/// this is for what a window left behind.
const MAX_OPEN: usize = 24;

/// How far the decoding of a document is.
pub(crate) struct InspectionProgress {
    /// The number that the request had.
    pub(crate) ticket: u32,
    /// How many Payloads are done.
    pub(crate) done: u32,
    /// How many there are.
    pub(crate) total: u32,
}

/// The inspector.
pub struct Inspector {
    in_force: InForce,
    tickets: Arc<Tickets>,
    progress: Tell<InspectionProgress>,
    documents: Documents,
    recent: RecentFiles,
    search: KeySearch,
}

impl Inspector {
    pub(crate) fn new(
        in_force: InForce,
        remembered: RememberedFiles,
        adoption: AdoptFinding,
        tickets: Arc<Tickets>,
        progress: Tell<InspectionProgress>,
    ) -> Self {
        Inspector {
            documents: Documents::default(),
            recent: RecentFiles::new(remembered),
            search: KeySearch::new(in_force.clone(), adoption),
            in_force,
            tickets,
            progress,
        }
    }

    /// Decodes or encodes every Payload of a document.
    ///
    /// # Errors
    /// [`crate::Code::NotRecognized`] where the bytes hold no Payload.
    pub fn transform(&self, bytes: &[u8], direction: Direction) -> Result<Transformed, AppError> {
        self.transform_for(bytes, direction, None)
    }

    /// As [`Inspector::transform`], with the profile of a Namespace.
    ///
    /// # Errors
    /// As [`Inspector::transform`]; [`crate::Code::InvalidSetting`] where the Namespace is refused.
    pub fn transform_for(
        &self,
        bytes: &[u8],
        direction: Direction,
        namespace: Option<&str>,
    ) -> Result<Transformed, AppError> {
        let document = Document::from_bytes(bytes).map_err(|error| not_recognized(&error))?;
        let profile = self.in_force.profile_of(namespace)?;
        let spelling = transform::Spelling::Canonical;
        Ok(transform::transform(
            &document, &profile, direction, spelling,
        ))
    }

    fn open_document(
        &self,
        document: Document,
        namespace: Option<String>,
        ticket: Option<u32>,
    ) -> Result<InspectionView, AppError> {
        let chain = self.in_force.chain(namespace.as_deref())?;
        let inspection = Arc::new(Inspection {
            rows: self.rows(&document, &chain, ticket)?,
            document: Arc::new(document),
            namespace,
        });
        let mut open = self.documents.lock();
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
        let _under_way =
            ticket.map(|ticket| UnderWay::new(&self.documents, ticket, cancelled.clone()));
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let tell = |done: usize| {
            if let Some(ticket) = ticket {
                self.progress.tell(InspectionProgress {
                    ticket,
                    done: count(done),
                    total: count(document.slots().len()),
                });
            }
        };
        let progress = Progress::new(cancelled, &tell);
        zeroize_stack_once(|| rows(document, chain, &progress))
            .map_err(|Cancelled| AppError::new(Code::Cancelled, "the inspection was canceled"))
    }
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl Inspector {
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
        let tickets = &self.tickets;
        let file = tickets.redeem(&request.file, FilePurpose::Inspect)?;
        let view = self.open_file(file.path(), request.namespace, request.ticket)?;
        file.spend();
        Ok(view)
    }

    /// See the command table.
    ///
    /// # Errors
    /// As [`Inspector::inspect_file`]; [`Code::File`] where the file is not in the list.
    pub fn inspect_recent_file(
        &self,
        request: InspectRecentFileRequest,
    ) -> Result<InspectionView, AppError> {
        let path = self.recent.path(&request.id)?;
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
        self.recent.remember(path);
        Ok(view)
    }

    /// See the command table. One that is over, or never was, is left alone.
    ///
    /// # Errors
    /// None.
    pub fn cancel_inspection(&self, request: InspectionTicket) -> Result<(), AppError> {
        if let Some(cancelled) = self.documents.lock().under_way.get(&request.ticket) {
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
        let inspection = self.documents.get(request.document)?;
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
        let inspection = self.documents.get(request.document)?;
        let index = request.index as usize;
        let (Some(slot), Some(row)) = (
            inspection.document.slots().get(index),
            inspection.rows.get(index),
        ) else {
            return Err(no_such_payload());
        };
        Ok(payload::full(
            &inspection.document,
            slot,
            row.clone(),
            &self.in_force.chain(inspection.namespace.as_deref())?,
            &self.in_force.names(),
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
        let inspection = self.documents.get(request.document)?;
        let chain = self.in_force.chain(request.namespace.as_deref())?;
        let inspection = Arc::new(Inspection {
            rows: self.rows(&inspection.document, &chain, request.ticket)?,
            document: inspection.document.clone(),
            namespace: request.namespace,
        });
        let view = inspection_view(request.document, &inspection);
        self.documents
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
        self.documents.lock().documents.remove(&request.document);
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

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::DocumentClosed`], [`Code::BadRequest`], [`Code::PayloadDamaged`]; [`Code::InvalidFormat`] for a format that
    /// there is not.
    pub fn payload_bytes(
        &self,
        request: PayloadBytesRequest,
    ) -> Result<PayloadBytesView, AppError> {
        bytes::payload_bytes(&self.in_force, &self.documents, &request)
    }

    /// See the command table. Of a Payload that could not be decoded what is left of it is saved.
    ///
    /// # Errors
    /// [`Code::DocumentClosed`], [`Code::BadRequest`], [`Code::PayloadDamaged`], [`Code::File`].
    pub fn save_value(&self, request: SaveValueRequest) -> Result<SavedView, AppError> {
        save::value(&self.in_force, &self.documents, &self.tickets, &request)
    }

    /// See the command table. What cannot be decoded stays as it is, and so does everything that is no Payload.
    ///
    /// # Errors
    /// [`Code::DocumentClosed`], [`Code::InvalidSetting`] where the Namespace is refused, [`Code::File`].
    pub fn save_document(&self, request: SaveDocumentRequest) -> Result<SavedView, AppError> {
        save::document(&self.in_force, &self.documents, &self.tickets, &request)
    }

    /// See the command table.
    ///
    /// # Errors
    /// None.
    pub fn recent_files(&self, (): ()) -> Result<Vec<RecentFile>, AppError> {
        Ok(self.recent.list())
    }

    /// See the command table. Forgetting one that is not in the list changes nothing.
    ///
    /// # Errors
    /// [`Code::File`].
    pub fn forget_recent_files(
        &self,
        request: ForgetRecentFilesRequest,
    ) -> Result<Vec<RecentFile>, AppError> {
        self.recent.forget(&request)
    }

    /// See the command table. Takes up to some seconds where there are many keys and the Payload is large.
    ///
    /// # Errors
    /// [`Code::DocumentClosed`], [`Code::BadRequest`] where there is no such Payload, [`Code::PayloadDamaged`] where it
    /// cannot be read at all, [`Code::InvalidSetting`] where its Namespace is refused.
    pub fn diagnose_payload(
        &self,
        request: InspectPayloadRequest,
    ) -> Result<DiagnosisView, AppError> {
        self.search.diagnose(&self.documents, request)
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::DocumentClosed`] where it was not asked about lately; [`Code::KeyNotFound`], [`Code::InvalidFormat`],
    /// [`Code::DuplicateKey`], [`Code::File`].
    pub fn adopt_finding(&self, request: AdoptFindingRequest) -> Result<KeysView, AppError> {
        self.search.adopt_finding(request)
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::NotEncoded`] where the text is not what its encoding says, or the Namespace has no key or no codec;
    /// [`Code::Locked`], [`Code::KeychainUnavailable`], [`Code::InvalidSetting`] where the Namespace is refused.
    pub fn encode_json(&self, request: EncodeJsonRequest) -> Result<EncodedView, AppError> {
        encode::encode_json(&self.in_force, &request)
    }
}

fn inspection_view(number: u32, inspection: &Inspection) -> InspectionView {
    let count = |outcome| {
        let rows = inspection.rows.iter().filter(|row| row.outcome == outcome);
        u32::try_from(rows.count()).unwrap_or(u32::MAX)
    };
    let mut rows = inspection.rows.iter();
    let first_failed = rows.find(|row| row.outcome == PayloadOutcome::Failed);
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
        workflow: history::workflow(&inspection.document).map(|workflow| WorkflowView {
            workflow_type: shown_name(&workflow.workflow_type).into(),
            id: shown_name(&workflow.workflow_id).into(),
        }),
        bytes: inspection.document.text().len() as u64,
        n_payloads: u32::try_from(inspection.rows.len()).unwrap_or(u32::MAX),
        n_decoded: count(PayloadOutcome::Decoded),
        n_failed: count(PayloadOutcome::Failed) + count(PayloadOutcome::Unsupported),
        first_failed: first_failed.map(|row| row.index),
        rows: inspection.rows.iter().take(FIRST_ROWS).cloned().collect(),
    }
}
