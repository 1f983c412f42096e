//! Opening a text or a file, decoding it again, and closing it. A document is decoded once, for its rows.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use key_store::files;
use payload_codec::{CodecChain, ContextPart, zeroize_stack_once};
use temporal_payload::{
    Document, Documents, Kind as DocumentKind, MAX_DOCUMENT_BYTES, NamedDocument, NotRecognized,
    history, shown_name,
};

use super::documents::{Inspection, UnderWay};
use super::files_view::InspectionTicket;
use super::kept::Kept;
use super::payload_rows::{Cancelled, Progress, rows};
use super::search_text::KeptSearch;
use super::view::{
    DocumentRequest, InspectFileRequest, InspectRecentFileRequest, InspectRequest,
    InspectionRowsRequest, InspectionView, OtherDocument, RefreshDocumentRequest, WorkflowView,
};
use super::{InspectionProgress, Inspector, recognize};
use crate::error::{AppError, Code};
use crate::files::view::FilePurpose;
use crate::payload::view::{PayloadOutcome, PayloadRow};
use crate::payload::whose::Whose;
use crate::payload::{around, not_recognized};

/// Rows that come with the answer to `inspect`.
const FIRST_ROWS: usize = 200;

/// Rows that one call may ask for.
const MAX_ROWS: usize = 1000;

/// Documents that are kept open; the oldest one is closed for the next. The window keeps 16 and those that can be taken back:
/// this is for what a window left behind.
const MAX_OPEN: usize = 24;

/// Documents of one text that are opened each by itself; more are one, so that no tab is pushed out.
const MAX_APART: usize = 12;

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
        let documents = match request.as_data {
            Some(true) => recognize::data(request.source)?,
            Some(false) | None => recognize::text(request.source)?,
        };
        self.open_documents(documents, request.namespace, request.ticket)
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
        let documents = recognize::bytes(bytes)?;
        let view = self.open_documents(documents, namespace, ticket)?;
        self.recent.remember(path);
        Ok(view)
    }

    /// Opens the bytes of a file, as one document, for the command line.
    ///
    /// # Errors
    /// [`Code::NotRecognized`], [`Code::InvalidSetting`] where the Namespace is refused.
    pub fn open_bytes(
        &self,
        bytes: Vec<u8>,
        namespace: Option<String>,
    ) -> Result<InspectionView, AppError> {
        let document = recognize::merged(recognize::bytes(bytes)?)?;
        self.open_document(document, namespace, None)
    }

    /// Opens each document by itself; where there are more than tabs are good for, all as one.
    fn open_documents(
        &self,
        documents: Documents,
        namespace: Option<String>,
        ticket: Option<u32>,
    ) -> Result<InspectionView, AppError> {
        if !(2..=MAX_APART).contains(&documents.names().len()) {
            let document = recognize::merged(documents)?;
            return self.open_document(document, namespace, ticket);
        }
        let mut each = documents.each().into_iter();
        let Some(first) = each.next() else {
            return Err(not_recognized(&NotRecognized::NoPayloads));
        };
        let mut view = self.open_document(first.document, namespace.clone(), ticket)?;
        view.name = Some(first.name.into());
        for NamedDocument { name, document } in each {
            let other = self.open_document(document, namespace.clone(), ticket)?;
            view.others.push(OtherDocument {
                document: other.document,
                name: name.into(),
            });
        }
        Ok(view)
    }

    fn open_document(
        &self,
        document: Document,
        namespace: Option<String>,
        ticket: Option<u32>,
    ) -> Result<InspectionView, AppError> {
        let chain = self.in_force.chain(namespace.as_deref())?;
        let whose = Whose::default();
        let inspection = Arc::new(Inspection {
            rows: self.rows(&document, &chain, &whose, namespace.as_deref(), ticket)?,
            whose,
            document: Arc::new(document),
            namespace,
            history: OnceLock::new(),
            search: KeptSearch::default(),
            readable: Kept::default(),
            known_as: OnceLock::new(),
            places: OnceLock::new(),
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
        whose: &Whose,
        namespace: Option<&str>,
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
        let types = self.in_force.message_types(namespace);
        let is_wanted = || !cancelled.load(Ordering::Relaxed);
        let done = chain.unwrapping(&is_wanted, |chain| {
            let progress = Progress::new(cancelled.clone(), &tell);
            zeroize_stack_once(|| rows(document, chain, whose, &types, &progress))
        });
        done.map_err(|Cancelled| AppError::new(Code::Cancelled, "the inspection was canceled"))
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
        let mut given = match &request.given {
            Some(given) => given.into(),
            None => inspection.whose.given().clone(),
        };
        // The one that is chosen is meant.
        if request.namespace.is_some() {
            given = given.without(ContextPart::Namespace);
        }
        let whose = Whose::new(given);
        let inspection = Arc::new(Inspection {
            rows: self.rows(
                &inspection.document,
                &chain,
                &whose,
                request.namespace.as_deref(),
                request.ticket,
            )?,
            whose,
            document: inspection.document.clone(),
            namespace: request.namespace,
            history: OnceLock::new(),
            search: KeptSearch::default(),
            readable: Kept::default(),
            known_as: OnceLock::new(),
            places: OnceLock::new(),
        });
        let view = inspection_view(request.document, &inspection);
        self.documents
            .lock()
            .documents
            .insert(request.document, inspection);
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

    /// See the command table. Closing one that is closed changes nothing.
    ///
    /// # Errors
    /// None.
    pub fn close_document(&self, request: DocumentRequest) -> Result<(), AppError> {
        self.documents.lock().documents.remove(&request.document);
        Ok(())
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
        is_history: inspection.document.kind() == DocumentKind::History,
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
        from_message: recognize::from_message(&inspection.document).map(Into::into),
        workflow: history::workflow(&inspection.document).map(|workflow| WorkflowView {
            workflow_type: shown_name(&workflow.workflow_type).into(),
            id: shown_name(&workflow.workflow_id).into(),
        }),
        around: around(&inspection.document),
        name: None,
        others: Vec::new(),
        bytes: inspection.document.text().len() as u64,
        n_payloads: u32::try_from(inspection.rows.len()).unwrap_or(u32::MAX),
        n_decoded: count(PayloadOutcome::Decoded),
        n_failed: count(PayloadOutcome::Failed) + count(PayloadOutcome::Unsupported),
        first_failed: first_failed.map(|row| row.index),
        rows: inspection.rows.iter().take(FIRST_ROWS).cloned().collect(),
    }
}
