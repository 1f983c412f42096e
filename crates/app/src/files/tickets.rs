//! Tickets: what the window holds in place of a path.
//!
//! The window's page shows what others wrote. If it were ever taken over, it could call every command; so no command takes a
//! path from it. The user chooses a file in a dialog of the system, which the page can ask for and cannot answer, and the page
//! gets a ticket: for that file, that purpose, one use and ten minutes. The path itself never comes back from the page.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use key_store::files::{self, Replacing, Writing};
use uuid::Uuid;

use super::view::{FilePurpose, FileTicket};
use crate::error::{AppError, Code};

/// Tickets that are good at once; the oldest one goes for the next.
const MOST: usize = 64;

/// How long a ticket is good.
const GOOD_FOR: Duration = Duration::from_secs(600);

/// The longest name that is proposed for a file, in characters.
const MAX_NAME: usize = 100;

/// Files that the user chose and nothing was done with yet.
#[derive(Default)]
pub(crate) struct Tickets {
    issued: Mutex<Vec<Issued>>,
    /// The app's own folder, where it has one: it notes there what is being written.
    noted_in: Option<PathBuf>,
}

struct Issued {
    ticket: Uuid,
    made: Instant,
    purpose: FilePurpose,
    path: PathBuf,
    may_replace: bool,
}

/// A file whose ticket was handed in. Until it is spent the ticket is nobody else's; if it is not, the ticket is good again:
/// a full disk or a wrong passphrase is no reason to choose the same file a second time.
pub(crate) struct Redeemed<'a> {
    tickets: &'a Tickets,
    issued: Option<Issued>,
    path: PathBuf,
    may_replace: bool,
}

impl Redeemed<'_> {
    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes it. A process that is killed meanwhile leaves nothing of it there, or a file that the next start removes.
    ///
    /// # Errors
    /// [`Code::File`].
    pub(crate) fn write(&self, content: &[u8]) -> Result<(), AppError> {
        let refused = |message: &str| {
            Err(AppError::new(Code::File, message).hint("Choose another folder or file name."))
        };
        if !self.path.is_absolute() {
            return refused("the path is not absolute");
        }
        if self.path.is_dir() {
            return refused("a folder already has this name");
        }
        // A misspelled folder must not be made.
        if !self.path.parent().is_some_and(Path::is_dir) {
            return refused("the folder does not exist");
        }
        let writing = Writing {
            // The system's dialog asked about a file that was there then, and about no other.
            replacing: match self.may_replace {
                true => Replacing::Private,
                false => Replacing::Refused,
            },
            noted_in: self.tickets.noted_in.as_deref(),
        };
        match files::write(&self.path, content, writing) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                refused("a file already has this name")
            }
            Err(error) => refused(&format!("the file could not be written: {error}")),
        }
    }

    /// What it was for is done.
    pub(crate) fn spend(mut self) {
        self.issued = None;
    }
}

impl Drop for Redeemed<'_> {
    fn drop(&mut self) {
        if let Some(issued) = self.issued.take() {
            self.tickets.put(issued);
        }
    }
}

impl Tickets {
    pub(crate) fn new(noted_in: Option<PathBuf>) -> Self {
        Tickets {
            issued: Mutex::default(),
            noted_in,
        }
    }

    pub(crate) fn issue(&self, purpose: FilePurpose, path: &Path, may_replace: bool) -> FileTicket {
        let ticket = Uuid::new_v4();
        self.put(Issued {
            ticket,
            made: Instant::now(),
            purpose,
            path: path.to_owned(),
            may_replace,
        });
        FileTicket(ticket.to_string())
    }

