//! The product without its window, promise by promise.

mod commands;

mod inspecting;

mod settings;

#[allow(
    clippy::wildcard_enum_match_arm,
    reason = "a test waits for one event among others"
)]
mod serving;

mod vault;

mod secrecy;

mod cli_serve;

mod cli_documents;

mod readme;

mod fuzzed;

mod tidy;
