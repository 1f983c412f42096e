//! Temporal Codec Desktop without its window.
//!
//! **Architecture invariant:** everything the UI can do is a command of a room that [`App`] composes; no type from Tauri. Key bytes
//! travel inwards only: no command, event or error returns them.
//!
//! A room is a folder with a struct that owns the state of a feature, is given what it needs, and has the feature's commands as
//! its methods. From the top: [`commands`] and `app.rs` compose; the rooms are `desktop`, `doctor`, `inspector`, `temporal_cli`, `trust`, `requests`,
//! `access`, `consent`, `server`, `namespaces`, `formats`, `keys` and `settings`; below them is what a room is given, in `core`, and what that is made of:
//! `files`, `own_client`, `payload`, `plan`, `config`. Nothing imports what stands above it.

#![forbid(unsafe_code)]

#[cfg(target_os = "linux")]
mod allocator;

mod app;

pub mod commands;

mod event;

pub mod view;

mod desktop;

mod doctor;

mod inspector;

mod temporal_cli;

mod trust;

mod requests;

mod schemas;

mod access;

mod consent;

mod server;

mod namespaces;

mod formats;

mod keys;

mod settings;

mod files;

mod context_name;

mod core;

mod own_client;

mod payload;

mod plan;

pub mod config;

mod hints;

mod paths;

mod error;

pub use ::access::Access;
pub use access::AccessControl;
pub use access::access_file::{MAX_ACCESS_FILE_BYTES, access_file_schema, read_access_file};
pub use access::programs::make_program_token;
pub use app::App;
pub use commands::dispatch;
pub use config::canonical_hosts::canonical_program_host;
pub use config::canonical_origins::canonical_origin;
pub use config::choices::Theme;
pub use config::message_rule_text::message_rules;
pub use consent::Consent;
pub use core::desktop_port::{Desktop, DesktopError, SaveChoice};
pub use desktop::{
    Buses, DesktopShell, HangUp, LINK_SCHEME, LinkError, MAX_LINK_BYTES, parse_link, termination,
    watch_hang_up, watch_termination,
};
pub use doctor::{Diagnosis, Doctor};
pub use error::{AppError, AskedContext, Code, ErrorPlace, WayOut};
pub use event::AppEvent;
pub use filter::use_program as filter_by;
pub use formats::FormatList;
pub use inspector::Inspector;
pub use inspector::export::Export;
pub use inspector::transform::{
    Chosen, Direction, TransformFailure, TransformNote, Transformed, choose_document,
};
pub use key_store::files::{open as open_regular_file, read_secret_from, write_atomically};
pub use keys::Keys;
pub use keys::import::KeyImport;
pub use keys::key_file::{Guarded, KeyFile, MAX_KEY_LIST_BYTES, file_warning, read_key_file};
pub use keys::sources::KeySources;
pub use namespaces::Namespaces;
pub use paths::{AppPaths, IDENTIFIER};
pub use payload::view::GivenContext;
pub use payload::whose::disagreements;
pub use redaction::{KEPT as NOT_REDACTED, Report as RedactionReport};
pub use requests::RequestLog;
pub use server::local_authority::local_authority_certificate;
pub use server::reach::{HTTPS_PORT, MAX_PEM_BYTES};
pub use server::{Server, endpoint};
pub use settings::AppSettings;
pub use temporal_cli::TemporalCli;
pub use temporal_cli::environment::{
    MAX_CLI_TOKEN_BYTES, Shell, terminal_environment, undo_terminal_environment,
};
pub use temporal_payload::{MAX_DOCUMENT_BYTES, shown_name};
pub use trust::AuthorityTrust;

/// For the first line of `main`: does what this program was started for by itself, to evaluate a filter or to supervise a command,
/// and gives the process's exit code; otherwise `None`.
pub fn supervise_if_asked() -> Option<std::process::ExitCode> {
    filter::work_if_asked().or_else(key_store::command::supervise_if_asked)
}

/// What was read of a secret; it is overwritten when it is no longer needed.
pub type SecretBytes = zeroize::Zeroizing<Vec<u8>>;
