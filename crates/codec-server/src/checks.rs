//! What is asked of a request before any Payload is looked at. Their order is in `router.rs`.

pub(crate) mod admission;

pub(crate) mod body;

pub(crate) mod host_and_origin;

pub(crate) mod cors;

pub(crate) mod allowed_origins;
