//! The Codec Server's rules, made of settings, keys and formats: who is served, which codecs decode, which key encodes. What is in
//! force now is held by `core`.

pub(crate) mod formats;

pub(crate) mod key_fit;

pub(crate) mod key_messages;

pub(crate) mod names;

pub(crate) mod public_keys;

mod rules;

pub(crate) mod sample;

mod spec_schema;

pub(crate) mod spec_text;

use std::collections::HashMap;
use std::sync::Arc;

use codec_server::{EncodeRule, Namespace, NamespacePattern, Profile, Shut};
use key_store::{KeyRecord, KeyStore, Lifetime, VaultState};
use payload_codec::{
    CipherName, CodecChain, Compression, CompressionCodec, Context, ContextPart, DataKeys, KeyId,
    KeyProvider, Limits, NamedCompression, PayloadCodec, Withheld, build, envelope_codecs,
};
use uuid::Uuid;

use crate::config::choices::{EncodeCompression, Undecodable};
use crate::config::{ProfileSettings, Settings};

use formats::{DEFAULT_FORMAT, Formats};
pub(crate) use rules::{AccessOrPrograms, rules};

/// What decides how Payloads are treated, as it is now.
pub(crate) struct Plan {
    keys: KeyStore,
    records: Vec<KeyRecord>,
    limits: HashMap<Uuid, Vec<NamespacePattern>>,
    pub(crate) formats: Formats,
    settings: Settings,
    locked: bool,
    /// Whether the encrypted key file waits for its passphrase.
    file_is_closed: bool,
}

impl Plan {
    pub(crate) fn new(settings: Settings, keys: &KeyStore) -> Self {
        let records = keys.list();
        let limits = records
            .iter()
            .map(|record| {
                // A pattern that is none any more matches nothing: the key stays limited.
                let patterns = record.usage.namespaces.iter();
                let patterns = patterns.filter_map(|text| NamespacePattern::new(text).ok());
                (record.handle, patterns.collect())
            })
            .collect();
        Plan {
            keys: keys.clone(),
            records,
            limits,
            formats: Formats::of(&settings),
            settings,
            locked: keys.is_locked(),
            file_is_closed: keys.vault_state() == VaultState::Locked,
        }
    }

    /// Why no key opens anything, if none does. Commands that unwrap data keys need no key of the store.
    pub(crate) fn shut(&self) -> Option<Shut> {
        let mut used = self.used().peekable();
        if self.locked {
            return Some(Shut::Locked);
        }
        let is_shut = self.file_is_closed
            && self.settings.wrapped_keys.is_empty()
            && used.peek().is_some()
            && used.all(is_in_file);
        is_shut.then_some(Shut::KeyFile)
    }

    /// Whether a key waits for the passphrase of the encrypted key file.
    pub(crate) fn awaits_passphrase(&self) -> bool {
        self.file_is_closed && self.used().any(is_in_file)
    }

    fn used(&self) -> impl Iterator<Item = &KeyRecord> {
        self.records.iter().filter(|record| !record.usage.retired)
    }

    /// The settings of a profile; of the default one without a name.
    pub(crate) fn settings_of(&self, profile: Option<&str>) -> Option<&ProfileSettings> {
        match profile {
            None => Some(&self.settings.profile),
            Some(name) => self
                .settings
                .profiles
                .iter()
                .find(|profile| profile.name == name)
                .map(|profile| &profile.profile),
        }
    }

    /// How a profile treats the Payloads of a Namespace: it decodes every format of every key that may be used there, and
    /// encodes with the key that is chosen, or refuses to.
    pub(crate) fn profile(
        self: &Arc<Self>,
        profile: &ProfileSettings,
        namespace: Option<&Namespace>,
    ) -> Profile {
        let allowed = self.allowed(profile, namespace);
        let encode_key = encode_key(profile, &self.records, &allowed);
        Profile {
            chain: self.explained(self.chain(profile, &allowed, encode_key), namespace),
            undecodable: match profile.undecodable {
                Undecodable::Explain => codec_server::Undecodable::Explain,
                Undecodable::Fail => codec_server::Undecodable::Fail,
                Undecodable::Pass => codec_server::Undecodable::Pass,
            },
            encode: match profile.no_codec {
                true => EncodeRule::NoCodec,
                false => EncodeRule::Chain,
            },
            messages: None,
        }
    }

