//! Standard error without the standard library's lock: a writer that waits for a reader must not make others wait.

use std::io;

/// Where standard error goes.
#[cfg(unix)]
pub(crate) fn stderr() -> Box<dyn io::Write + Send> {
    use std::os::fd::AsFd as _;

    match io::stderr().as_fd().try_clone_to_owned() {
        Ok(own) => Box::new(std::fs::File::from(own)),
        Err(_) => Box::new(io::stderr()),
    }
}

/// Where standard error goes.
#[cfg(not(unix))]
pub(crate) fn stderr() -> Box<dyn io::Write + Send> {
    // A console there takes text in UTF-16, which the standard library sees to.
    Box::new(io::stderr())
}
