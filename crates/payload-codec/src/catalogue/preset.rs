//! A codec that somebody publishes, and the key that they publish with it.

use crate::key_id::KeyId;
use crate::spec::CodecSpec;

/// A codec that somebody publishes.
#[derive(Clone, Debug)]
pub struct Preset {
    /// The name that key lists say: lower-case, with hyphens.
    pub name: &'static str,
    /// The name for people.
    pub title: &'static str,
    /// Who writes it.
    pub written_by: &'static str,
    /// How.
    pub spec: CodecSpec,
    /// The key that its authors publish for trying it out.
    pub demo_key: Option<DemoKey>,
}

/// A key that everybody can read in a public repository: it protects nothing.
#[derive(Clone, Debug)]
pub struct DemoKey {
    /// The id that Payloads name.
    pub id: &'static str,
    /// Other ids that the same key answers to.
    pub also_opens: &'static [&'static str],
    /// The key as its authors spell it.
    pub material: &'static str,
    /// How the text becomes bytes.
    pub spelling: Spelling,
    /// Where it is published.
    pub published_in: &'static str,
}

/// How the text of a key becomes its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// Its UTF-8 bytes.
    Utf8,
    /// Base64.
    Base64,
}

impl DemoKey {
    /// Every id that the key answers to, its own first.
    pub fn ids(&self) -> impl Iterator<Item = KeyId> {
        std::iter::once(&self.id)
            .chain(self.also_opens)
            .map(|id| KeyId::new(id))
    }
}

impl Preset {
    /// How it writes, in one line.
    pub fn summary(&self) -> String {
        self.spec.summary()
    }
}