    /// The keys that may be used there, those that are limited to it first: of two keys with one id, theirs is meant.
    pub(crate) fn allowed(
        &self,
        profile: &ProfileSettings,
        namespace: Option<&Namespace>,
    ) -> Vec<&KeyRecord> {
        let chosen = |record: &&KeyRecord| {
            let decode_keys = profile.decode_keys.as_ref();
            decode_keys.is_none_or(|handles| handles.contains(&record.handle))
        };
        let fits = |record: &&KeyRecord| self.is_for(record, namespace);
        let usable = self.records.iter().filter(|record| !record.usage.retired);
        let mut allowed: Vec<_> = usable.filter(chosen).filter(fits).collect();
        allowed.sort_by_key(|record| !record.usage.is_limited());
        allowed
    }

    /// Whether the Namespaces that a key is limited to, if it is, have this one among them.
    fn is_for(&self, record: &KeyRecord, namespace: Option<&Namespace>) -> bool {
        let matches = |namespace: &Namespace| {
            let mut limits = self.limits[&record.handle].iter();
            limits.any(|pattern| pattern.matches(namespace))
        };
        !record.usage.is_limited() || namespace.is_some_and(matches)
    }

    /// The key that a profile encodes with in a Namespace.
    pub(crate) fn encode_key(
        &self,
        profile: &ProfileSettings,
        namespace: Option<&Namespace>,
    ) -> Option<&KeyRecord> {
        encode_key(profile, &self.records, &self.allowed(profile, namespace))
    }

    /// The key that opened something by this id in a Namespace.
    pub(crate) fn key_of_id(
        &self,
        profile: &ProfileSettings,
        namespace: Option<&Namespace>,
        id: &KeyId,
    ) -> Option<Uuid> {
        let allowed = self.allowed(profile, namespace);
        allowed
            .iter()
            .find(|record| answers_to(record, id))
            .map(|record| record.handle)
    }

    fn chain(
        &self,
        profile: &ProfileSettings,
        allowed: &[&KeyRecord],
        encode_key: Option<&KeyRecord>,
    ) -> CodecChain {
        // Without a key, too: it is what says which key is missing.
        let mut names = vec![DEFAULT_FORMAT];
        for name in allowed.iter().flat_map(|record| formats_of(record)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        // Data whose encoding was lost opens to any bytes, also where a whole Payload is meant: such formats come late. Without a
        // tag, so does nearly anything: those come last.
        names.sort_by_key(|name| {
            let spec = self.formats.spec(name);
            spec.map_or(0, |spec| match (spec.cipher, spec.loses_encoding()) {
                (CipherName::AesCbc, _) => 2,
                (_, true) => 1,
                (_, false) => 0,
            })
        });
        let mut encryptor = None;
        let mut decoders: Vec<Arc<dyn PayloadCodec>> = Vec::new();
        for name in &names {
            let users = allowed
                .iter()
                .filter(|record| formats_of(record).any(|format| format == *name));
            let users: Vec<Uuid> = users.map(|record| record.handle).collect();
            let encodes = encode_key.filter(|key| formats_of(key).next() == Some(*name));
            let codec = self.codec(name, &users, encodes.map(|key| key.id.clone()));
            let Some(codec) = codec else { continue };
            if encodes.is_some() && self.formats.encodes(name) {
                encryptor = Some(codec.clone());
            }
            decoders.push(codec);
        }
        // Nobody holds their keys; a locked app opens nothing all the same.
        if !self.locked {
            let keyless = self.formats.keyless().filter(|name| !names.contains(name));
            decoders.extend(keyless.filter_map(|name| self.codec(name, &[], None)));
        }
        for format in Compression::READ {
            decoders.push(Arc::new(CompressionCodec(format)));
        }
        decoders.push(Arc::new(NamedCompression));
        let mut encoders = Vec::new();
        if let Some(encryptor) = encryptor {
            encoders.push(encryptor);
            if let Some(format) = compression(profile.compression) {
                encoders.push(Arc::new(CompressionCodec(format)));
            }
        }
        // A profile that names the keys which decode uses no others.
        let unwraps = !self.settings.wrapped_keys.is_empty() && profile.decode_keys.is_none();
        let data_keys: Option<Arc<dyn DataKeys>> = (unwraps && !self.locked)
            .then(|| Arc::new(self.keys.data_keys().clone()) as Arc<dyn DataKeys>);
        if let Some(data_keys) = &data_keys {
            decoders.extend(envelope_codecs(data_keys));
        }
        let limits = Limits {
            work_bytes: u64::from(self.settings.server.max_work_mib) << 20,
            ..Limits::default()
        };
        let chain = CodecChain::new(decoders, encoders, limits);
        match data_keys {
            Some(data_keys) => chain.with_data_keys(data_keys),
            None => chain,
        }
    }

    /// A chain that knows the Namespace, where that matters, and tells why it was not given a key that there is.
    fn explained(self: &Arc<Self>, chain: CodecChain, namespace: Option<&Namespace>) -> CodecChain {
        let chain = match namespace {
            Some(namespace) if !chain.bound_to().is_empty() => {
                let context = Context::default();
                let context = context.with(ContextPart::Namespace, namespace.as_str());
                chain.within(Arc::new(context))
            }
            Some(_) | None => chain,
        };
        let (plan, namespace) = (self.clone(), namespace.cloned());
        chain.explaining(move |id| plan.withheld(id, namespace.as_ref()))
    }

    fn withheld(&self, id: &KeyId, namespace: Option<&Namespace>) -> Option<Withheld> {
        // Of several keys by that id the one is meant that nobody put away.
        let records = self.records.iter();
        let record = records
            .filter(|record| answers_to(record, id))
            .min_by_key(|record| record.usage.retired)?;
        Some(match namespace {
            _ if record.usage.retired => Withheld::Retired,
            _ if self.is_for(record, namespace) => Withheld::NotHere,
            Some(namespace) => Withheld::NotInNamespace(namespace.as_str().to_owned()),
            None => Withheld::OnlyInNamespaces(record.usage.namespaces.join(", ")),
        })
    }

    /// `None` for a format that there is not, or that a newer version made.
    fn codec(
        &self,
        format: &str,
        keys: &[Uuid],
        encode_key: Option<KeyId>,
    ) -> Option<Arc<dyn PayloadCodec>> {
        let spec = self.formats.spec(format)?;
        let keys: Arc<dyn KeyProvider> = Arc::new(self.keys.select(keys));
        build(spec, format, keys, encode_key).ok()
    }
}

/// Whether Payloads that name this id mean this key.
pub(crate) fn answers_to(record: &KeyRecord, id: &KeyId) -> bool {
    record.id == *id || record.also_opens.contains(id)
}

/// The other key that answers to this id in the same Namespaces: only one in use may.
pub(crate) fn other_with_id<'a>(
    id: &KeyId,
    record: &KeyRecord,
    keys: impl IntoIterator<Item = &'a KeyRecord>,
) -> Option<&'a KeyRecord> {
    keys.into_iter().find(|other| {
        other.handle != record.handle
            && !other.usage.retired
            && other.usage.same_namespaces(&record.usage)
            && answers_to(other, id)
    })
}

