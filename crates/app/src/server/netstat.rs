//! Which process holds a connection, as Windows tells: `netstat -ano` lists connections with the number of their process, and
//! `tasklist` says what that is called. What they print is in the language of the system, so that only addresses, numbers and names
//! are read. It was never tried on Windows; the tests have output as it is documented.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use codec_server::Process;
use temporal_payload::shown_name;

use super::command_output::output;
use super::sockets::Ends;

/// Processes whose names are asked for, one at a time. Others are told by their numbers.
const MAX_NAMED: usize = 8;

/// The processes that hold these connections.
pub(super) fn holders(ends: &HashSet<Ends>, until: Instant) -> HashMap<Ends, Process> {
    let mut pids = HashMap::new();
    for (protocol, is_v4) in [("TCP", true), ("TCPv6", false)] {
        if ends.iter().any(|(client, _)| client.is_ipv4() == is_v4) {
            let mut netstat = command("netstat.exe");
            netstat.args(["-ano", "-p", protocol]);
            pids.extend(read(&output(netstat, until).unwrap_or_default(), ends));
        }
    }
    let distinct: BTreeSet<u32> = pids.values().copied().collect();
    let names = distinct.into_iter().take(MAX_NAMED).filter_map(|pid| {
        let mut tasklist = command("tasklist.exe");
        tasklist.args(["/FI", &format!("PID eq {pid}"), "/FO", "CSV", "/NH"]);
        Some((pid, name(&output(tasklist, until)?, pid)?))
    });
    let names: HashMap<u32, String> = names.collect();
    let process = |pid| Process {
        name: names.get(&pid).cloned().unwrap_or_default(),
        pid,
    };
    let pids = pids.into_iter();
    pids.map(|(ends, pid)| (ends, process(pid))).collect()
}

/// A program of the system: not one that `PATH` or the folder of this program has.
fn command(name: &str) -> Command {
    let root = std::env::var_os("SystemRoot").unwrap_or_else(|| r"C:\Windows".into());
    Command::new(PathBuf::from(root).join("System32").join(name))
}

/// `  TCP    127.0.0.1:50000        127.0.0.1:8081         ESTABLISHED     1234`. The state may be more than one word.
fn read(printed: &[u8], ends: &HashSet<Ends>) -> HashMap<Ends, u32> {
    let rows = printed.split(|byte| *byte == b'\n').filter_map(|line| {
        // A state may be spelled in any encoding.
        let line = String::from_utf8_lossy(line);
        let mut words = line.split_ascii_whitespace();
        let _protocol = words.next().filter(|protocol| *protocol == "TCP")?;
        let local = words.next()?.parse().ok()?;
        let remote = words.next()?.parse().ok()?;
        let pid = words.next_back()?.parse().ok()?;
        Some(((local, remote), pid))
    });
    // Process 0 has what no process has any more.
    rows.filter(|(connection, pid)| ends.contains(connection) && *pid != 0)
        .collect()
}

/// `"chrome.exe","1234","Console","1","123,456 K"`: the first field of the row of this process. Where there is none, a sentence says
/// so.
fn name(printed: &[u8], pid: u32) -> Option<String> {
    printed.split(|byte| *byte == b'\n').find_map(|line| {
        let line = String::from_utf8_lossy(line);
        let (name, rest) = line.trim().strip_prefix('"')?.split_once("\",\"")?;
        let (number, _) = rest.split_once('"')?;
        (number.parse() == Ok(pid)).then(|| shown_name(name.trim()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGLISH: &[u8] = b"\r\nActive Connections\r\n\r\n  Proto  Local Address          Foreign Address        State           PID\r\n  \
        TCP    0.0.0.0:135            0.0.0.0:0              LISTENING       1036\r\n  \
        TCP    127.0.0.1:8081         0.0.0.0:0              LISTENING       4242\r\n  \
        TCP    127.0.0.1:8081         127.0.0.1:52712        ESTABLISHED     4242\r\n  \
        TCP    127.0.0.1:52712        127.0.0.1:8081         ESTABLISHED     1234\r\n  \
        TCP    127.0.0.1:52713        127.0.0.1:8081         TIME_WAIT       0\r\n";
    const GERMAN: &[u8] = b"\r\nAktive Verbindungen\r\n\r\n  Proto  Lokale Adresse         Remoteadresse          Status           PID\r\n  \
        TCP    127.0.0.1:8081         0.0.0.0:0              ABH\x99REN         4242\r\n  \
        TCP    127.0.0.1:52712        127.0.0.1:8081         HERGESTELLT     1234\r\n";
    const V6: &[u8] =
        b"  Proto  Local Address          Foreign Address        State           PID\r\n  \
        TCP    [::1]:52712            [::1]:8081             ESTABLISHED     1234\r\n  \
        TCP    [fe80::1%4]:52712      [fe80::1%4]:8081       ESTABLISHED     1\r\n";

    fn ends(local: &str, remote: &str) -> Ends {
        let address = |text: &str| text.parse().expect("an address");
        (address(local), address(remote))
    }

    #[test]
    fn a_connection_has_the_number_at_the_end_of_its_row_in_any_language() {
        let v4 = ends("127.0.0.1:52712", "127.0.0.1:8081");
        let v6 = ends("[::1]:52712", "[::1]:8081");
        let over = ends("127.0.0.1:52713", "127.0.0.1:8081");
        for (printed, connection) in [(ENGLISH, v4), (GERMAN, v4), (V6, v6)] {
            let found = read(printed, &HashSet::from([v4, v6, over]));
            assert_eq!(found, HashMap::from([(connection, 1234)]));
        }
        for printed in [
            &b""[..],
            b"TCP",
            b"TCP 127.0.0.1:52712 127.0.0.1:8081",
            b"TCP 127.0.0.1:52712 127.0.0.1:8081 x",
            b"UDP 127.0.0.1:52712 127.0.0.1:8081 1234",
            b"\xff\xff",
        ] {
            assert!(read(printed, &HashSet::from([v4])).is_empty());
        }
    }

    #[test]
    fn a_name_is_that_of_the_process_that_was_asked_for() {
        let chrome = b"\r\n\"chrome.exe\",\"1234\",\"Console\",\"1\",\"123,456 K\"\r\n";
        assert_eq!(name(chrome, 1234).as_deref(), Some("chrome.exe"));
        assert_eq!(name(chrome, 123), None);
        let spaced = b"\"my app, 2.exe\",\"7\",\"Services\",\"0\",\"9\xff345 Ko\"\r\n";
        assert_eq!(name(spaced, 7).as_deref(), Some("my app, 2.exe"));
        for none in [
            &b"INFO: No tasks are running which match the specified criteria.\r\n"[..],
            b"",
            b"\"",
            b"\"x\",\"",
            b"\"x\",\"y\"",
        ] {
            assert_eq!(name(none, 1234), None);
        }
        let wild = b"\"\x1b[31m\xff.exe\",\"1\",\"\"";
        assert_eq!(name(wild, 1).as_deref(), Some("\u{fffd}[31m\u{fffd}.exe"));
    }
}
