//! Keys that everybody knows: that of Temporal's samples, and those that the authors of other formats publish.

use key_store::material::{self, MaterialFormat};
use key_store::{BadMaterial, KeyRecord};
use payload_codec::{DemoKey, Preset, SecretKey, Spelling};

use super::{formats_of, sample};

/// Whether a key is that of Temporal's samples, whatever it is called.
pub(crate) fn is_sample(record: &KeyRecord) -> bool {
    material::parse(sample::KEY, MaterialFormat::Utf8)
        .is_ok_and(|key| key.fingerprint() == record.fingerprint)
}

/// The key that a format's authors publish.
pub(crate) fn demo_secret(demo: &DemoKey) -> Result<SecretKey, BadMaterial> {
    let format = match demo.spelling {
        Spelling::Utf8 => MaterialFormat::Utf8,
        Spelling::Base64 => MaterialFormat::Base64,
    };
    material::parse_any(demo.material, format)
}

/// What it is called in the list.
pub(crate) fn demo_label(demo: &DemoKey) -> String {
    format!("Public demo key of {}", demo.published_in)
}

/// Whether a key is the published one of a format, used with it.
pub(crate) fn is_demo(record: &KeyRecord, print: &str, preset: &Preset) -> bool {
    record.fingerprint == print && formats_of(record).any(|format| format == preset.name)
}
