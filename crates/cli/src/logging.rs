//! The command line's subscriber: standard error, warnings and what the server says of itself. `RUST_LOG` sets the level.

use tracing_subscriber::EnvFilter;

/// Starts logging.
pub(crate) fn start() {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("warn,app=info,codec_server=info"));
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        .with_writer(std::io::stderr);
    if subscriber.try_init().is_err() {
        tracing::debug!("a subscriber is set already");
    }
}
