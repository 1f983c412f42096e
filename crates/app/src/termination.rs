//! Waits for the system to ask the program to end.

use std::io;

/// Returns when SIGINT or SIGTERM arrives (elsewhere: Ctrl-C).
///
/// # Errors
/// Where signals cannot be watched.
pub async fn termination() -> io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};

        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    {
        tokio::signal::ctrl_c().await
    }
}
