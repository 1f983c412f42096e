//! Adding a key that its authors publish: that of Temporal’s samples, or of the project that has a format.

use jiff::Timestamp;
use key_store::material::{self, MaterialFormat};
use key_store::{KeyNames, KeyRecord, KeyState, KeyUse, NewKey};
use payload_codec::{KeyId, SecretKey};

use super::import::KeyImport;
use super::view::{AddDemoKeyRequest, AddSampleKeyRequest, KeyLifetime, KeysView};
use crate::config::formats::no_such_format;
use crate::error::{AppError, Code};
use crate::plan::formats::DEFAULT_FORMAT;
use crate::plan::key_messages::bad_material;
use crate::plan::public_keys::{demo_label, demo_secret, is_demo, is_sample};
use crate::plan::sample;

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl KeyImport {
    /// See the command table. Where the sample key is there and can be used, nothing changes.
    ///
    /// # Errors
    /// [`Code::DuplicateKey`] where another key has one of its ids; [`Code::KeychainUnavailable`], [`Code::File`].
    pub fn add_sample_key(&self, request: AddSampleKeyRequest) -> Result<KeysView, AppError> {
        let is_usable = |record: &KeyRecord| is_sample(record) && record.state == KeyState::Loaded;
        if self.core().keys().list().iter().any(is_usable) {
            return Ok(self.changes().view());
        }
        let key = material::parse(sample::KEY, MaterialFormat::Utf8).map_err(bad_material)?;
        let names = KeyNames {
            id: sample::key_id(),
            also_opens: sample::also_opens(),
            label: sample::LABEL.to_owned(),
        };
        self.import_public(names, key, request.lifetime, KeyUse::default())
    }

    /// See the command table. Where the key is there, nothing changes.
    ///
    /// # Errors
    /// [`Code::InvalidFormat`] where the format has none; as [`KeyImport::add_sample_key`].
    pub fn add_demo_key(&self, request: AddDemoKeyRequest) -> Result<KeysView, AppError> {
        if request.format == DEFAULT_FORMAT {
            return self.add_sample_key(AddSampleKeyRequest {
                lifetime: request.lifetime,
            });
        }
        let preset = payload_codec::preset(&request.format);
        let preset = preset.ok_or_else(no_such_format)?;
        let Some(demo) = &preset.demo_key else {
            return Err(AppError::new(
                Code::InvalidFormat,
                format!("the format {} has no public key", preset.title),
            ));
        };
        let key = demo_secret(demo).map_err(bad_material)?;
        let print = key.fingerprint();
        let keys = self.core().keys().list();
        if keys.iter().any(|record| is_demo(record, &print, &preset)) {
            return Ok(self.changes().view());
        }
        let names = KeyNames {
            id: KeyId::new(demo.id),
            also_opens: demo.ids().skip(1).collect(),
            label: demo_label(demo),
        };
        let usage = KeyUse {
            formats: vec![preset.name.to_owned()],
            ..KeyUse::default()
        };
        self.import_public(names, key, request.lifetime, usage)
    }

    /// A key that everybody knows, under those of its ids that no key of the user's own has.
    fn import_public(
        &self,
        mut names: KeyNames,
        key: SecretKey,
        lifetime: KeyLifetime,
        usage: KeyUse,
    ) -> Result<KeysView, AppError> {
        let taken: Vec<KeyId> = self
            .core()
            .keys()
            .list()
            .into_iter()
            .flat_map(|record| std::iter::once(record.id).chain(record.also_opens))
            .collect();
        names.also_opens.retain(|id| !taken.contains(id));
        let new = NewKey {
            names,
            created: Timestamp::now(),
            lifetime: lifetime.into(),
            usage,
        };
        self.import(&new, key)
    }
}
