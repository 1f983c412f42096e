//! A server's process: the processor's time that it took, and its memory.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use support::cli::{self, Home, Serving};

use super::yardsticks::{NULL, PLAIN};

/// Each request is worked on.
const NO_CACHE: &str = "--no-cache";

/// A server that is measured.
pub(crate) struct Server {
    pub(crate) name: String,
    process: Serving,
    /// Its files, as long as it runs.
    _home: Home,
    /// From the start of its process until it listened.
    pub(crate) started_in: Duration,
}

impl Server {
    /// The product as it is, or another build of it. Without its cache, since every request of a measurement is the same.
    pub(crate) fn product(name: &str, program: Option<&Path>) -> Self {
        let has_cache = program.is_none_or(|program| {
            let help = Command::new(program).args(["serve", "--help"]).output();
            let help = help.expect("the other build runs").stdout;
            String::from_utf8_lossy(&help).contains(NO_CACHE)
        });
        let options: &[&str] = if has_cache { &[NO_CACHE] } else { &[] };
        Server::serving(name, program, options)
    }

    /// The product as it is, whose answers to what is asked again come from its cache.
    pub(crate) fn with_cache(name: &str) -> Self {
        Server::serving(name, None, &[])
    }

    fn serving(name: &str, program: Option<&Path>, options: &[&str]) -> Self {
        let home = Home::new();
        let keys = home.sample_keys();
        let mut ours = home.command(&["serve", "--port", "0", "--keys", &keys]);
        ours.args(options);
        let command = match program {
            None => ours,
            Some(program) => {
                let mut other = Command::new(program);
                other.args(ours.get_args()).env_clear();
                other.envs(
                    ours.get_envs()
                        .filter_map(|(name, value)| Some((name, value?))),
                );
                other.stdout(Stdio::piped()).stderr(Stdio::null());
                other
            }
        };
        Server::start(name, command, home)
    }

    pub(crate) fn null() -> Self {
        Server::yardstick("null", NULL)
    }

    pub(crate) fn plain() -> Self {
        Server::yardstick("plain", PLAIN)
    }

    fn yardstick(name: &str, argument: &str) -> Self {
        let mut command = Command::new(std::env::current_exe().expect("it runs"));
        command
            .arg(argument)
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit());
        Server::start(name, command, Home::new())
    }

    fn start(name: &str, command: Command, home: Home) -> Self {
        let start = Instant::now();
        let process = cli::serve(command, b"");
        Server {
            name: name.to_owned(),
            started_in: start.elapsed(),
            process,
            _home: home,
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.process.port()).into()
    }

    /// The processor's time of all its threads until now, as the scheduler counts it (`/proc/PID/task/TID/schedstat`, in
    /// nanoseconds): clock ticks are too coarse.
    pub(crate) fn cpu(&self) -> Duration {
        let tasks = format!("/proc/{}/task", self.process.id());
        let tasks = std::fs::read_dir(tasks).expect("Linux, and it runs");
        let nanos = tasks.filter_map(|task| {
            let stat = std::fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
            stat.split_whitespace().next()?.parse::<u64>().ok()
        });
        Duration::from_nanos(nanos.sum())
    }

    /// The most memory that it had since [`Server::forget_peak`].
    pub(crate) fn peak_bytes(&self) -> usize {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()));
        let status = status.expect("it runs");
        let line = status.lines().find(|line| line.starts_with("VmHWM:"));
        let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<usize>().ok());
        kib.expect("a number of kB") << 10
    }

    /// The memory that it has now.
    pub(crate) fn resident_bytes(&self) -> usize {
        self.process.resident_bytes()
    }

    /// Its peak is what it has now (`/proc/PID/clear_refs`, proc(5)).
    #[expect(clippy::disallowed_methods, reason = "what is written to is no file")]
    pub(crate) fn forget_peak(&self) {
        let path = format!("/proc/{}/clear_refs", self.process.id());
        std::fs::write(path, "5").expect("own process");
    }
}
