//! Which process holds a TCP socket, as Linux tells: `/proc/net/tcp` has the number of each socket (source: proc_pid_net(5), and
//! `get_tcp4_sock` of the kernel), and the links in `/proc/PID/fd` have it, too. Processes of other users are not told to everybody.
//!
//! What is read is bounded in size and in time, and read once however many sockets are looked for.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Instant;

use codec_server::Process;
use temporal_payload::shown_name;

/// Tables of sockets: those of IPv6 have IPv4 connections of sockets that are for both.
const TABLES: [&str; 2] = ["/proc/net/tcp", "/proc/net/tcp6"];
/// Bytes of a table that are read: some fifty thousand sockets.
const MAX_TABLE: u64 = 8 << 20;
/// Links of one process that are looked at.
const MAX_LINKS: usize = 20_000;
/// Parents of a process that are looked at.
const MAX_PARENTS: usize = 4;
/// The kernel cuts names of processes after these bytes (source: `TASK_COMM_LEN`).
const CUT_NAME: usize = 15;

/// `TCP_LISTEN` of the kernel's `tcp_states.h`.
const LISTEN: u8 = 0x0A;

/// Both ends of a connection: that of the process, then the other one.
pub(super) type Ends = (SocketAddr, SocketAddr);

/// One socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Socket {
    pub(super) local: SocketAddr,
    pub(super) remote: SocketAddr,
    #[cfg_attr(
        not(target_os = "linux"),
        allow(dead_code, reason = "who listens is asked in another way there")
    )]
    pub(super) listens: bool,
    /// Its number; 0 where no process has it any more.
    pub(super) inode: u64,
}

/// Hands over each TCP socket of this machine that a process may have.
pub(super) fn each(mut take: impl FnMut(Socket)) {
    for table in TABLES {
        // A machine without IPv6 has one of them.
        let Ok(file) = File::open(table) else {
            continue;
        };
        let lines = BufReader::new(file.take(MAX_TABLE)).lines();
        let sockets = lines.map_while(Result::ok);
        let sockets = sockets.filter_map(|line| socket(&line));
        sockets
            .filter(|socket| socket.inode != 0)
            .for_each(&mut take);
    }
}

/// One line of a table; `None` for its head.
fn socket(line: &str) -> Option<Socket> {
    let mut fields = line.split_ascii_whitespace().skip(1);
    let (local, remote) = (address(fields.next()?)?, address(fields.next()?)?);
    let state = u8::from_str_radix(fields.next()?, 16).ok()?;
    // Queues, timers, retransmissions, user and timeout stand between.
    let inode = fields.nth(5)?.parse().ok()?;
    Some(Socket {
        local,
        remote,
        listens: state == LISTEN,
        inode,
    })
}

/// `0100007F:1F91`: the address in words of four bytes as the processor has them, and the port.
fn address(text: &str) -> Option<SocketAddr> {
    let (address, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let word = |n: usize| {
        let word = address.get(n * 8..(n + 1) * 8)?;
        Some(u32::from_str_radix(word, 16).ok()?.to_ne_bytes())
    };
    let ip = match address.len() {
        8 => IpAddr::V4(Ipv4Addr::from(word(0)?)),
        32 => {
            let bytes = [word(0)?, word(1)?, word(2)?, word(3)?].concat();
            let bytes: [u8; 16] = bytes.try_into().ok()?;
            Ipv6Addr::from(bytes).to_canonical()
        }
        _ => return None,
    };
    Some(SocketAddr::new(ip, port))
}

/// The processes that hold these sockets, as far as the system tells before `until`. Processes in `first` are looked at first, then
/// the youngest: what has just connected has often just begun.
pub(super) fn holders(
    sockets: &HashSet<u64>,
    first: impl IntoIterator<Item = u32>,
    until: Instant,
) -> HashMap<u64, Process> {
    let mut search = Search {
        sockets,
        until,
        looked_at: HashSet::new(),
        found: HashMap::new(),
    };
    if !first.into_iter().any(|pid| search.is_over_with(pid)) {
        let mut pids = pids();
        pids.sort_unstable();
        let _ = pids.into_iter().rev().any(|pid| search.is_over_with(pid));
    }
    let found = search.found.into_iter();
    let found =
        found.filter_map(|(socket, link)| Some((socket, link.maker(socket, until).named(socket)?)));
    found.collect()
}

/// A look through the processes.
struct Search<'a> {
    sockets: &'a HashSet<u64>,
    until: Instant,
    looked_at: HashSet<u32>,
    found: HashMap<u64, Link>,
}

impl Search<'_> {
    /// Looks at one more, and says whether there is nothing more to look for.
    fn is_over_with(&mut self, pid: u32) -> bool {
        if self.looked_at.insert(pid) {
            for (link, socket) in links(pid, self.until) {
                if self.sockets.contains(&socket) {
                    self.found.entry(socket).or_insert(link);
                }
            }
        }
        self.found.len() == self.sockets.len() || Instant::now() > self.until
    }
}

/// A process’s hold on a socket.
struct Link {
    pid: u32,
    path: PathBuf,
}

