//! What is asked of a request before any Payload is looked at. Their order is in `router.rs`.

pub(crate) mod admission;

pub(crate) mod body;

pub(crate) mod caller;

pub(crate) mod cors;

pub(crate) mod origins;

pub(crate) mod token;
