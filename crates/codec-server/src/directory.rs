//! Which codecs a Namespace has, and what is done with Payloads that they cannot decode.

use std::collections::BTreeMap;

use payload_codec::CodecChain;

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

/// Every Namespace's [`Profile`].
pub struct CodecDirectory {
    default: Option<Profile>,
    by_namespace: BTreeMap<Namespace, Profile>,
}

impl CodecDirectory {
    /// Namespaces without a profile of their own, and requests that name none, get `default`.
    pub fn new(default: Profile, by_namespace: BTreeMap<Namespace, Profile>) -> Self {
        CodecDirectory {
            default: Some(default),
            by_namespace,
        }
    }

    /// Serves the Namespaces that are listed, and no others.
    pub fn strict(by_namespace: BTreeMap<Namespace, Profile>) -> Self {
        CodecDirectory {
            default: None,
            by_namespace,
        }
    }

    /// The first of `candidates` that has a profile, with it; else the first, with the default profile. So a path in front
    /// of the operation that is no Namespace of ours (a proxy's prefix) does not hide the header behind it.
    pub(crate) fn find(
        &self,
        candidates: impl Iterator<Item = Namespace>,
    ) -> (Option<Namespace>, Option<&Profile>) {
        let mut first = None;
        for namespace in candidates {
            if let Some(profile) = self.listed(&namespace) {
                return (Some(namespace), Some(profile));
            }
            first.get_or_insert(namespace);
        }
        (first, self.default.as_ref())
    }

    /// A profile of `name` also serves `name.account`, the form that Temporal Cloud uses, unless that has its own.
    fn listed(&self, namespace: &Namespace) -> Option<&Profile> {
        self.by_namespace.get(namespace).or_else(|| {
            let (name, _account) = namespace.as_str().rsplit_once('.')?;
            self.by_namespace.get(&Namespace::new(name)?)
        })
    }
}
