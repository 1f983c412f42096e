//! A Codec Server on a port of its own, with the rules that most tests serve.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use access::{Access, AccessFile};
use codec_server::{
    AllowedOrigins, BindError, CodecDirectory, CodecServer, EncodeRule, Observer, Pause, Profile,
    ProgramHosts, RequestRecord, Rules, Running, ServerConfig, Undecodable,
};
use payload_codec::{
    CodecChain, Compression, CompressionCodec, KeyId, KeyProvider, Keyring, Limits, SecretKey,
    sdk_samples,
};
use serde_json::json;
use tokio::sync::watch;
use zeroize::Zeroizing;

use crate::wire::{Ask, ORIGIN, Reply, Wire};

/// The key of Temporal's samples; its id is `test-key-id`, and `test` in Go.
pub const SAMPLE_KEY: &[u8; 32] = b"test-key-test-key-test-key-test!";

/// A keyring that holds [`SAMPLE_KEY`] under these ids.
pub fn sample_keys(ids: &[&str]) -> Keyring {
    let mut keys = Keyring::default();
    for id in ids {
        let key = SecretKey::new(Zeroizing::new(SAMPLE_KEY.to_vec())).expect("32 bytes");
        keys.insert(KeyId::new(id), key);
    }
    keys
}

/// AES-GCM over `keys` and every compression, encoding with `encode_key` alone.
pub fn chain(keys: impl KeyProvider + 'static, encode_key: Option<&str>) -> CodecChain {
    let keys: Arc<dyn KeyProvider> = Arc::new(keys);
    let aes = sdk_samples(keys, encode_key.map(KeyId::new));
    let mut decoders = vec![Arc::clone(&aes)];
    for compression in [
        Compression::Zlib,
        Compression::Gzip,
        Compression::Snappy,
        Compression::Zstd,
    ] {
        decoders.push(Arc::new(CompressionCodec(compression)));
    }
    let encoders = encode_key.map(|_| aes).into_iter().collect();
    CodecChain::new(decoders, encoders, Limits::default())
}

/// What most tests serve: the samples' key under its usual ids, encoding with `test-key-id`.
pub fn sample_profile() -> Profile {
    profile(chain(
        sample_keys(&["test-key-id", "test"]),
        Some("test-key-id"),
    ))
}

/// zlib without compression (RFC 1950 and 1951), so that tests need no codec of ours for it.
pub fn stored_zlib(bytes: &[u8]) -> Vec<u8> {
    let len = u16::try_from(bytes.len()).expect("one stored block");
    let mut out = vec![0x78, 0x01, 0x01];
    out.extend_from_slice(&len.to_le_bytes());
    out.extend_from_slice(&(!len).to_le_bytes());
    out.extend_from_slice(bytes);
    let (a, b) = bytes.iter().fold((1u32, 0u32), |(a, b), &byte| {
        let a = (a + u32::from(byte)) % 65521;
        (a, (b + a) % 65521)
    });
    out.extend_from_slice(&(b << 16 | a).to_be_bytes());
    out
}

/// A profile with the default policies.
pub fn profile(chain: CodecChain) -> Profile {
    Profile {
        chain,
        undecodable: Undecodable::default(),
        encode: EncodeRule::default(),
        messages: None,
    }
}

/// Rules with one profile for every Namespace, [`ORIGIN`] and Temporal Cloud's as origins, and no token.
pub fn rules(profile: Profile) -> Rules {
    Rules {
        program_hosts: ProgramHosts::default(),
        origins: AllowedOrigins::parse([ORIGIN, "https://cloud.temporal.io"])
            .expect("both are origins"),
        directory: CodecDirectory::new(profile, BTreeMap::new()),
        access: None,
        programs: None,
        consent: None,
        shut: None,
        awaits_passphrase: false,
        max_body_bytes: 64 << 20,
        pause: Pause::default(),
        keys_for_cache: None,
    }
}

/// The same, for whoever has the token of a program.
pub fn for_program(rules: Rules, token: &str) -> Rules {
    let hash = ring::digest::digest(&ring::digest::SHA256, token.as_bytes());
    let hash: String = hash
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let file = json!({
        "programs": [{"name": "program", "token_sha256": hash}],
        "rules": [{"name": "program", "when": {"program": "program"}, "then": "decode"}],
    });
    let file = AccessFile::parse(file.to_string().as_bytes()).expect("an access file");
    Rules {
        access: Some(Arc::new(Access::new(&file).expect("access"))),
        ..rules
    }
}

/// A configuration on any port, with short waits.
pub fn config() -> ServerConfig {
    ServerConfig {
        port: 0,
        ..ServerConfig::default()
    }
}

/// A running Codec Server, its rules, and what it recorded.
pub struct TestServer {
    /// The server.
    pub running: Running,
    /// Replaces its rules.
    pub rules: watch::Sender<Arc<Rules>>,
    records: Arc<Mutex<Vec<RequestRecord>>>,
}

impl TestServer {
    /// Starts one with [`config`].
    pub async fn start(rules: Rules) -> Self {
        Self::try_start(config(), rules).await.expect("listens")
    }

    /// Starts one.
    ///
    /// # Errors
    /// What the server says.
    pub async fn try_start(config: ServerConfig, rules: Rules) -> Result<Self, BindError> {
        let records = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&records);
        let observer: Observer =
            Arc::new(move |record| sink.lock().expect("no panic").push(record));
        let (rules, rules_seen) = watch::channel(Arc::new(rules));
        let running = CodecServer::bind(config, rules_seen, observer).await?;
        Ok(TestServer {
            running,
            rules,
            records,
        })
    }

    /// Its IPv4 address.
    pub fn address(&self) -> SocketAddr {
        self.running.addresses()[0]
    }

    /// What was recorded until now.
    pub fn records(&self) -> Vec<RequestRecord> {
        self.records.lock().expect("no panic").clone()
    }

    /// The newest record.
    pub fn last_record(&self) -> RequestRecord {
        self.records().pop().expect("a request was recorded")
    }

    /// Opens a connection.
    pub async fn connect(&self) -> Wire {
        Wire::connect(self.address()).await
    }

    /// Sends one request on a connection of its own.
    pub async fn send(&self, ask: &Ask<'_>) -> Reply {
        let mut wire = self.connect().await;
        wire.send(&ask.bytes()).await;
        wire.reply().await
    }

    /// POSTs JSON as a program does: no Origin.
    pub async fn post(&self, path: &str, body: &str) -> Reply {
        self.send(&Ask::post(path, body)).await
    }

    /// POSTs JSON as a page of [`ORIGIN`] does.
    pub async fn post_from_page(&self, path: &str, body: &str) -> Reply {
        self.send(&Ask::post(path, body).header("Origin", ORIGIN))
            .await
    }
}
