//! A request, as the cache of answers tells it from others.

use std::sync::Arc;

use axum::http::HeaderValue;
use bytes::Bytes;

use crate::route::Namespace;
use crate::rules::Rules;

/// A request that may be answered from here.
pub(crate) struct Asked<'a> {
    pub(super) rules: &'a Arc<Rules>,
    /// The keys, as they were before any of the work.
    pub(super) keys: u64,
    /// Changes of the pause, as many as there were before.
    pub(super) n_pauses: u64,
    pub(super) namespace: Option<&'a Namespace>,
    pub(super) origin: Option<&'a HeaderValue>,
    pub(super) who: Option<&'a str>,
    pub(super) body: Bytes,
    pub(super) hash: u64,
}
