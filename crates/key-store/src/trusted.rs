//! Commands that the user agreed to run: hashes of exactly their words, in the index, and nothing else of them.
//!
//! Who runs a command asks first, and remembers the answer here. A command that differs in one character is another one.

use std::collections::HashSet;
use std::io;
use std::sync::{MutexGuard, PoisonError};

use sha2::{Digest as _, Sha256};

use crate::command::CommandLine;
use crate::error::KeyStoreError;
use crate::index::Found;
use crate::store::KeyStore;

/// Commands that are remembered; the oldest one goes for the next.
const MOST: usize = 100;

impl KeyStore {
    /// Whether the user agreed to run this command. Reads the index: what another process forgot counts at once. Where the
    /// index cannot be read, nothing was agreed to.
    pub fn trusts(&self, command: &CommandLine) -> bool {
        if self.agreed().contains(&hash(command)) {
            return true;
        }
        match self.shared().index.read() {
            Ok(Found::Index(index) | Found::Newer { index, .. }) => {
                index.trusted_commands.contains(&hash(command))
            }
            Ok(Found::Broken) | Err(_) => false,
        }
    }

    /// Remembers that the user agreed to run this command, as long as this process lives.
    pub fn trust_for_session(&self, command: &CommandLine) {
        self.agreed().insert(hash(command));
    }

    fn agreed(&self) -> MutexGuard<'_, HashSet<String>> {
        let agreed = self.shared().agreed.lock();
        agreed.unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers that the user agreed to run this command.
    ///
    /// # Errors
    /// [`KeyStoreError::Index`] where it cannot be kept, as in a store that has no index.
    pub fn trust(&self, command: &CommandLine) -> Result<(), KeyStoreError> {
        let hash = hash(command);
        self.change_trusted(|trusted| {
            trusted.retain(|other| *other != hash);
            trusted.push(hash);
            let too_many = trusted.len().saturating_sub(MOST);
            trusted.drain(..too_many);
        })
    }

    /// Forgets that the user agreed to run this command.
    ///
    /// # Errors
    /// As [`KeyStore::trust`].
    pub fn distrust(&self, command: &CommandLine) -> Result<(), KeyStoreError> {
        let hash = hash(command);
        self.agreed().remove(&hash);
        self.change_trusted(|trusted| trusted.retain(|other| *other != hash))
    }

    fn change_trusted(&self, change: impl FnOnce(&mut Vec<String>)) -> Result<(), KeyStoreError> {
        if self.shared().index.is_nowhere() {
            return Err(io::Error::from(io::ErrorKind::Unsupported).into());
        }
        let _changing = self.changing();
        let mut locked = self.lock_index()?;
        change(&mut locked.index.trusted_commands);
        locked.save()?;
        self.loaded_mut().refresh(locked.index.clone());
        Ok(())
    }
}

/// Each word with its length before it: no two commands read the same.
fn hash(command: &CommandLine) -> String {
    let mut hasher = Sha256::new();
    for word in command.words() {
        hasher.update((word.len() as u64).to_le_bytes());
        hasher.update(word.as_bytes());
    }
    let hex = hasher.finalize();
    hex.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::*;
    use crate::MemoryVault;
    use crate::command::CommandLine;

    fn store(folder: &Path) -> KeyStore {
        let index = folder.join("keys.json");
        KeyStore::open(&index, Arc::new(MemoryVault::default())).expect("opens")
    }

    fn command(line: &str) -> CommandLine {
        CommandLine::parse(line).expect("a command")
    }

    #[test]
    fn exactly_what_was_agreed_to_is_trusted_by_every_process_until_it_is_forgotten() {
        let folder = tempfile::tempdir().expect("a folder");
        let (one, other) = (store(folder.path()), store(folder.path()));
        let agreed = command("op read op://a/b");
        one.trust(&agreed).expect("kept");
        assert!(one.trusts(&agreed) && other.trusts(&command("  op 'read'  op://a/b ")));
        for line in [
            "op read op://a/B",
            "op readop://a/b",
            "op read op://a/b ''",
            "op",
            "OP read op://a/b",
        ] {
            assert!(!one.trusts(&command(line)), "{line}");
        }
        let text = std::fs::read_to_string(folder.path().join("keys.json")).expect("there");
        assert!(
            text.contains("trusted_commands") && !text.contains("op://"),
            "{text}"
        );
        other.distrust(&agreed).expect("forgotten");
        assert!(!one.trusts(&agreed));
    }

    #[test]
    fn they_are_bounded_and_the_newest_stay() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = store(folder.path());
        let all: Vec<CommandLine> = (0..=MOST).map(|n| command(&format!("cat {n}"))).collect();
        for command in &all {
            store.trust(command).expect("kept");
        }
        assert!(!store.trusts(&all[0]), "the oldest one is gone");
        assert!(all[1..].iter().all(|command| store.trusts(command)));
    }

    #[test]
    fn a_store_without_an_index_remembers_nothing() {
        let store = KeyStore::in_memory();
        assert!(store.trust(&command("true")).is_err());
        assert!(
            !Path::new(".lock").exists() && !Path::new(".new").exists(),
            "no file is made"
        );
        assert!(!store.trusts(&command("true")));
    }
}
