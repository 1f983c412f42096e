//! Opening a text or a file, decoding it again, and closing it. A document is decoded for its rows: all at once, or of a large one the
//! first ones, what is looked at, and then the rest.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use key_store::files;
use payload_codec::{CodecChain, ContextPart, zeroize_stack_once};
use temporal_payload::{
    Document, Documents, Kind as DocumentKind, MAX_DOCUMENT_BYTES, NamedDocument, NotRecognized,
    Slot, history, shown_name,
};

use super::documents::{Inspection, UnderWay};
use super::files_view::InspectionTicket;
use super::payload_rows::{Cancelled, Progress, rows};
use super::read_history::count;
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

/// Bytes of Payloads, as they stand in a document, that are decoded before it is shown; they take a tenth of a second at most.
const AT_ONCE: usize = 4 << 20;

/// Bytes of Payloads that are decoded before a larger document is shown, and the rest of it after.
const AHEAD: usize = 512 << 10;

/// Documents that are kept open; the oldest one is closed for the next. The window keeps 16 and those that can be taken back:
/// this is for what a window left behind.
const MAX_OPEN: usize = 24;

/// Documents of one text that are opened each by itself; more are one, so that no tab is pushed out.
const MAX_APART: usize = 12;

/// How a document is opened.
#[derive(Clone, Copy)]
struct How<'a> {
    namespace: Option<&'a str>,
    /// Whether the first Payloads of a large document are enough for now.
    ahead: bool,
    ticket: Option<u32>,
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
        let documents = match request.as_data {
            Some(true) => recognize::data(request.source)?,
            Some(false) | None => recognize::text(request.source)?,
        };
        self.open_documents(
            documents,
            How {
                namespace: request.namespace.as_deref(),
                ahead: request.ahead == Some(true),
                ticket: request.ticket,
            },
        )
    }

    /// See the command table. The path is remembered.
    ///
    /// # Errors
    /// [`Code::File`], [`Code::NotRecognized`], [`Code::InvalidSetting`] where the Namespace is refused.
    pub fn inspect_file(&self, request: InspectFileRequest) -> Result<InspectionView, AppError> {
        let tickets = &self.tickets;
        let file = tickets.redeem(&request.file, FilePurpose::Inspect)?;
        let how = How {
            namespace: request.namespace.as_deref(),
            ahead: request.ahead == Some(true),
            ticket: request.ticket,
        };
        let view = self.open_file(file.path(), how)?;
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
        let how = How {
            namespace: request.namespace.as_deref(),
            ahead: request.ahead == Some(true),
            ticket: request.ticket,
        };
        self.open_file(&path, how)
    }

    fn open_file(&self, path: &Path, how: How<'_>) -> Result<InspectionView, AppError> {
        let bytes = files::read_bounded(path, MAX_DOCUMENT_BYTES as u64).map_err(|error| {
            let name = path.file_name().unwrap_or(path.as_os_str());
            let name = shown_name(&name.to_string_lossy());
            AppError::new(Code::File, format!("\"{name}\" could not be read: {error}"))
        })?;
        let documents = recognize::bytes(bytes)?;
        let view = self.open_documents(documents, how)?;
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
        let how = How {
            namespace: namespace.as_deref(),
            ahead: false,
            ticket: None,
        };
        self.open_document(document, how)
    }

    /// Opens each document by itself; where there are more than tabs are good for, all as one.
    fn open_documents(
        &self,
        documents: Documents,
        how: How<'_>,
    ) -> Result<InspectionView, AppError> {
        if !(2..=MAX_APART).contains(&documents.names().len()) {
            let document = recognize::merged(documents)?;
            return self.open_document(document, how);
        }
        let mut each = documents.each().into_iter();
        let Some(first) = each.next() else {
            return Err(not_recognized(&NotRecognized::NoPayloads));
        };
        let mut view = self.open_document(first.document, how)?;
        view.name = Some(first.name.into());
        for NamedDocument { name, document } in each {
            let other = self.open_document(document, how)?;
            view.others.push(OtherDocument {
                document: other.document,
                name: name.into(),
            });
        }
        Ok(view)
    }

    fn open_document(&self, document: Document, how: How<'_>) -> Result<InspectionView, AppError> {
        let chain = self.in_force.chain(how.namespace)?;
        let inspection = Inspection::new(
            Arc::new(document),
            Arc::default(),
            how.namespace.map(str::to_owned),
            Whose::default(),
        );
        let first = match how.ahead {
            true => first_slots(&inspection.document),
            false => 0..inspection.rows.len(),
        };
        if first.len() < inspection.rows.len()
            && inspection.document.kind() == DocumentKind::History
        {
            // It is asked for next; until then it is read beside what the window does.
            let (document, parsed) = (inspection.document.clone(), inspection.parsed.clone());
            std::thread::spawn(move || {
                parsed.execution(&document);
            });
        }
        self.decode(&inspection, &chain, first, how.ticket)?;
        let inspection = Arc::new(inspection);
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

    /// Decodes those of some Payloads that are pending; with a ticket it is told how far that is, and it can be canceled.
    fn decode(
        &self,
        inspection: &Inspection,
        chain: &CodecChain,
        slots: impl IntoIterator<Item = usize>,
        ticket: Option<u32>,
    ) -> Result<(), AppError> {
        let pending = slots.into_iter();
        let pending: Vec<usize> = pending
            .filter(|at| inspection.rows.is_pending(*at))
            .collect();
        if pending.is_empty() {
            return Ok(());
        }
        let cancelled = Arc::new(AtomicBool::new(false));
        let _under_way =
            ticket.map(|ticket| UnderWay::new(&self.documents, ticket, cancelled.clone()));
        let tell = |done: usize| {
            if let Some(ticket) = ticket {
                self.progress.tell(InspectionProgress {
                    ticket,
                    done: count(done),
                    total: count(pending.len()),
                });
            }
        };
        let types = self.in_force.message_types(inspection.namespace.as_deref());
        let types = types.with(types.has_rules().then(|| inspection.places()));
        let is_wanted = || !cancelled.load(Ordering::Relaxed);
        let done = chain.unwrapping(&is_wanted, |chain| {
            let progress = Progress::new(cancelled.clone(), &tell);
            zeroize_stack_once(|| {
                let Inspection {
                    document, whose, ..
                } = inspection;
                rows(document, &pending, chain, whose, &types, &progress)
            })
        });
        let canceled = |Cancelled| AppError::new(Code::Cancelled, "the inspection was canceled");
        inspection.rows.fill(done.map_err(canceled)?);
        Ok(())
    }

    /// Decodes what is looked at, where the whole document is not decoded yet.
    pub(super) fn look_at(
        &self,
        inspection: &Inspection,
        chain: &CodecChain,
        slots: impl IntoIterator<Item = usize>,
    ) {
        // Nobody can cancel it.
        let _decoded = self.decode(inspection, chain, slots, None);
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::DocumentClosed`].
    pub fn refresh_document(
        &self,
        request: RefreshDocumentRequest,
    ) -> Result<InspectionView, AppError> {
        let before = self.documents.get(request.document)?;
        let chain = self.in_force.chain(request.namespace.as_deref())?;
        let mut given = match &request.given {
            Some(given) => given.into(),
            None => before.whose.given().clone(),
        };
        // The one that is chosen is meant.
        if request.namespace.is_some() {
            given = given.without(ContextPart::Namespace);
        }
        let inspection = Inspection::new(
            before.document.clone(),
            before.parsed.clone(),
            request.namespace,
            Whose::new(given),
        );
        self.decode(
            &inspection,
            &chain,
            0..inspection.rows.len(),
            request.ticket,
        )?;
        let inspection = Arc::new(inspection);
        let view = inspection_view(request.document, &inspection);
        self.documents
            .lock()
            .documents
            .insert(request.document, inspection);
        Ok(view)
    }

    /// See the command table. One that is over is left alone; one that did not begin yet ends when it does.
    ///
    /// # Errors
    /// None.
    pub fn cancel_inspection(&self, request: InspectionTicket) -> Result<(), AppError> {
        self.documents.cancel(request.ticket);
        Ok(())
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::DocumentClosed`], [`Code::InvalidSetting`] where the Namespace is refused.
    pub fn inspection_rows(
        &self,
        request: InspectionRowsRequest,
    ) -> Result<Vec<PayloadRow>, AppError> {
        let inspection = self.documents.get(request.document)?;
        let chain = self.in_force.chain(inspection.namespace.as_deref())?;
        let from = request.offset as usize;
        let page = from..from.saturating_add(MAX_ROWS.min(request.limit as usize));
        let page = page.start..page.end.min(inspection.rows.len());
        self.look_at(&inspection, &chain, page.clone());
        Ok(inspection.rows.shown(&inspection.document, page))
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

/// The Payloads that are decoded before a document is shown: all of one that is decoded at once, and else the first ones.
fn first_slots(document: &Document) -> Range<usize> {
    let slots = document.slots();
    let bytes = |slots: &[Slot]| slots.iter().map(|slot| slot.span.len()).sum::<usize>();
    if bytes(slots) <= AT_ONCE {
        return 0..slots.len();
    }
    let mut room = AHEAD;
    let fitting = slots.iter().take(FIRST_ROWS).take_while(|slot| {
        let fits = room > 0;
        room = room.saturating_sub(slot.span.len());
        fits
    });
    0..fitting.count()
}

fn inspection_view(number: u32, inspection: &Inspection) -> InspectionView {
    let rows = &inspection.rows;
    let n = |outcome| {
        let rows = rows.decoded().filter(|row| row.outcome == outcome);
        count(rows.count())
    };
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
        n_payloads: count(inspection.rows.len()),
        n_pending: count(inspection.rows.n_pending()),
        n_decoded: n(PayloadOutcome::Decoded),
        n_failed: n(PayloadOutcome::Failed) + n(PayloadOutcome::Unsupported),
        first_failed: rows.first_failed().map(count),
        rows: rows.shown(&inspection.document, 0..FIRST_ROWS),
    }
}
