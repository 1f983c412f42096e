//! No core dumps: a dump of a program that holds keys is a file with keys in it.

/// The environment variable that leaves core dumps and debuggers alone where it is `1`: for finding a defect, with keys that
/// may be lost.
pub const CORE_DUMPS: &str = "TEMPORAL_CODEC_CORE_DUMPS";

/// Turns core dumps off for this process, and for what it starts. On Linux also reading its memory as another process of the
/// same user, which a debugger does. Where the system refuses, the log says so; Windows writes no dump unless it is set up to.
pub fn forbid_core_dumps() {
    if std::env::var_os(CORE_DUMPS).is_some_and(|value| value == "1") {
        tracing::warn!("core dumps are allowed by {CORE_DUMPS}: one would hold keys");
        return;
    }
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};

        let none = Rlimit {
            current: Some(0),
            maximum: Some(0),
        };
        if let Err(error) = setrlimit(Resource::Core, none) {
            tracing::warn!(%error, "core dumps could not be turned off");
        }
    }
    // The limit does not count where dumps are piped into a program, as systemd and Ubuntu do it.
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};

        if let Err(error) = set_dumpable_behavior(DumpableBehavior::NotDumpable) {
            tracing::warn!(%error, "the process could not be made undumpable");
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use rustix::process::{DumpableBehavior, Resource, dumpable_behavior, getrlimit};

    #[test]
    fn there_is_no_dump_and_nobody_else_reads_the_memory() {
        super::forbid_core_dumps();
        let limit = getrlimit(Resource::Core);
        assert_eq!((limit.current, limit.maximum), (Some(0), Some(0)));
        assert_eq!(dumpable_behavior(), Ok(DumpableBehavior::NotDumpable));
    }
}
