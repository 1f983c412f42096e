//! The inspector: a pasted text or a file, its Payloads, and what each of them says. It shows as much as could be decoded.
//!
//! A document is decoded for its rows; the text of one Payload is made when it is looked at. How one Payload is shown, here
//! and elsewhere, is in `payload`.

mod chosen_types;

mod compare;

mod compare_side;

pub(crate) mod compare_view;

mod compare_words;

mod documents;

mod encode;

pub(crate) mod encode_view;

mod event_failure;
pub(crate) mod export;

pub(crate) mod export_view;

pub(crate) mod files_view;

mod filter;

pub(crate) mod filter_view;

mod group_names;

mod history;

mod history_search;

pub(crate) mod history_view;

mod kept;

mod key_search;

pub(crate) mod key_search_view;

mod key_search_messages;

pub(crate) mod message_types_view;

mod message_types;

mod open;

mod parsed;

mod payload_bytes;

mod payload_rows;

mod payload_search;

mod read_history;

mod recognize;

mod recent_files;

mod rows;

mod save;

mod search_text;

pub(crate) mod transform;

pub(crate) mod view;

use std::sync::Arc;

use crate::core::Tell;
use crate::core::in_force::InForce;
use crate::core::remembered_files::RememberedFiles;
use crate::error::AppError;
use crate::files::tickets::Tickets;
use crate::keys::adopt_finding::AdoptFinding;
use crate::keys::forget_port::Forget;
use crate::keys::view::KeysView;
use crate::payload;
use crate::payload::view::PayloadView;
use crate::plan::sample;
use crate::schemas::ReadPlace;
use crate::schemas::view::ProtobufPlace;

use documents::{Documents, no_such_payload};
use files_view::{ForgetRecentFilesRequest, RecentFile};
use key_search::KeySearch;
use key_search_view::{AdoptFindingRequest, DiagnosisView};
use recent_files::RecentFiles;
use view::{InspectPayloadRequest, SampleView};

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
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl Inspector {
    /// See the command table.
    ///
    /// # Errors
    /// [`crate::Code::DocumentClosed`].
    pub fn inspect_payload(&self, request: InspectPayloadRequest) -> Result<PayloadView, AppError> {
        self.payload_in_full(request, None)
    }

    /// As [`Inspector::inspect_payload`], of a message whose type is chosen for the moment.
    fn payload_in_full(
        &self,
        request: InspectPayloadRequest,
        message_type: Option<&str>,
    ) -> Result<PayloadView, AppError> {
        let inspection = self.documents.get(request.document)?;
        let index = request.index as usize;
        let namespace = inspection.namespace.as_deref();
        let chain = self.in_force.chain(namespace)?;
        self.look_at(&inspection, &chain, [index]);
        let (Some(slot), Some(row)) = (
            inspection.document.slots().get(index),
            inspection.rows.get(index),
        ) else {
            return Err(no_such_payload());
        };
        let names = self.in_force.names();
        let types = self.in_force.message_types(namespace);
        let types = types.with(types.has_rules().then(|| inspection.places()));
        // What is nested in it may be sealed by other data keys.
        let (document, whose) = (&inspection.document, &inspection.whose);
        Ok(chain.unwrapping(&|| true, |chain| {
            payload::full(
                document,
                slot,
                row.shown(document, index),
                &payload::Chains { base: chain, whose },
                &names,
                &types,
                message_type,
            )
        }))
    }

    /// The places that the user's protobuf types are read from, and what is in them.
    pub fn protobuf_places(&self) -> Vec<ProtobufPlace> {
        let places = self.in_force.schema_places();
        places.iter().map(ReadPlace::view).collect()
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
    /// None.
    pub fn recent_files(&self, (): ()) -> Result<Vec<RecentFile>, AppError> {
        Ok(self.recent.list())
    }

    /// See the command table. Forgetting one that is not in the list changes nothing.
    ///
    /// # Errors
    /// [`crate::Code::File`].
    pub fn forget_recent_files(
        &self,
        request: ForgetRecentFilesRequest,
    ) -> Result<Vec<RecentFile>, AppError> {
        self.recent.forget(&request)
    }

    /// See the command table. Takes up to some seconds where there are many keys and the Payload is large.
    ///
    /// # Errors
    /// [`crate::Code::DocumentClosed`], [`crate::Code::BadRequest`] where there is no such Payload,
    /// [`crate::Code::PayloadDamaged`] where it cannot be read at all, [`crate::Code::InvalidSetting`] where its Namespace is
    /// refused.
    pub fn diagnose_payload(
        &self,
        request: InspectPayloadRequest,
    ) -> Result<DiagnosisView, AppError> {
        self.search.diagnose(&self.documents, request)
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`crate::Code::DocumentClosed`] where it was not asked about lately; [`crate::Code::KeyNotFound`],
    /// [`crate::Code::InvalidFormat`], [`crate::Code::DuplicateKey`], [`crate::Code::File`].
    pub fn adopt_finding(&self, request: AdoptFindingRequest) -> Result<KeysView, AppError> {
        self.search.adopt_finding(request)
    }
}

impl Forget for Inspector {
    /// What is shown is decoded again by the window, which hears of the lock; what is being decoded with the keys of before is not.
    fn forget(&self) {
        self.documents.cancel_all();
        self.documents.forget_texts();
    }
}
