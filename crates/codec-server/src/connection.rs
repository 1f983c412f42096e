//! Connections: accepted within a bound, served as HTTP/1.1, and watched so that a slow client costs itself only.

pub(crate) mod activity;

pub(crate) mod client_process;

pub(crate) mod descriptors;

pub(crate) mod http1;

pub(crate) mod pace;

pub(crate) mod stream;

pub(crate) mod table;

pub(crate) mod timeouts;

pub(crate) mod transport;

pub(crate) mod warnings;
