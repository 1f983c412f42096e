//! How many connections the system lets this process have. Each takes a descriptor, and so do settings, the keychain, and
//! programs that the app starts: those must go on working however many clients there are.

/// Connections are served even where the system leaves next to nothing.
const FEWEST: usize = 16;

/// Connections that the process can have beside what it has open now and will open.
#[cfg(unix)]
pub(crate) fn for_connections() -> usize {
    /// Descriptors for everything else, at least.
    const RESERVED: usize = 32;

    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    let Some(limit) = limit else {
        return usize::MAX;
    };
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    // A system that does not tell has the usual few.
    let n_open = std::fs::read_dir("/dev/fd").map_or(RESERVED, Iterator::count);
    let reserved = RESERVED.max(limit / 4);
    limit.saturating_sub(n_open + reserved).max(FEWEST)
}

/// Sockets are not bounded here.
#[cfg(not(unix))]
pub(crate) fn for_connections() -> usize {
    usize::MAX.max(FEWEST)
}
