//! Formats: the gallery, and those of the user's own, which the settings keep.

mod own_formats;

mod trial;

pub(crate) mod view;

use key_store::KeyRecord;
use payload_codec::{CodecSpec, Preset};

use crate::core::{Core, Tell};
use crate::error::AppError;
use crate::keys::changes::KeyChanges;
use crate::plan::formats::Formats;
use crate::plan::formats_of;
use crate::plan::key_messages::called;
use crate::plan::public_keys::{demo_label, demo_secret, is_demo};
use crate::settings::changes::SettingsChanges;

use view::{DemoKeyView, FormatView, FormatsView};

/// The formats.
pub struct FormatList {
    core: Core,
    settings: SettingsChanges,
    keys: KeyChanges,
    tell: Tell<FormatsView>,
}

impl FormatList {
    pub(crate) fn new(
        core: Core,
        settings: SettingsChanges,
        keys: KeyChanges,
        tell: Tell<FormatsView>,
    ) -> Self {
        FormatList {
            core,
            settings,
            keys,
            tell,
        }
    }
}

impl FormatList {
    /// See the command table.
    ///
    /// # Errors
    /// None.
    pub fn list_formats(&self, (): ()) -> Result<FormatsView, AppError> {
        let settings = self.core.settings().get();
        let formats = Formats::of(&settings);
        let keys = self.core.keys().list();
        let gallery = formats.gallery().iter().map(|preset| FormatView {
            name: preset.name.to_owned(),
            title: preset.title.to_owned(),
            written_by: preset.written_by.to_owned(),
            demo_key: demo_key(preset, &keys),
            ..described(preset.name, &preset.spec, &keys)
        });
        // Those of a newer version are listed as well: they are there, and can be removed.
        let custom = settings.formats.iter().map(|format| {
            let title = format.name.clone();
            match formats.spec(&format.name) {
                Some(spec) => FormatView {
                    title,
                    custom: true,
                    ..described(&format.name, spec, &keys)
                },
                None => FormatView {
                    name: format.name.clone(),
                    title,
                    written_by: String::new(),
                    summary: "This version cannot read its spec".to_owned(),
                    custom: true,
                    needs_key: true,
                    encodes: false,
                    spec: serde_json::to_string_pretty(&format.spec).unwrap_or_default(),
                    keys: used_by(&format.name, &keys),
                    demo_key: None,
                },
            }
        });
        Ok(FormatsView {
            change: None,
            formats: gallery.chain(custom).collect(),
        })
    }

    fn formats_changed(&self, change: Option<u32>) -> Result<FormatsView, AppError> {
        self.keys.changed()?;
        let formats = self.list_formats(())?;
        self.tell.tell(formats.clone());
        Ok(FormatsView { change, ..formats })
    }
}

fn described(name: &str, spec: &CodecSpec, keys: &[KeyRecord]) -> FormatView {
    FormatView {
        name: name.to_owned(),
        title: String::new(),
        written_by: String::new(),
        summary: spec.summary(),
        custom: false,
        needs_key: !spec.takes_no_secret(),
        encodes: spec.encodes(),
        spec: serde_json::to_string_pretty(spec).unwrap_or_default(),
        keys: used_by(name, keys),
        demo_key: None,
    }
}

/// Labels, or ids, of the keys that use a format.
fn used_by(format: &str, keys: &[KeyRecord]) -> Vec<String> {
    let users = keys
        .iter()
        .filter(|record| formats_of(record).any(|name| name == format));
    users.map(called).collect()
}

/// What a preset's published key is, and whether it is there.
fn demo_key(preset: &Preset, keys: &[KeyRecord]) -> Option<DemoKeyView> {
    let demo = preset.demo_key.as_ref()?;
    let print = demo_secret(demo).ok()?.fingerprint();
    Some(DemoKeyView {
        id: demo.id.to_owned(),
        label: demo_label(demo),
        added: keys.iter().any(|record| is_demo(record, &print, preset)),
    })
}