    /// The file that a ticket stands for.
    ///
    /// # Errors
    /// [`Code::File`] where it was never issued, was used, is too old, or is for another purpose.
    pub(crate) fn redeem(
        &self,
        ticket: &FileTicket,
        purpose: FilePurpose,
    ) -> Result<Redeemed<'_>, AppError> {
        let refused = || {
            AppError::new(
                Code::File,
                "the file was not chosen for this in the system’s file dialog, or more than 10 minutes ago",
            )
            .hint("Choose the file again.")
        };
        let ticket = Uuid::try_parse(&ticket.0).map_err(|_| refused())?;
        let mut all = self.lock();
        all.retain(|issued| issued.made.elapsed() < GOOD_FOR);
        let place = all
            .iter()
            .position(|issued| issued.ticket == ticket && issued.purpose == purpose)
            .ok_or_else(refused)?;
        let issued = all.remove(place);
        Ok(Redeemed {
            tickets: self,
            path: issued.path.clone(),
            may_replace: issued.may_replace,
            issued: Some(issued),
        })
    }

    fn put(&self, issued: Issued) {
        let mut all = self.lock();
        // One that comes back keeps its age, and its place.
        let place = all.partition_point(|other| other.made <= issued.made);
        all.insert(place, issued);
        if all.len() > MOST {
            all.remove(0);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Issued>> {
        // Tickets are put in and taken out whole.
        self.issued.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a dialog asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asks {
    ToOpen,
    ForFolder,
    ToSave,
}

/// The dialog's title, and what it asks for.
pub(crate) fn dialog(purpose: FilePurpose) -> (&'static str, Asks) {
    match purpose {
        FilePurpose::Inspect => ("Open a document to inspect", Asks::ToOpen),
        FilePurpose::KeyFile => ("Open a file that holds one key", Asks::ToOpen),
        FilePurpose::KeySource => ("Open a key list, .env file or bundle", Asks::ToOpen),
        FilePurpose::ImportSettings => ("Open exported settings", Asks::ToOpen),
        FilePurpose::SaveValue => ("Save a decoded value", Asks::ToSave),
        FilePurpose::SaveDocument => ("Save the document", Asks::ToSave),
        FilePurpose::ExportBundle => ("Export keys to an encrypted bundle", Asks::ToSave),
        FilePurpose::ExportSettings => ("Export settings", Asks::ToSave),
        FilePurpose::ProviderKeys => ("Open a provider’s keys (JWKS)", Asks::ToOpen),
        FilePurpose::ExportAuthority => (
            "Save the certificate of this machine’s authority",
            Asks::ToSave,
        ),
        FilePurpose::ExportAccessLog => ("Export the access log", Asks::ToSave),
        FilePurpose::ProtobufFile => ("Open a .proto file or a descriptor set", Asks::ToOpen),
        FilePurpose::ProtobufFolder => ("Choose a folder of .proto files", Asks::ForFolder),
    }
}

/// A proposed name without anything that would make it a path, or a hidden file.
pub(crate) fn file_name(proposed: &str) -> String {
    let last = proposed.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain = last.chars().filter(|c| !c.is_control() && *c != ':');
    let plain: String = plain.take(MAX_NAME).collect();
    plain.trim_start_matches(['.', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(tickets: &Tickets, ticket: &FileTicket) -> Option<PathBuf> {
        let redeemed = tickets.redeem(ticket, FilePurpose::Inspect).ok()?;
        let path = redeemed.path().to_owned();
        redeemed.spend();
        Some(path)
    }

    #[test]
    fn a_ticket_is_good_once_for_its_purpose_and_again_after_a_failure() {
        let tickets = Tickets::default();
        let ticket = tickets.issue(FilePurpose::Inspect, Path::new("a"), false);
        for purpose in FilePurpose::ALL {
            let good = tickets.redeem(&ticket, purpose).is_ok();
            assert_eq!(good, purpose == FilePurpose::Inspect, "{purpose:?}");
        }
        let first = tickets.redeem(&ticket, FilePurpose::Inspect).expect("good");
        assert!(at(&tickets, &ticket).is_none(), "it is somebody's now");
        drop(first);
        assert_eq!(at(&tickets, &ticket), Some(PathBuf::from("a")));
        assert!(at(&tickets, &ticket).is_none(), "it was used");
    }

    #[test]
    fn old_ones_and_too_many_go() {
        let tickets = Tickets::default();
        let issue = || tickets.issue(FilePurpose::Inspect, Path::new("a"), false);
        let all: Vec<FileTicket> = (0..=MOST).map(|_| issue()).collect();
        assert!(at(&tickets, &all[0]).is_none(), "the oldest one is gone");
        assert!(at(&tickets, &all[1]).is_some());

        let Some(long_ago) = Instant::now().checked_sub(GOOD_FOR) else {
            // This machine has been on for less than ten minutes: no clock tells such a time.
            return;
        };
        tickets.lock()[0].made = long_ago;
        assert!(at(&tickets, &all[2]).is_none(), "its time is over");
        assert!(at(&tickets, &all[3]).is_some());
    }

    #[test]
    fn one_that_comes_back_is_as_old_as_it_was() {
        let tickets = Tickets::default();
        let first = tickets.issue(FilePurpose::Inspect, Path::new("a"), false);
        let held = tickets.redeem(&first, FilePurpose::Inspect).expect("good");
        for _ in 0..MOST {
            tickets.issue(FilePurpose::Inspect, Path::new("b"), false);
        }
        drop(held);
        assert!(at(&tickets, &first).is_none(), "newer ones fill the room");
    }

    #[test]
    fn a_proposed_name_is_no_path() {
        for (proposed, name) in [
            ("history.decoded.json", "history.decoded.json"),
            ("/etc/passwd", "passwd"),
            ("..\\..\\autostart\\x.desktop", "x.desktop"),
            ("~/.bashrc", "bashrc"),
            ("c:evil\n", "cevil"),
            ("..", ""),
        ] {
            assert_eq!(file_name(proposed), name);
        }
        assert_eq!(file_name(&"ä".repeat(1000)).chars().count(), MAX_NAME);
    }
}
