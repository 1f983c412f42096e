//! Temporal Codec Desktop without its window.
//!
//! **Architecture invariant:** everything the UI can do is a method of [`App`]; no type from Tauri. Key bytes travel inwards
//! only: no command, event or error returns them.

#![forbid(unsafe_code)]

mod app;

pub mod commands;

pub mod view;

mod event;

mod server;

mod connect;

mod wiring;

mod temporal_toml;

mod probe;

mod keys;

mod key_list;

mod key_sources;

mod sample;

mod formats;

mod spec_text;

mod patterns;

mod profile;

mod profiles;

mod idle;

mod screen;

mod inspector;

mod rows;

mod payload_bytes;

mod saving;

mod recent;

mod diagnosing;

mod trying;

mod payload_view;

mod names;

mod content_view;

mod transform;

mod requests;

mod hints;

pub mod settings;

mod settings_store;

mod settings_file;

mod settings_reading;

mod settings_transfer;

mod settings_difference;

mod changelog;

mod paths;

mod desktop;

mod tickets;

mod deep_link;

mod termination;

mod error;

pub use app::App;
pub use commands::dispatch;
pub use deep_link::{LINK_SCHEME, LinkError, MAX_LINK_BYTES, parse_link};
pub use desktop::{Desktop, DesktopError, SaveChoice};
pub use error::{AppError, Code};
pub use event::AppEvent;
pub use key_list::{KeyFile, MAX_KEY_LIST_BYTES, key_file_warning, read_key_file};
pub use key_store::command::supervise_if_asked;
pub use key_store::files::{read_secret_from, write_atomically};
pub use paths::{AppPaths, IDENTIFIER};
pub use screen::Buses;
pub use settings_store::canonical_origin;
pub use temporal_payload::MAX_DOCUMENT_BYTES;
pub use termination::{termination, watch_termination};
pub use transform::{Direction, TransformFailure, Transformed};
