//! The work on Payloads, once every check has passed: what it is, where it runs, and how much memory it may take.

pub(crate) mod job;

pub(crate) mod cache;

pub(crate) mod memory;

pub(crate) mod scheduler;

pub(crate) mod receiving;

pub(crate) mod buffers;
