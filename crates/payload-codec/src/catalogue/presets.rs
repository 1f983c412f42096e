//! The gallery: codecs of other projects, as specs that a key list or a profile can name.

use std::sync::Arc;

use crate::catalogue::preset::Preset;
use crate::catalogue::preset_specs;
use crate::codec::PayloadCodec;
use crate::key::KeyProvider;
use crate::key_id::KeyId;
use crate::spec_codec::build;

/// The format that the SDKs' samples write, and every SDK's users know: what is meant where no format is named.
pub const SDK_SAMPLES: &str = "sdk-samples";

/// The preset of this name.
pub fn preset(name: &str) -> Option<Preset> {
    presets().into_iter().find(|preset| preset.name == name)
}

/// Every preset, the sample family first.
pub fn presets() -> Vec<Preset> {
    preset_specs::samples()
        .into_iter()
        .chain(preset_specs::others())
        .chain(preset_specs::own())
        .chain(preset_specs::generic())
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