impl Link {
    /// A process that its parent left a socket to is not the one that made it.
    fn maker(self, socket: u64, until: Instant) -> Self {
        let mut link = self;
        for _ in 0..MAX_PARENTS {
            let parent = parent_of(link.pid).and_then(|parent| {
                let mut links = links(parent, until);
                links.find(|(_, its)| *its == socket)
            });
            match parent {
                Some((parent, _)) => link = parent,
                None => break,
            }
        }
        link
    }

    /// The process, by its name; `None` where it does not hold the socket any more: its number may be another’s by now.
    fn named(&self, socket: u64) -> Option<Process> {
        let pid = self.pid;
        let name = name_of(pid);
        (socket_of(&self.path) == Some(socket)).then_some(Process { name, pid })
    }
}

/// The sockets that a process holds; none where it is another user’s, or gone.
fn links(pid: u32, until: Instant) -> impl Iterator<Item = (Link, u64)> {
    let entries = fs::read_dir(format!("/proc/{pid}/fd"))
        .into_iter()
        .flatten();
    let entries = entries.flatten().take(MAX_LINKS).enumerate();
    let entries = entries.take_while(move |(n, _)| n % 256 != 255 || Instant::now() <= until);
    entries.filter_map(move |(_, entry)| {
        let path = entry.path();
        let socket = socket_of(&path)?;
        Some((Link { pid, path }, socket))
    })
}

fn pids() -> Vec<u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name());
    names
        .filter_map(|name| name.to_str()?.parse().ok())
        .collect()
}

/// The fourth field of `stat`, behind a name in parentheses that may hold any sign.
fn parent_of(pid: u32) -> Option<u32> {
    let stat = fs::read(format!("/proc/{pid}/stat")).ok()?;
    let after = stat.rsplit(|byte| *byte == b')').next()?;
    let after = std::str::from_utf8(after).ok()?;
    after.split_ascii_whitespace().nth(1)?.parse().ok()
}

/// The socket that a link leads to: `socket:[1234]`.
fn socket_of(link: &Path) -> Option<u64> {
    let target = fs::read_link(link).ok()?;
    let target = target.to_str()?;
    target
        .strip_prefix("socket:[")?
        .strip_suffix(']')?
        .parse()
        .ok()
}

/// What a process calls itself; where the kernel cut that, the name of its file, if it begins so.
fn name_of(pid: u32) -> String {
    let mut name = Vec::new();
    let file = File::open(format!("/proc/{pid}/comm"));
    // Without it, the number says who it is.
    let _ = file.and_then(|file| file.take(256).read_to_end(&mut name));
    let name = String::from_utf8_lossy(&name);
    let name = name.trim_end_matches('\n');
    let whole = (name.len() >= CUT_NAME)
        .then(|| file_of(pid, name))
        .flatten();
    shown_name(whole.as_deref().unwrap_or(name).trim())
}

fn file_of(pid: u32, begins: &str) -> Option<String> {
    let file: PathBuf = fs::read_link(format!("/proc/{pid}/exe")).ok()?;
    let name = file.file_name()?.to_str()?;
    let name = name.strip_suffix(" (deleted)").unwrap_or(name);
    name.starts_with(begins).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_table_is_a_socket() {
        let line = "   7: 0100007F:1F91 0100007F:A0B2 01 00000000:00000000 00:00000000 00000000  1000        0 4711 1 0000000000000000 20 4 30 10 -1";
        let v6 = "  0: 00000000000000000000000001000000:1F91 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1576 1";
        let mapped = "  0: 0000000000000000FFFF00000100007F:0050 0000000000000000FFFF00000100007F:0051 01 0:0 00:0 0 0 0 9 1";
        let is_little = cfg!(target_endian = "little");
        let read = |line| {
            socket(line).filter(|_| is_little).map(|socket| {
                (
                    socket.local.to_string(),
                    socket.remote.to_string(),
                    socket.listens,
                    socket.inode,
                )
            })
        };
        let expect = |local: &str, remote: &str, listens, inode| {
            is_little.then(|| (local.to_owned(), remote.to_owned(), listens, inode))
        };
        assert_eq!(
            read(line),
            expect("127.0.0.1:8081", "127.0.0.1:41138", false, 4711)
        );
        assert_eq!(read(v6), expect("[::1]:8081", "[::]:0", true, 1576));
        assert_eq!(
            read(mapped),
            expect("127.0.0.1:80", "127.0.0.1:81", false, 9)
        );
    }

    #[test]
    fn what_is_no_line_of_the_table_is_none() {
        for line in [
            "",
            "  sl  local_address rem_address   st tx_queue rx_queue",
            "0: 0100007F:1F91",
            "0: 0100007F 0100007F 01 0:0 00:0 0 0 0 9",
            "0: 0100007F:1F91 0100007F:A0B2 01 0:0 00:0 0 0 0 x",
            "0: 0100007\u{e4}:1F91 0100007F:A0B2 01 0:0 00:0 0 0 0 9",
            "0: 0100007F:1F91 0100007F:A0B2 01",
            "0: 0100007F00:1F91 0100007F:A0B2 01 0:0 00:0 0 0 0 9",
        ] {
            assert_eq!(socket(line), None, "{line}");
        }
    }
}
