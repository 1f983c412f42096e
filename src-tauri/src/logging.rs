//! The desktop's subscriber: a file a day, seven kept, and stderr while developing. `RUST_LOG` sets the level.

use std::path::Path;

use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Starts logging. Where the folder cannot be written, the app runs without a log file.
pub(crate) fn start(folder: &Path) {
    // The libraries below us log at INFO what only their authors need.
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| {
        EnvFilter::new("warn,app=info,codec_server=info,key_store=info,desktop=info")
    });
    let file = std::fs::create_dir_all(folder)
        .map_err(|error| error.to_string())
        .and_then(|()| appender(folder).map_err(|error| error.to_string()));
    let subscriber = tracing_subscriber::registry()
        .with(filter)
        .with(file.ok().map(|file| {
            fmt::layer()
                .with_ansi(false)
                .with_writer(std::sync::Mutex::new(file))
        }))
        .with(cfg!(debug_assertions).then(|| {
            fmt::layer()
                .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
                .with_writer(std::io::stderr)
        }));
    if subscriber.try_init().is_err() {
        tracing::debug!("a subscriber is set already");
    }
}

fn appender(folder: &Path) -> Result<RollingFileAppender, tracing_appender::rolling::InitError> {
    RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("temporal-codec-desktop")
        .filename_suffix("log")
        .max_log_files(7)
        .build(folder)
}
