//! What the key store has in memory: the index as last read, this session's keys, and the bytes of what was loaded.

use std::collections::{HashMap, HashSet};

use payload_codec::{KeyError, KeyId, SecretKey};
use uuid::Uuid;

use crate::error::IndexProblem;
use crate::index::{Entry, Index, UnderWay};
use crate::keychain_state::KeychainState;
use crate::record::{KeyRecord, KeyState, Lifetime};

/// What is in memory.
#[derive(Default)]
pub(crate) struct Loaded {
    pub(crate) indexed: Index,
    pub(crate) session: Vec<Entry>,
    pub(crate) keys: HashMap<Uuid, SecretKey>,
    /// Why a key of the index is not in `keys`; without an entry here it has not been read yet.
    errors: HashMap<Uuid, KeyError>,
    /// Every id that a key answers to in every Namespace.
    pub(crate) by_id: HashMap<KeyId, Uuid>,
    /// Keys that may encode and decode: there, and not retired.
    pub(crate) active: HashSet<Uuid>,
    pub(crate) keychain: KeychainState,
    /// What is the matter with the index.
    pub(crate) problem: Option<IndexProblem>,
    /// Whether no key may be in memory.
    pub(crate) locked: bool,
    turn: Turn,
}

/// The time between two locks. What reads keys at the moment of a lock comes too late with them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Turn(u64);

impl Loaded {
    /// Takes over an index, and forgets what is no longer in it.
    pub(crate) fn refresh(&mut self, index: Index) {
        self.problem = match index.n_not_understood() {
            // Where a broken one went is told as long as this process runs.
            0 => self
                .problem
                .take()
                .filter(|problem| matches!(problem, IndexProblem::SetAside(_))),
            n_entries => Some(IndexProblem::NotUnderstood { n_entries }),
        };
        self.indexed = index;
        self.index_ids();
    }

    /// Finds out anew which key each id opens, and forgets the bytes of keys that there are not any more.
    pub(crate) fn index_ids(&mut self) {
        let entries = || self.indexed.keys.iter().chain(&self.session);
        let known: HashSet<Uuid> = entries().map(|entry| entry.handle).collect();
        let mut by_id = HashMap::new();
        // A key that is being removed opens nothing any more.
        let is_active =
            |entry: &&Entry| entry.under_way != Some(UnderWay::Removing) && !entry.usage.retired;
        for entry in entries()
            .filter(is_active)
            .filter(|entry| !entry.usage.is_limited())
        {
            for id in entry.ids() {
                by_id.entry(KeyId::new(id)).or_insert(entry.handle);
            }
        }
        let active = entries()
            .filter(is_active)
            .map(|entry| entry.handle)
            .collect();
        self.by_id = by_id;
        self.active = active;
        self.keys.retain(|handle, _| known.contains(handle));
        self.errors.retain(|handle, _| known.contains(handle));
    }

    /// The current turn; an error while the store is locked.
    pub(crate) fn turn_while_open(&self) -> Result<Turn, KeyError> {
        match self.locked {
            false => Ok(self.turn),
            true => Err(KeyError::AppLocked),
        }
    }

    pub(crate) fn turn(&self) -> Turn {
        self.turn
    }

    /// Takes a key's bytes over, unless somebody locked since they were asked for.
    pub(crate) fn hold(&mut self, turn: Turn, handle: Uuid, key: SecretKey) {
        if self.locked || self.turn != turn {
            return;
        }
        self.errors.remove(&handle);
        self.keys.insert(handle, key);
    }

    pub(crate) fn lack(&mut self, handle: Uuid, error: KeyError) {
        self.keys.remove(&handle);
        self.errors.insert(handle, error);
    }

    /// Forgets every key's bytes. Keys of this session are gone with them: they are nowhere else.
    pub(crate) fn lock(&mut self) {
        self.locked = true;
        self.turn.0 += 1;
        self.keys.clear();
        self.errors.clear();
        self.session.clear();
        self.index_ids();
    }

    /// A key's bytes, or why they are not here.
    pub(crate) fn bytes(&self, handle: Uuid) -> Result<SecretKey, KeyError> {
        self.keys
            .get(&handle)
            .cloned()
            .ok_or_else(|| self.unavailable(handle))
    }

    pub(crate) fn unavailable(&self, handle: Uuid) -> KeyError {
        if self.locked {
            return KeyError::AppLocked;
        }
        self.errors
            .get(&handle)
            .copied()
            .unwrap_or(KeyError::NotRead)
    }

    pub(crate) fn record(&self, entry: &Entry, lifetime: Lifetime) -> KeyRecord {
        KeyRecord {
            handle: entry.handle,
            id: KeyId::new(&entry.id),
            also_opens: entry.also_opens.iter().map(|id| KeyId::new(id)).collect(),
            label: entry.label.clone(),
            bits: entry.bits,
            created: entry.created,
            fingerprint: entry.fingerprint.clone(),
            lifetime,
            usage: entry.usage.clone(),
            state: match self.keys.contains_key(&entry.handle) {
                true => KeyState::Loaded,
                false => KeyState::Unavailable(self.unavailable(entry.handle)),
            },
        }
    }

    /// Every key, in the order in which they were added, those of this session last.
    pub(crate) fn records(&self) -> Vec<KeyRecord> {
        let kept = self.indexed.keys.iter();
        let kept = kept.map(|entry| (entry, entry.kept_in.into()));
        let session = self.session.iter();
        let session = session.map(|entry| (entry, Lifetime::SessionOnly));
        kept.chain(session)
            .map(|(entry, lifetime)| self.record(entry, lifetime))
            .collect()
    }
}
