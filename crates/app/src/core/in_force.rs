//! Settings and keys in force, to be looked at: for rooms that read Payloads and change neither.

use std::sync::Arc;

use codec_server::{Namespace, Profile};
use key_store::{KeyRecord, SelectedKeys};
use payload_codec::CodecChain;

use crate::core::{Core, Found};
use crate::error::AppError;
use crate::plan::Plan;
use crate::plan::names::Names;
use crate::schemas::ReadPlace;
use crate::schemas::message_types::MessageTypes;

/// A view of [`Core`] that changes nothing. Clones share it.
#[derive(Clone)]
pub(crate) struct InForce(Core);

impl InForce {
    pub(crate) fn new(core: Core) -> Self {
        InForce(core)
    }

    /// See [`Core::plan`].
    pub(crate) fn plan(&self) -> Arc<Plan> {
        self.0.plan()
    }

    /// See [`Core::chain`].
    ///
    /// # Errors
    /// As there.
    pub(crate) fn chain(&self, namespace: Option<&str>) -> Result<CodecChain, AppError> {
        self.0.chain(namespace)
    }

    /// See [`Core::profile_of`].
    ///
    /// # Errors
    /// As there.
    pub(crate) fn profile_of(&self, namespace: Option<&str>) -> Result<Profile, AppError> {
        self.0.profile_of(namespace)
    }

    /// See [`Core::profile_encoding_with`].
    ///
    /// # Errors
    /// As there.
    pub(crate) fn profile_encoding_with(
        &self,
        namespace: Option<&str>,
        key: &str,
    ) -> Result<Profile, AppError> {
        self.0.profile_encoding_with(namespace, key)
    }

    /// See [`Core::message_types`].
    pub(crate) fn message_types(&self, namespace: Option<&str>) -> MessageTypes {
        self.0.message_types(namespace)
    }

    /// See [`Core::schema_places`].
    pub(crate) fn schema_places(&self) -> Vec<ReadPlace> {
        self.0.schema_places()
    }

    /// See [`Core::found`].
    pub(crate) fn found(&self, namespace: Option<&Namespace>) -> Found {
        self.0.found(namespace)
    }

    /// What is known of each key.
    pub(crate) fn keys(&self) -> Vec<KeyRecord> {
        self.0.keys().list()
    }

    /// What keys and formats are called.
    pub(crate) fn names(&self) -> Names {
        Names::new(self.plan(), &self.keys())
    }

    /// One key, for codecs to use, a retired one, too.
    pub(crate) fn select(&self, key: &KeyRecord) -> SelectedKeys {
        self.0.keys().select_even_retired(&[key.handle])
    }

    /// Whether the app is locked, so that no key is in memory.
    pub(crate) fn is_locked(&self) -> bool {
        self.0.keys().is_locked()
    }
}
