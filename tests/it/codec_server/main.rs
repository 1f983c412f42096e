//! The Codec Server's contract, kept on real sockets. Each module is one promise.

mod contract;

mod contract_should;

mod cors;

mod access;
mod consent;
mod guard;
mod https;

mod health;
mod metrics;

mod peers;

mod namespaces;

mod bounds;
mod large;
mod page_messages;
mod policies;

mod cached;
mod paused;

mod errors;

mod panics;

mod capture;
mod clients;
mod records;

mod lifecycle;

mod slow_clients;

mod many_clients;

mod transcripts;
