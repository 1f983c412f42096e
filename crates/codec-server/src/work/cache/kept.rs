//! Answers that are kept, with what they are the answers to: so many, so many bytes, the oldest first out.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Weak};
use std::time::Duration;

use axum::http::HeaderValue;
use bytes::Bytes;
use payload_codec::zeroize_on_drop;
use tokio::time::Instant;

use super::asked::Asked;
use crate::record::Tally;
use crate::route::Namespace;
use crate::rules::Rules;
use crate::work::job::Done;

/// All of them, bodies and answers together.
pub(super) const MAX_BYTES: usize = 16 << 20;
/// Requests that are kept.
pub(super) const MAX_KEPT: usize = 1024;
/// What a kept request takes beside its body and its answer, roughly.
const BESIDE: usize = 1 << 10;
/// How old an answer may become, with a look once a second less than a minute.
const MAX_AGE: Duration = Duration::from_secs(58);

/// What is kept.
#[derive(Default)]
pub(super) struct KeptAnswers {
    by_hash: BTreeMap<u64, Arc<Kept>>,
    /// Their hashes, oldest first, with the number of each.
    order: VecDeque<(u64, u64)>,
    n_bytes: usize,
}

/// A request and its answer.
pub(crate) struct Kept {
    number: u64,
    pub(super) until: Instant,
    /// They are not kept alive: keys of rules that were replaced must go.
    rules: Weak<Rules>,
    pub(super) keys: u64,
    n_pauses: u64,
    namespace: Option<Namespace>,
    origin: Option<HeaderValue>,
    who: Option<String>,
    body: Bytes,
    answer: Bytes,
    tally: Tally,
}

impl KeptAnswers {
    pub(super) fn get(&self, hash: u64) -> Option<Arc<Kept>> {
        self.by_hash.get(&hash).cloned()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.by_hash.is_empty()
    }

    /// Keeps an answer, in the place of one with the same hash. Returns what had to go for it.
    pub(super) fn put(&mut self, hash: u64, kept: Arc<Kept>) -> Vec<Arc<Kept>> {
        let number = kept.number;
        self.n_bytes += kept.n_bytes();
        let mut gone = Vec::new();
        if let Some(replaced) = self.by_hash.insert(hash, kept) {
            self.n_bytes -= replaced.n_bytes();
            self.order.retain(|(_, number)| *number != replaced.number);
            gone.push(replaced);
        }
        self.order.push_back((hash, number));
        while self.n_bytes > MAX_BYTES || self.by_hash.len() > MAX_KEPT {
            gone.extend(self.forget_oldest());
        }
        gone
    }

    /// Takes the oldest out, as long as they are such.
    pub(super) fn forget_while(&mut self, is_such: impl Fn(&Kept) -> bool) -> Vec<Arc<Kept>> {
        let mut gone = Vec::new();
        while let Some((hash, _)) = self.order.front()
            && self.by_hash.get(hash).is_none_or(|kept| is_such(kept))
        {
            gone.extend(self.forget_oldest());
        }
        gone
    }

    fn forget_oldest(&mut self) -> Option<Arc<Kept>> {
        let (hash, _) = self.order.pop_front()?;
        let oldest = self.by_hash.remove(&hash)?;
        self.n_bytes -= oldest.n_bytes();
        Some(oldest)
    }

    /// How many there are, after a look at whether the bounds hold.
    #[cfg(test)]
    pub(super) fn n_checked(&self) -> usize {
        assert_eq!(self.order.len(), self.by_hash.len());
        let n_bytes: usize = self.by_hash.values().map(|kept| kept.n_bytes()).sum();
        assert_eq!(self.n_bytes, n_bytes);
        assert!(n_bytes <= MAX_BYTES && self.by_hash.len() <= MAX_KEPT);
        self.by_hash.len()
    }
}

impl Kept {
    /// The body is copied: as it came, it is a part of a connection's buffer.
    pub(super) fn new(number: u64, asked: &Asked<'_>, answer: &Bytes, tally: &Tally) -> Self {
        Kept {
            number,
            until: Instant::now() + MAX_AGE,
            rules: Arc::downgrade(asked.rules),
            keys: asked.keys,
            n_pauses: asked.n_pauses,
            namespace: asked.namespace.cloned(),
            origin: asked.origin.cloned(),
            who: asked.who.map(str::to_owned),
            body: zeroize_on_drop(asked.body.to_vec()),
            answer: answer.clone(),
            tally: tally.clone(),
        }
    }

    /// Whether this is the answer to it.
    pub(super) fn answers(&self, asked: &Asked<'_>) -> bool {
        Weak::as_ptr(&self.rules) == Arc::as_ptr(asked.rules)
            && self.keys == asked.keys
            && self.n_pauses == asked.n_pauses
            && self.namespace.as_ref() == asked.namespace
            && self.origin.as_ref() == asked.origin
            && self.who.as_deref() == asked.who
            && self.body == asked.body
    }

    /// What the work came to. It shares the answer.
    pub(crate) fn answer(&self) -> Done {
        (Ok(self.answer.clone()), self.tally.clone())
    }

    fn n_bytes(&self) -> usize {
        self.body.len() + self.answer.len() + BESIDE
    }
}
