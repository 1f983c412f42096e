//! Where keys come from: a file, a URL, or the discovery document of an OpenID provider. Bounded in size and in time, whatever
//! the other end does; redirects are not followed.

use std::fs::OpenOptions;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::header::{ACCEPT, HeaderValue};
use hyper::{Request, StatusCode, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use tokio::time::timeout;

use super::KeySet;
use crate::json;
use crate::jwks_problem::{KeysProblem, MAX_KEYS_BYTES};

/// Where a provider's keys are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    File(PathBuf),
    Url(Uri),
    /// The issuer whose `/.well-known/openid-configuration` says where.
    Discovery {
        issuer: String,
        document: Uri,
    },
}

/// Fetches keys within a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fetch {
    pub(crate) source: Source,
    pub(crate) within: Duration,
}

impl Fetch {
    pub(crate) async fn keys(&self) -> Result<KeySet, KeysProblem> {
        let fetched = timeout(self.within, self.at_leisure()).await;
        fetched.unwrap_or(Err(KeysProblem::TimedOut))
    }

    async fn at_leisure(&self) -> Result<KeySet, KeysProblem> {
        match &self.source {
            Source::File(path) => {
                let path = path.clone();
                let read = tokio::task::spawn_blocking(move || read(&path)).await;
                let text = read.map_err(|_| KeysProblem::File)?;
                KeySet::parse(&text?)
            }
            Source::Url(url) => KeySet::parse(&get(url).await?),
            Source::Discovery { issuer, document } => {
                let url = discovered(&get(document).await?, issuer)?;
                KeySet::parse(&get(&url).await?)
            }
        }
    }
}

/// A regular file only, also where something else took its place at this moment: a pipe would wait for its writer for ever.
fn read(path: &Path) -> Result<Vec<u8>, KeysProblem> {
    let metadata = std::fs::metadata(path).map_err(|_| KeysProblem::File)?;
    if !metadata.is_file() {
        return Err(KeysProblem::File);
    }
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
        options.custom_flags(flags.bits().cast_signed());
    }
    let file = options.open(path).map_err(|_| KeysProblem::File)?;
    if !file.metadata().is_ok_and(|metadata| metadata.is_file()) {
        return Err(KeysProblem::File);
    }
    let mut text = Vec::new();
    let read = file.take(MAX_KEYS_BYTES as u64 + 1).read_to_end(&mut text);
    read.map_err(|_: io::Error| KeysProblem::File)?;
    Ok(text)
}

/// Where the keys are, by the discovery document of that issuer (OpenID Connect Discovery 1.0 §4.3: its `issuer` is the one that
/// was asked).
pub(crate) fn discovered(document: &[u8], issuer: &str) -> Result<Uri, KeysProblem> {
    let document = json::parse(json::without_bom(document)).map_err(|_| KeysProblem::Garbage)?;
    let text = |name| document.get(name).and_then(Value::as_str);
    if text("issuer").ok_or(KeysProblem::Garbage)? != issuer {
        return Err(KeysProblem::OtherIssuer);
    }
    let url = text("jwks_uri").and_then(|url| url.parse::<Uri>().ok());
    let url = url.ok_or(KeysProblem::Garbage)?;
    match is_safe(&url) {
        true => Ok(url),
        false => Err(KeysProblem::NotHttps),
    }
}

/// Whether nobody on the way can change what is answered: https, or this machine.
pub(crate) fn is_safe(url: &Uri) -> bool {
    let host = url.host().unwrap_or_default();
    let is_here = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    match url.scheme_str() {
        Some("https") => !host.is_empty(),
        Some("http") => is_here,
        _ => false,
    }
}

async fn get(url: &Uri) -> Result<Bytes, KeysProblem> {
    let mut request = Request::new(Empty::<Bytes>::new());
    *request.uri_mut() = url.clone();
    let json = HeaderValue::from_static("application/json");
    request.headers_mut().insert(ACCEPT, json);
    let answer = client().await?.request(request).await;
    let answer = answer.map_err(|error| {
        // Its text names the other end, and nothing of a token.
        tracing::debug!(%error, "a provider's keys could not be reached");
        KeysProblem::Unreachable
    })?;
    if answer.status() != StatusCode::OK {
        return Err(KeysProblem::Status(answer.status().as_u16()));
    }
    let body = Limited::new(answer.into_body(), MAX_KEYS_BYTES);
    match body.collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => Err(KeysProblem::TooLarge),
        Err(_) => Err(KeysProblem::Unreachable),
    }
}

type HttpsClient = Client<HttpsConnector<HttpConnector>, Empty<Bytes>>;

/// One for the process, made when it is first needed: it reads the system's list of authorities.
async fn client() -> Result<HttpsClient, KeysProblem> {
    static CLIENT: OnceLock<HttpsClient> = OnceLock::new();
    if let Some(client) = CLIENT.get() {
        return Ok(client.clone());
    }
    let made = tokio::task::spawn_blocking(|| {
        let ring = Arc::new(rustls::crypto::ring::default_provider());
        let connector =
            HttpsConnectorBuilder::new().with_provider_and_native_roots((*ring).clone())?;
        let connector = connector.https_or_http().enable_http1().build();
        Ok::<_, io::Error>(Client::builder(TokioExecutor::new()).build(connector))
    });
    match made.await {
        Ok(Ok(client)) => Ok(CLIENT.get_or_init(|| client).clone()),
        Ok(Err(error)) => {
            tracing::warn!(%error, "the system has no list of certificate authorities");
            Err(KeysProblem::Unreachable)
        }
        Err(_) => Err(KeysProblem::Unreachable),
    }
}
