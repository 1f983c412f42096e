//! Which process holds a connection, as macOS tells: by `lsof`, whose output for programs (source: lsof(8), OUTPUT FOR OTHER PROGRAMS)
//! has a line for each field, after a letter: `p` is a process, `c` its name, `n` one of its connections. It was never tried on macOS;
//! the tests run the `lsof` of Linux.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::net::{IpAddr, SocketAddr};
use std::process::Command;
use std::time::Instant;

use codec_server::Process;
use temporal_payload::shown_name;

use super::command_output::output;
use super::sockets::Ends;

/// Where macOS has it: not where `PATH` says.
const LSOF: &str = "/usr/sbin/lsof";

/// The processes that hold these connections.
pub(super) fn holders(ends: &HashSet<Ends>, until: Instant) -> HashMap<Ends, Process> {
    holders_by(LSOF, ends, until)
}

fn holders_by(program: &str, ends: &HashSet<Ends>, until: Instant) -> HashMap<Ends, Process> {
    let servers: BTreeSet<SocketAddr> = ends.iter().map(|(_, server)| *server).collect();
    let mut lsof = Command::new(program);
    // Numbers in place of names, no warnings, and whole names of commands.
    lsof.args(["-n", "-P", "-w", "+c", "0", "-F", "pcn"]);
    lsof.args(servers.into_iter().map(|server| match server.ip() {
        IpAddr::V4(ip) => format!("-iTCP@{ip}:{}", server.port()),
        IpAddr::V6(ip) => format!("-iTCP@[{ip}]:{}", server.port()),
    }));
    let printed = output(lsof, until).unwrap_or_default();
    read(&printed, ends)
}

/// Takes time linear in what was printed. Of several processes that hold one connection, the first counts.
fn read(printed: &[u8], ends: &HashSet<Ends>) -> HashMap<Ends, Process> {
    let mut found = HashMap::new();
    let (mut pid, mut name) = (None, &b""[..]);
    for line in printed.split(|byte| *byte == b'\n') {
        match line.split_first() {
            Some((b'p', number)) => {
                pid = text(number).and_then(|number| number.parse().ok());
                name = b"";
            }
            Some((b'c', its)) => name = its,
            Some((b'n', connection)) => {
                let connection = text(connection).and_then(ends_of);
                if let (Some(pid), Some(connection)) = (pid, connection)
                    && ends.contains(&connection)
                {
                    found.entry(connection).or_insert_with(|| Process {
                        name: shown_name(spelled_out(name).trim()),
                        pid,
                    });
                }
            }
            Some(_) | None => {}
        }
    }
    found
}

/// A name as `lsof` spells it: what could not be printed, and a space, is `\x` and two digits. A space is common on macOS.
fn spelled_out(name: &[u8]) -> String {
    String::from_utf8_lossy(name).replace("\\x20", " ")
}

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

/// `127.0.0.1:50000->127.0.0.1:8081`; a socket that only listens has no arrow.
fn ends_of(connection: &str) -> Option<Ends> {
    let (local, remote) = connection.split_once("->")?;
    Some((local.parse().ok()?, remote.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `lsof` prints it, of revision 4.91 with the descriptors that it adds, and of 4.95 without.
    const PRINTED: &[u8] =
        b"p501\ncGoogle\\x20Chrome\\x20Helper\nf23\nn127.0.0.1:52712->127.0.0.1:8081\nf24\n\
        n[::1]:59760->[::1]:8081\np777\nctemporal-codec-desktop\nf9\nn127.0.0.1:8081\nf10\n\
        n127.0.0.1:8081->127.0.0.1:52712\np778\nccurl\nn127.0.0.1:52712->127.0.0.1:8081\n";

    fn ends(local: &str, remote: &str) -> Ends {
        let address = |text: &str| text.parse().expect("an address");
        (address(local), address(remote))
    }

    #[test]
    fn a_connection_has_the_process_above_it() {
        let v4 = ends("127.0.0.1:52712", "127.0.0.1:8081");
        let v6 = ends("[::1]:59760", "[::1]:8081");
        let other = ends("127.0.0.1:1", "127.0.0.1:8081");
        let found = read(PRINTED, &HashSet::from([v4, v6, other]));
        assert_eq!(found.len(), 2);
        for connection in [v4, v6] {
            assert_eq!(found[&connection].pid, 501);
            assert_eq!(found[&connection].name, "Google Chrome Helper");
        }
    }

    #[test]
    fn what_is_no_such_output_names_nobody() {
        let wanted = ends("127.0.0.1:52712", "127.0.0.1:8081");
        for printed in [
            &b""[..],
            b"n127.0.0.1:52712->127.0.0.1:8081\n",
            b"p\nn127.0.0.1:52712->127.0.0.1:8081\n",
            b"p99999999999\nn127.0.0.1:52712->127.0.0.1:8081\n",
            b"p501\ncx\nn127.0.0.1:52712->\n",
            b"p501\ncx\nn\xff->\xff\n",
            b"p501\ncx\nn*:8081\n",
        ] {
            assert!(read(printed, &HashSet::from([wanted])).is_empty());
        }
        let wild = b"p1\nc\x1b[31m\xff\nn127.0.0.1:52712->127.0.0.1:8081";
        let found = read(wild, &HashSet::from([wanted]));
        assert_eq!(found[&wanted].name, "\u{fffd}[31m\u{fffd}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_real_lsof_names_this_process() {
        use std::net::{TcpListener, TcpStream};
        use std::time::Duration;

        let mut all = HashSet::new();
        let mut kept = Vec::new();
        for address in ["127.0.0.1:0", "[::1]:0"] {
            let Ok(server) = TcpListener::bind(address) else {
                continue;
            };
            let to = server.local_addr().expect("bound");
            let client = TcpStream::connect(to).expect("connected");
            all.insert((client.local_addr().expect("bound"), to));
            kept.push((server, client));
        }
        let found = holders_by("lsof", &all, Instant::now() + Duration::from_secs(20));
        assert_eq!(found.len(), all.len());
        for process in found.values() {
            assert_eq!(process.pid, std::process::id());
            assert!(!process.name.is_empty());
        }
    }
}
