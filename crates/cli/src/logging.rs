//! The command line's subscriber, on standard error: warnings, and for a server what it says of itself. `RUST_LOG` sets the
//! level.

use tracing_subscriber::EnvFilter;

/// Starts logging; with `quiet`, warnings alone: in a pipe, standard error is for what could not be decoded.
pub(crate) fn start(quiet: bool) {
    let level = if quiet {
        "warn"
    } else {
        "warn,app=info,codec_server=info"
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        .with_writer(std::io::stderr);
    if subscriber.try_init().is_err() {
        tracing::debug!("a subscriber is set already");
    }
}
