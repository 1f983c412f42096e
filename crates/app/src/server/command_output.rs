//! What a command of the system prints, within bounds: it has a deadline, after which it is killed, and what it prints is read up to a
//! limit.

use std::io::Read as _;
use std::process::{Command, Stdio};
use std::sync::mpsc::sync_channel;
use std::time::Instant;

/// Bytes that are read: some ten thousand connections.
const MAX_OUTPUT: u64 = 1 << 20;

/// What it prints; `None` where it cannot be run, or is not done in time. How it ends says nothing: `lsof` fails where one of several
/// things that it looks for is not there.
pub(super) fn output(mut command: Command, until: Instant) -> Option<Vec<u8>> {
    command.stdin(Stdio::null()).stderr(Stdio::null());
    without_window(&mut command);
    let mut child = command.stdout(Stdio::piped()).spawn().ok()?;
    let printed = child.stdout.take();
    let (sender, read) = sync_channel(1);
    // A read cannot be given up: it ends with the command, and its thread with it.
    let reader = std::thread::Builder::new().name("command-output".to_owned());
    let reader = reader.spawn(move || {
        let mut bytes = Vec::new();
        let all = printed.map(|printed| printed.take(MAX_OUTPUT).read_to_end(&mut bytes));
        // Nobody waits for it any more, perhaps.
        let _ = sender.send(all.and_then(Result::ok).map(|_| bytes));
    });
    let left = until.saturating_duration_since(Instant::now());
    let bytes = match reader {
        Ok(_) => read.recv_timeout(left).ok().flatten(),
        Err(_) => None,
    };
    // One that ended is not there to be killed. Waited for, it leaves nothing behind.
    let _ = child.kill();
    let _ = child.wait();
    bytes
}

/// A console program is not to open a window for a moment.
#[cfg(windows)]
fn without_window(command: &mut Command) {
    use std::os::windows::process::CommandExt as _;

    /// `CREATE_NO_WINDOW` of the Windows API.
    const NO_WINDOW: u32 = 0x0800_0000;

    command.creation_flags(NO_WINDOW);
}

#[cfg(not(windows))]
fn without_window(_: &mut Command) {}

#[cfg(all(test, unix))]
mod tests {
    use std::time::Duration;

    use super::*;

    fn of(script: &str, longest: Duration) -> (Option<Vec<u8>>, Duration) {
        let mut shell = Command::new("sh");
        shell.args(["-c", script]);
        let began = Instant::now();
        let printed = output(shell, began + longest);
        (printed, began.elapsed())
    }

    #[test]
    fn it_is_read_up_to_a_limit_and_killed_at_its_deadline() {
        let long = Duration::from_secs(20);
        assert_eq!(of("echo a; exit 1", long).0, Some(b"a\n".to_vec()));
        let (flood, _) = of("exec yes", long);
        assert_eq!(flood.map(|bytes| bytes.len() as u64), Some(MAX_OUTPUT));
        let (silent, took) = of("echo a; exec sleep 60", Duration::from_millis(100));
        assert_eq!(silent, None);
        assert!(took < long, "{took:?}");
        let missing = Command::new("/nonexistent/command");
        assert_eq!(output(missing, Instant::now() + long), None);
    }
}
