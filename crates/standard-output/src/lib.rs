//! Standard output that says so where it cannot be written: closed, open for reading alone, or full.
//!
//! The standard library's own writer takes both of the former for one that takes everything.

use std::io::{self, Write};

/// Standard output, without a buffer.
///
/// # Errors
/// On Unix where it was closed when the program was started, or has been closed since.
pub fn open() -> io::Result<impl Write> {
    platform::open()
}

#[cfg(unix)]
mod platform {
    use std::fs::File;
    use std::io;
    use std::os::fd::AsFd as _;
    use std::sync::atomic::{AtomicBool, Ordering};

    use rustix::io::{Errno, fcntl_getfd};
    use rustix::stdio::stdout;

    static WAS_CLOSED: AtomicBool = AtomicBool::new(false);

    // Before `main` the standard library opens `/dev/null` in the place of a descriptor that is closed, and from then on
    // nobody can tell it from one that was passed on purpose. What runs here must not use the standard library's own
    // services: it asks the system, and keeps the answer.
    ctor::declarative::ctor! {
        #[ctor(unsafe)]
        fn look() {
            WAS_CLOSED.store(fcntl_getfd(stdout()) == Err(Errno::BADF), Ordering::Relaxed);
        }
    }

    pub(super) fn open() -> io::Result<File> {
        if WAS_CLOSED.load(Ordering::Relaxed) {
            return Err(Errno::BADF.into());
        }
        let own = io::stdout().as_fd().try_clone_to_owned()?;
        Ok(File::from(own))
    }
}

#[cfg(not(unix))]
mod platform {
    use std::io;

    pub(super) fn open() -> io::Result<io::StdoutLock<'static>> {
        Ok(io::stdout().lock())
    }
}
