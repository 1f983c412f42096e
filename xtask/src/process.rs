//! Starting programs, waiting for them with a limit, and finding out which are installed.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::failure::{Failure, io};

/// Npm is a script on Windows, and `Command` finds scripts only by their full name.
pub(crate) const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// The cargo that runs this tool, in the root of the repository.
pub(crate) fn cargo(root: &Path) -> Command {
    let mut cargo =
        Command::new(std::env::var_os("CARGO").unwrap_or_else(|| OsStr::new("cargo").to_owned()));
    cargo.current_dir(root);
    cargo
}

/// Runs a program to its end with our own streams.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let line = line(command);
    println!("$ {line}");
    let status = command.status().map_err(io(line.clone()))?;
    ended(line, status)
}

/// Runs a program to its end, or kills it and all that it started when `limit` has passed: a test that hangs has failed.
pub(crate) fn run_within(limit: Duration, command: &mut Command) -> Result<(), Failure> {
    let line = line(command);
    println!("$ {line}");
    // Nothing that runs here may ask a question: without an answer it would look like a hang.
    let mut child = command
        .stdin(Stdio::null())
        .spawn()
        .map_err(io(line.clone()))?;
    let start = Instant::now();
    loop {
        match child.try_wait().map_err(io(line.clone()))? {
            Some(status) => return ended(line, status),
            None if start.elapsed() < limit => std::thread::sleep(Duration::from_millis(50)),
            None => break,
        }
    }
    kill(&descendants(child.id(), &all_processes()));
    child
        .kill()
        .and_then(|()| child.wait())
        .map_err(io(line.clone()))?;
    Err(Failure::TimedOut { line, limit })
}

/// What a program prints on its standard output, if it can be started and succeeds.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let out = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    out.status
        .success()
        .then(|| String::from_utf8_lossy(&out.stdout).into_owned())
}

/// Where on `PATH` a program is.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let suffixes: &[&str] = if cfg!(windows) {
        &[".exe", ".cmd"]
    } else {
        &[""]
    };
    std::env::split_paths(&std::env::var_os("PATH")?)
        .flat_map(|folder| {
            suffixes
                .iter()
                .map(move |it| folder.join(format!("{program}{it}")))
        })
        .find(|path| path.is_file())
}

fn ended(line: String, status: std::process::ExitStatus) -> Result<(), Failure> {
    if status.success() {
        Ok(())
    } else {
        let status = status.to_string();
        Err(Failure::Program { line, status })
    }
}

fn line(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name();
    let words = program.into_iter().chain(command.get_args());
    words
        .map(|word| match word.to_string_lossy() {
            word if word.contains(char::is_whitespace) => format!("'{word}'"),
            word => word.into_owned(),
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// Every process and its parent, where the system tells (Linux).
fn all_processes() -> Vec<(u32, u32)> {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let id = entry.file_name().to_str()?.parse().ok()?;
            let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
            Some((id, parent_of(&stat)?))
        })
        .collect()
}

/// The parent's id in a line of `/proc/PID/stat`. The program's name comes before it and may hold anything, even `)`.
fn parent_of(stat: &str) -> Option<u32> {
    let (_, after_name) = stat.rsplit_once(')')?;
    after_name.split_whitespace().nth(1)?.parse().ok()
}

fn descendants(of: u32, processes: &[(u32, u32)]) -> Vec<u32> {
    let mut found = vec![of];
    let mut n_seen = 0;
    while let Some(parent) = found.get(n_seen).copied() {
        n_seen += 1;
        for (id, its_parent) in processes {
            if *its_parent == parent && !found.contains(id) {
                found.push(*id);
            }
        }
    }
    found.remove(0);
    found
}

fn kill(processes: &[u32]) {
    if processes.is_empty() {
        return;
    }
    // The standard library can kill only its own children. One that is gone already is no failure.
    let _ = Command::new("kill")
        .arg("-KILL")
        .args(processes.iter().map(u32::to_string))
        .stderr(Stdio::null())
        .status();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parent_follows_the_last_bracket() {
        assert_eq!(parent_of("12 (a) b) S 7 12 12 0"), Some(7));
        assert_eq!(parent_of("12 (cargo) S 1 12"), Some(1));
        assert_eq!(parent_of(""), None);
        assert_eq!(parent_of("12 (x) S"), None);
    }

    #[test]
    fn descendants_are_found_through_generations() {
        let processes = [(1, 0), (2, 1), (3, 2), (4, 3), (5, 1)];
        assert_eq!(descendants(2, &processes), [3, 4]);
        assert_eq!(descendants(1, &processes), [2, 5, 3, 4]);
        assert_eq!(descendants(4, &processes), []);
    }

    #[test]
    fn a_line_shows_words_as_they_would_be_typed() {
        let mut command = Command::new("/usr/bin/xvfb-run");
        command.args(["-s", "-screen 0 1x1x24", "cargo"]);
        assert_eq!(line(&command), "xvfb-run -s '-screen 0 1x1x24' cargo");
    }

    #[cfg(unix)]
    #[test]
    fn what_does_not_end_is_killed_with_its_children() {
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 600 & wait"]);
        let start = Instant::now();
        let failure = run_within(Duration::from_millis(200), &mut command);
        assert!(matches!(failure, Err(Failure::TimedOut { .. })));
        assert!(start.elapsed() < Duration::from_secs(30));
    }

    #[cfg(unix)]
    #[test]
    fn a_failure_status_is_a_failure() {
        let limit = Duration::from_secs(60);
        assert!(run_within(limit, &mut Command::new("true")).is_ok());
        let failure = run_within(limit, &mut Command::new("false"));
        assert!(matches!(failure, Err(Failure::Program { .. })));
        let failure = run_within(limit, &mut Command::new("no-such-program-here"));
        assert!(matches!(failure, Err(Failure::Io { .. })));
    }
}
