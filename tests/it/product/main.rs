//! The product without its window, promise by promise.

mod commands;
mod comparing;

mod inspecting;

mod settings;

mod settings_file;

mod cli_settings;

mod files;
mod firefox;

mod killed;

mod settings_transfer;

mod formats;

mod context_bound;

mod profiles;

mod access;

mod ahead;

mod access_log;

mod consent;

mod https;

#[cfg(target_os = "linux")]
mod trust;

mod requests;

#[cfg(target_os = "linux")]
mod processes;

mod rotation;

mod diagnose;
mod documents;

mod exports;

mod filters;

mod payload_search;

mod binary_documents;
mod bundles;
mod handover;
mod message_rules;
mod page_messages;
mod protobuf_types;
mod replacing;
mod side_by_side;
mod sources;
mod tickets;
mod undo;

#[cfg(target_os = "linux")]
mod key_commands;

#[allow(
    clippy::wildcard_enum_match_arm,
    reason = "a test waits for one event among others"
)]
mod serving;

#[allow(
    clippy::wildcard_enum_match_arm,
    reason = "a test waits for one event among others"
)]
mod ports;

mod cached;
#[allow(
    clippy::wildcard_enum_match_arm,
    reason = "a test waits for one event among others"
)]
mod pausing;

mod doctor;

mod panic_lock;

mod vault;
mod wiring;

mod secrecy;

mod cli_access;

mod cli_doctor;
mod cli_env;

mod cli_hosted;

#[cfg(unix)]
mod cli_reload;

#[cfg(unix)]
mod cli_terminal;

mod cli_serve;

mod cli_clients;
mod cli_compare;

mod cli_cases;

mod cli_documents;

mod cli_key_files;
mod cli_keys;
mod cli_protobuf;

#[cfg(unix)]
mod cli_stderr;

mod hostile;

#[cfg(target_os = "linux")]
mod screen;

mod readme;

mod security;

mod fuzzed;

mod work_limit;

#[cfg(unix)]
mod wrapped_keys;

mod extension_server;

mod texts;

mod tidy;
