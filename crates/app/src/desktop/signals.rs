//! Waits for the system to ask the program to end, or to read its files again.

use std::io;

/// Returns when SIGINT or SIGTERM arrives (elsewhere: Ctrl-C).
///
/// # Errors
/// Where signals cannot be watched.
pub async fn termination() -> io::Result<()> {
    watch_termination()?.await
}

/// Watches for SIGINT and SIGTERM (elsewhere: Ctrl-C) from now on; the future ends when one arrives. Must be called on a
/// reactor. For programs that tell others that they are ready: whoever hears that may end them at once.
///
/// # Errors
/// Where signals cannot be watched.
pub fn watch_termination() -> io::Result<impl Future<Output = io::Result<()>>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};

        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => Ok(()),
                _ = terminate.recv() => Ok(()),
            }
        })
    }
    #[cfg(not(unix))]
    {
        Ok(tokio::signal::ctrl_c())
    }
}

/// SIGHUP, by which a server is asked to read its files again; elsewhere nothing of the kind.
pub struct HangUp {
    #[cfg(unix)]
    signal: tokio::signal::unix::Signal,
}

/// Watches for SIGHUP from now on, which does not end the process any more. Must be called on a reactor.
///
/// # Errors
/// Where signals cannot be watched.
pub fn watch_hang_up() -> io::Result<HangUp> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};

        Ok(HangUp {
            signal: signal(SignalKind::hangup())?,
        })
    }
    #[cfg(not(unix))]
    {
        Ok(HangUp {})
    }
}

impl HangUp {
    /// Returns when the next one arrives, or has arrived since the last call.
    pub async fn next(&mut self) {
        #[cfg(unix)]
        if self.signal.recv().await.is_some() {
            return;
        }
        std::future::pending().await
    }
}
