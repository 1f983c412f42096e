//! Finds which programs connect to the Codec Server, on a thread of its own: a look at the system for all connections that came
//! meanwhile, then a pause that grows with what the look took. So it costs a twentieth of a processor at most, however many connect,
//! and those that find no place are not looked for. Linux tells by files (`sockets.rs`), macOS and Windows by commands of theirs
//! (`lsof.rs`, `netstat.rs`), which nobody has tried there yet.

use std::collections::{HashMap, HashSet, VecDeque};
use std::fmt;
use std::io;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use codec_server::{ClientProcess, Connection, FindClients, Process};

use super::sockets::Ends;
use super::{lsof, netstat, sockets};

/// Whether this system tells.
pub(super) const IS_TOLD: bool =
    cfg!(target_os = "linux") || cfg!(target_os = "macos") || cfg!(target_os = "windows");

/// Connections that wait to be looked for.
const MAX_WAITING: usize = 64;
/// How long one look may take: at files of the system, or by its commands.
const LONGEST: Duration = match cfg!(target_os = "linux") {
    true => Duration::from_millis(100),
    false => Duration::from_secs(2),
};
/// The shortest pause after one.
const PAUSE: Duration = Duration::from_millis(10);
/// How much longer than a look the pause after it is.
const REST: u32 = 19;
/// Programs that are looked at first: whoever connects once often does again.
const MAX_KNOWN: usize = 8;

/// The way to the thread, which ends when this is dropped.
pub(super) struct ClientFinder(SyncSender<Wanted>);

/// A connection, and where to say whose it is.
struct Wanted {
    connection: Connection,
    found: ClientProcess,
}

impl Drop for Wanted {
    /// Whatever becomes of it, nobody waits for it any longer.
    fn drop(&mut self) {
        self.found.set(None);
    }
}

impl ClientFinder {
    /// Starts the thread.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn start() -> io::Result<Self> {
        let (sender, wanted) = sync_channel(MAX_WAITING);
        let thread = std::thread::Builder::new().name("client-finder".to_owned());
        thread.spawn(move || look(&wanted))?;
        Ok(ClientFinder(sender))
    }
}

impl FindClients for ClientFinder {
    fn find(&self, connection: Connection, found: ClientProcess) {
        // Where there is no place, dropping it says so.
        let _ = self.0.try_send(Wanted { connection, found });
    }
}

impl fmt::Debug for ClientFinder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientFinder")
    }
}

fn look(wanted: &Receiver<Wanted>) {
    let mut known = VecDeque::new();
    while let Ok(first) = wanted.recv() {
        let began = Instant::now();
        let all: Vec<Wanted> = std::iter::once(first).chain(wanted.try_iter()).collect();
        look_for(&all, &mut known, began + LONGEST);
        drop(all);
        std::thread::sleep(PAUSE.max(began.elapsed() * REST));
    }
}

fn look_for(all: &[Wanted], known: &mut VecDeque<u32>, until: Instant) {
    // A client is the far end of the connection as this server has it.
    let ends = |wanted: &Wanted| (wanted.connection.client, wanted.connection.server);
    let all_ends: HashSet<Ends> = all.iter().map(ends).collect();
    let holders = if cfg!(target_os = "macos") {
        lsof::holders(&all_ends, until)
    } else if cfg!(target_os = "windows") {
        netstat::holders(&all_ends, until)
    } else {
        by_sockets(&all_ends, known, until)
    };
    for wanted in all {
        wanted.found.set(holders.get(&ends(wanted)).cloned());
    }
}

fn by_sockets(
    ends: &HashSet<Ends>,
    known: &mut VecDeque<u32>,
    until: Instant,
) -> HashMap<Ends, Process> {
    let mut numbers = HashMap::new();
    sockets::each(|socket| {
        if ends.contains(&(socket.local, socket.remote)) {
            numbers.insert((socket.local, socket.remote), socket.inode);
        }
    });
    let holders = sockets::holders(
        &numbers.values().copied().collect(),
        known.iter().copied(),
        until,
    );
    for process in holders.values() {
        known.retain(|pid| *pid != process.pid);
        known.push_front(process.pid);
    }
    known.truncate(MAX_KNOWN);
    let numbers = numbers.into_iter();
    numbers
        .filter_map(|(ends, number)| Some((ends, holders.get(&number)?.clone())))
        .collect()
}
