//! How one Namespace's Payloads are treated, and the profiles that were made so far.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use payload_codec::CodecChain;
use temporal_payload::Payload;

use crate::route::Namespace;

/// How one Namespace's Payloads are treated.
#[derive(Clone)]
pub struct Profile {
    /// The codecs.
    pub chain: CodecChain,
    /// What is answered when a Payload cannot be decoded.
    pub undecodable: Undecodable,
    /// What `/encode` does.
    pub encode: EncodeRule,
    /// What reads messages for pages, where that is chosen; they are answered as they are where absent. Programs always get them so.
    pub messages: Option<Arc<dyn ReadMessages>>,
}

/// Reads protobuf messages as JSON, for people in front of a page.
pub trait ReadMessages: Send + Sync {
    /// The same message as `json/protobuf`; `None` where it stays as it is. It takes time and memory in proportion to the message.
    fn as_json(&self, payload: &Payload) -> Option<Payload>;
}

/// What is answered when a Payload cannot be decoded. Whichever it is, the request's record has the reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Undecodable {
    /// As [`Pass`](Undecodable::Pass), except that a page all of whose Payloads failed gets the reason as an error: Web UIs
    /// show it. A program never does: the CLI would retry for ten seconds and then hide the whole Event History.
    #[default]
    Explain,
    /// The whole request fails with the reason, as with the handlers of Temporal's SDKs.
    Fail,
    /// What can be decoded is, and the rest comes back exactly as it was sent.
    Pass,
}

/// What `/encode` does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EncodeRule {
    /// Everything is encoded by the chain, or the request fails.
    #[default]
    Chain,
    /// The Namespace has no codec: Payloads come back as they were sent. This is never a fallback, only a choice.
    NoCodec,
}

/// Namespaces whose profiles are kept. Any program on this machine may name millions; then the oldest goes, and is made
/// again when it is asked for.
pub(crate) const MAX_BUILT: usize = 1024;

/// The profiles that were made so far. Readers never wait for one that is being made.
#[derive(Default)]
pub(crate) struct Built {
    /// The profile of requests that name no Namespace.
    nameless: OnceLock<Profile>,
    by_namespace: RwLock<Kept>,
}

#[derive(Default)]
struct Kept {
    profiles: HashMap<Namespace, Profile>,
    /// Oldest first.
    order: VecDeque<Namespace>,
}

impl Built {
    /// The profile of a Namespace; `make` makes it where there is none. Two requests at the same time may both make it;
    /// the first one is kept.
    pub(crate) fn get_or_make(
        &self,
        namespace: Option<&Namespace>,
        make: impl Fn(Option<&Namespace>) -> Profile,
    ) -> Profile {
        let Some(namespace) = namespace else {
            return self.nameless.get_or_init(|| make(None)).clone();
        };
        let kept = self.by_namespace.read();
        let kept = kept.unwrap_or_else(PoisonError::into_inner);
        if let Some(profile) = kept.profiles.get(namespace) {
            return profile.clone();
        }
        // Nothing is locked while the app's code runs.
        drop(kept);
        let profile = make(Some(namespace));
        let kept = self.by_namespace.write();
        kept.unwrap_or_else(PoisonError::into_inner)
            .keep(namespace, profile)
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        let kept = self.by_namespace.read().expect("no panic");
        assert_eq!(kept.order.len(), kept.profiles.len());
        kept.profiles.len()
    }
}

impl Kept {
    fn keep(&mut self, namespace: &Namespace, profile: Profile) -> Profile {
        if let Some(first) = self.profiles.get(namespace) {
            return first.clone();
        }
        if self.order.len() >= MAX_BUILT
            && let Some(oldest) = self.order.pop_front()
        {
            self.profiles.remove(&oldest);
        }
        self.order.push_back(namespace.clone());
        self.profiles.insert(namespace.clone(), profile.clone());
        profile
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use payload_codec::Limits;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn profile() -> Profile {
        Profile {
            chain: CodecChain::new(vec![], vec![], Limits::default()),
            undecodable: Undecodable::default(),
            encode: EncodeRule::default(),
            messages: None,
        }
    }

    #[test]
    fn each_is_made_once_and_the_oldest_go() {
        let (built, made) = (Built::default(), AtomicUsize::new(0));
        let get = |name: Option<usize>| {
            let namespace = name.and_then(|name| Namespace::new(&format!("n{name}")));
            built.get_or_make(namespace.as_ref(), |given| {
                assert_eq!(given, namespace.as_ref());
                made.fetch_add(1, Ordering::Relaxed);
                profile()
            });
            made.load(Ordering::Relaxed)
        };
        assert_eq!(
            [get(None), get(None), get(Some(0)), get(Some(0))],
            [1, 1, 2, 2]
        );
        for name in 1..=10 * MAX_BUILT {
            get(Some(name));
            assert!(built.len() <= MAX_BUILT);
        }
        assert_eq!(built.len(), MAX_BUILT);
        let before = get(Some(10 * MAX_BUILT));
        assert_eq!(before, 10 * MAX_BUILT + 2, "the newest is still there");
        assert_eq!(get(Some(0)), before + 1, "the oldest is made again");
    }
}