/// Other keys in use that have one of a key's ids in the same Namespaces: where that one is used, they cannot be.
pub(crate) fn others_with_its_ids<'a>(
    record: &KeyRecord,
    keys: &[&'a KeyRecord],
) -> Vec<&'a KeyRecord> {
    let ids = std::iter::once(&record.id).chain(&record.also_opens);
    let mut others: Vec<&KeyRecord> = ids
        .filter_map(|id| other_with_id(id, record, keys.iter().copied()))
        .collect();
    others.dedup_by_key(|other| other.handle);
    others
}

/// Names of a key's formats, the one that it encodes with first.
pub(crate) fn formats_of(record: &KeyRecord) -> impl Iterator<Item = &str> {
    let given = &record.usage.formats;
    let default = given.is_empty().then_some(DEFAULT_FORMAT);
    default.into_iter().chain(given.iter().map(String::as_str))
}

/// The key that is chosen, or the one that its id means there: what is encoded must be decoded by the same rules again, so
/// none where they would take another key, or no key, for it.
fn encode_key<'a>(
    profile: &ProfileSettings,
    records: &'a [KeyRecord],
    allowed: &[&'a KeyRecord],
) -> Option<&'a KeyRecord> {
    let chosen = profile.encode_key?;
    let chosen = records.iter().find(|record| record.handle == chosen)?;
    if chosen.usage.retired {
        return None;
    }
    let meant = allowed
        .iter()
        .copied()
        .find(|record| answers_to(record, &chosen.id))?;
    (meant.id == chosen.id).then_some(meant)
}

fn compression(setting: EncodeCompression) -> Option<Compression> {
    match setting {
        EncodeCompression::None => None,
        EncodeCompression::Zlib => Some(Compression::Zlib),
        EncodeCompression::Gzip => Some(Compression::Gzip),
        EncodeCompression::Snappy => Some(Compression::Snappy),
        EncodeCompression::Zstd => Some(Compression::Zstd),
    }
}

fn is_in_file(record: &KeyRecord) -> bool {
    record.lifetime == Lifetime::Vault
}
