//! What is asked of a request before any Payload is looked at. Their order is in `router.rs`.

pub(crate) mod host;

pub(crate) mod origin;

pub(crate) mod cors;

pub(crate) mod admission;

pub(crate) mod consent;

pub(crate) mod body;
