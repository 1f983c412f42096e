//! The product without its window, promise by promise.

mod commands;

mod inspecting;

mod settings;

mod formats;

mod profiles;

mod rotation;

mod diagnose;

mod sources;

#[allow(
    clippy::wildcard_enum_match_arm,
    reason = "a test waits for one event among others"
)]
mod serving;

mod vault;
mod wiring;

mod secrecy;

mod cli_serve;

mod cli_documents;

mod cli_keys;

#[cfg(target_os = "linux")]
mod screen;

mod readme;

mod fuzzed;

mod tidy;
