//! The gallery: codecs of other projects, as specs that a key list or a profile can name.

use std::sync::Arc;

use crate::codec::PayloadCodec;
use crate::gallery;
use crate::key::{KeyId, KeyProvider};
use crate::sealed::build;
use crate::spec::CodecSpec;

/// The format that the SDKs' samples write, and every SDK's users know: what is meant where no format is named.
pub const SDK_SAMPLES: &str = "sdk-samples";

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

/// The preset of this name.
pub fn preset(name: &str) -> Option<Preset> {
    presets().into_iter().find(|preset| preset.name == name)
}

/// Every preset, the sample family first.
pub fn presets() -> Vec<Preset> {
    gallery::samples()
        .into_iter()
        .chain(gallery::others())
        .chain(gallery::generic())
        .collect()
}

/// The codec of [`SDK_SAMPLES`].
///
/// # Panics
/// Never: the gallery has it, and its spec is sound.
pub fn sdk_samples(keys: Arc<dyn KeyProvider>, encode_key: Option<KeyId>) -> Arc<dyn PayloadCodec> {
    preset(SDK_SAMPLES)
        .and_then(|preset| build(&preset.spec, SDK_SAMPLES, keys, encode_key).ok())
        .expect("the gallery has it, and a test builds it")
}
