//! Which program holds the client's end of a connection, as far as this machine tells. It is found out beside the requests, once a
//! connection, by whoever the server was given for it: no answer waits for it, and where nothing is found nothing is claimed.

use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::timeout;

/// A program that runs on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// What it calls itself, safe to show. It is the program's own word.
    pub name: String,
    /// Its number, by which the system tells it apart while it runs.
    pub pid: u32,
}

impl fmt::Display for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name.is_empty() {
            true => write!(f, "process {}", self.pid),
            false => write!(f, "{} (process {})", self.name, self.pid),
        }
    }
}

/// Finds programs by their connections.
pub trait FindClients: fmt::Debug + Send + Sync {
    /// Looks for the program at the other end, and says in `found` how it ended, in any case. Called on a thread that serves requests,
    /// so it must not block.
    fn find(&self, connection: Connection, found: ClientProcess);
}

/// Both ends of a connection within this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Connection {
    /// The client's address.
    pub client: SocketAddr,
    /// This server's.
    pub server: SocketAddr,
}

/// The program of a connection, once it is found. Clones share it.
#[derive(Clone, Default)]
pub struct ClientProcess(Option<Arc<Slot>>);

#[derive(Default)]
struct Slot {
    found: OnceLock<Option<Process>>,
    ended: Notify,
}

impl ClientProcess {
    /// One that is still looked for. By default, none is.
    pub(crate) fn awaited() -> Self {
        ClientProcess(Some(Arc::default()))
    }

    /// The search ended. The first one counts.
    pub fn set(&self, found: Option<Process>) {
        if let Some(slot) = &self.0 {
            // Said once for each connection.
            let _ = slot.found.set(found);
            slot.ended.notify_waiters();
        }
    }

    /// The program, where it was found by now.
    pub fn get(&self) -> Option<&Process> {
        self.0.as_ref()?.found.get()?.as_ref()
    }

    /// Whether nothing more will be found.
    pub fn is_settled(&self) -> bool {
        let slot = self.0.as_ref();
        slot.is_none_or(|slot| slot.found.get().is_some())
    }

    /// Waits until the search ended, for so long at most.
    pub async fn settled(&self, longest: Duration) {
        let Some(slot) = &self.0 else {
            return;
        };
        let ended = slot.ended.notified();
        if slot.found.get().is_none() {
            // Whoever asked looks what there is by now.
            let _ = timeout(longest, ended).await;
        }
    }
}

impl fmt::Debug for ClientProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ClientProcess").field(&self.get()).finish()
    }
}

/// By what is known of them.
impl PartialEq for ClientProcess {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl Eq for ClientProcess {}
