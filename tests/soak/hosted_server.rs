//! `temporal-codec serve` under attack as a team hosts it: HTTPS with a certificate of its own, and tokens of a provider. Keys, the
//! certificate and the provider's keys change while it serves.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use access::LocalAuthority;
use serde_json::{Value, json};
use support::cli::SAMPLE_KEYS;
use support::tls::trusting;
use support::tokens::{Signer, key_set};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsConnector;

use crate::process::Process;
use crate::token::Token;
use crate::wire::{Endpoint, ask, post};

const ISSUER: &str = "https://id.test";
/// How long a key of the provider, or a certificate, may take to come into force.
const PATIENCE: Duration = Duration::from_secs(90);
/// Between two changes: the server does not ask a provider for its keys more often.
const PAUSE: Duration = Duration::from_secs(15);

/// A provider of tokens, which serves its keys on this machine.
struct Provider {
    keys: Arc<Mutex<Vec<Signer>>>,
    url: String,
}

/// The server in its process, with the files that it was started with.
pub(crate) struct HostedServer {
    process: Process,
    endpoint: Endpoint,
    folder: TempDir,
    authority: LocalAuthority,
    provider: Provider,
    token: Arc<Token>,
    changes: Changes,
}

/// What changed while it served.
#[derive(Default)]
struct Changes {
    keys: AtomicU64,
    certificates: AtomicU64,
    provider_keys: AtomicU64,
}

impl HostedServer {
    /// Starts it, with the key that the honest clients' Payloads are sealed with.
    ///
    /// # Errors
    /// Where it is not built beside this program, or does not start.
    pub(crate) async fn start(token: Arc<Token>) -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let authority = LocalAuthority::make(SystemTime::now()).map_err(io::Error::other)?;
        let provider = Provider::start().await?;
        let file = |name: &str| folder.path().join(name);
        let write = |name: &str, text: &str| put(&file(name), text);
        write("keys.json", SAMPLE_KEYS)?;
        let access = json!({
            "providers": [{ "kind": "jwks-url", "url": provider.url, "issuer": ISSUER, "audience": "soak" }],
            "rules": [{ "name": "staff", "when": { "email_domain": "example.com" }, "then": "decode" }],
            "default": "refuse",
        });
        write("access.json", &access.to_string())?;
        issue(&authority, |name, text| write(name, text))?;
        let (process, ready) = Process::start("temporal-codec", |command| {
            command.args(["serve", "--port", "0", "--https-port", "0"]);
            for (option, name) in [
                ("--keys", "keys.json"),
                ("--access", "access.json"),
                ("--tls-cert", "cert.pem"),
                ("--tls-key", "key.pem"),
            ] {
                command.arg(option).arg(file(name));
            }
            // No keychain: a test must not reach the one of whoever runs it.
            let bus = format!("unix:path={}/no-bus", folder.path().display());
            command
                .env("HOME", folder.path())
                .env("DBUS_SESSION_BUS_ADDRESS", bus)
                .stderr(std::process::Stdio::null());
        })
        .await?;
        let tls = trusting(&[authority.certificate()], &[]);
        let endpoint = Endpoint::secure(
            https_address(&ready["listening"])?,
            TlsConnector::from(Arc::new(tls)),
        );
        let server = HostedServer {
            process,
            endpoint,
            folder,
            authority,
            provider,
            token,
            changes: Changes::default(),
        };
        server.rotate_provider(0).await?;
        Ok(server)
    }

    pub(crate) fn process(&self) -> &Process {
        &self.process
    }

    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// What changed so far, in a line.
    pub(crate) fn changed(&self) -> String {
        let n = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let changes = &self.changes;
        format!(
            "keys changed {} times, the certificate {} times, the provider's key {} times",
            n(&changes.keys),
            n(&changes.certificates),
            n(&changes.provider_keys)
        )
    }

    /// Changes one thing after the other until the run ends.
    pub(crate) async fn change(&self, going: &AtomicBool) {
        let mut n = 0_u64;
        while going.load(Ordering::Relaxed) {
            n += 1;
            let changed = match n % 3 {
                0 => self.rotate_provider(n).await,
                1 => self.change_keys(n),
                _ => self.renew_certificate(),
            };
            if let Err(error) = changed {
                eprintln!("soak: {error}");
            }
            let until = Instant::now() + PAUSE;
            while going.load(Ordering::Relaxed) && Instant::now() < until {
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
    }

    /// One more key, or one less; the one that is in use stays.
    fn change_keys(&self, n: u64) -> io::Result<()> {
        let mut keys: Vec<Value> = serde_json::from_str(SAMPLE_KEYS)?;
        if n.is_multiple_of(2) {
            let material = "000102030405060708090a0b0c0d0e0f";
            keys.push(json!({ "id": format!("soak-{n}"), "material": material, "format": "hex" }));
        }
        self.put("keys.json", &Value::from(keys).to_string())?;
        self.hang_up()?;
        count(&self.changes.keys);
        Ok(())
    }

    fn renew_certificate(&self) -> io::Result<()> {
        issue(&self.authority, |name, text| self.put(name, text))?;
        self.hang_up()?;
        count(&self.changes.certificates);
        Ok(())
    }

    /// A new key for tokens, beside the one of before, until the server takes it; then clients show tokens of the new one.
    async fn rotate_provider(&self, n: u64) -> io::Result<()> {
        let signer = Signer::new("ES256", &format!("key-{n}"));
        let expires = SystemTime::now() + Duration::from_secs(3600);
        let expires = expires
            .duration_since(UNIX_EPOCH)
            .map_err(io::Error::other)?;
        let claims = json!({ "iss": ISSUER, "aud": "soak", "sub": "ann", "email": "ann@example.com", "exp": expires.as_secs() });
        let token = signer.token(&claims);
        {
            let mut keys = self.provider.keys.lock().expect("no panic");
            keys.push(signer);
            let n_old = keys.len().saturating_sub(2);
            keys.drain(..n_old);
        }
        let authorization = format!("Bearer {token}");
        let headers = [("Authorization", authorization.as_str())];
        let request = post("/decode", &headers, b"{\"payloads\":[]}");
        let start = Instant::now();
        loop {
            let answer = ask(&self.endpoint, &mut None, &request).await?;
            if answer.status == 200 {
                break;
            }
            if start.elapsed() > PATIENCE {
                let text = format!("the provider's new key is not taken: {}", answer.status);
                return Err(io::Error::other(text));
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        self.token.set(token);
        count(&self.changes.provider_keys);
        Ok(())
    }

    fn put(&self, name: &str, text: &str) -> io::Result<()> {
        put(&self.folder.path().join(name), text)
    }

    /// Has it read its files again.
    fn hang_up(&self) -> io::Result<()> {
        let id = self.process.id().to_string();
        let status = std::process::Command::new("kill")
            .args(["-HUP", &id])
            .status()?;
        match status.success() {
            true => Ok(()),
            false => Err(io::Error::other("it takes no signal")),
        }
    }
}

fn count(what: &AtomicU64) {
    what.fetch_add(1, Ordering::Relaxed);
}

fn put(path: &Path, text: &str) -> io::Result<()> {
    app::write_atomically(path, text.as_bytes())
}

/// A new certificate and its key.
fn issue(
    authority: &LocalAuthority,
    mut write: impl FnMut(&str, &str) -> io::Result<()>,
) -> io::Result<()> {
    let issued = authority
        .issue(SystemTime::now())
        .map_err(io::Error::other)?;
    write("cert.pem", &issued.chain)?;
    write("key.pem", &issued.key)
}

fn https_address(listening: &Value) -> io::Result<SocketAddr> {
    let urls = listening.as_array().into_iter().flatten();
    let mut ports = urls.filter_map(|url| {
        let rest = url.as_str()?.strip_prefix("https://127.0.0.1:")?;
        rest.parse().ok()
    });
    let port: u16 = ports.next().ok_or_else(|| io::Error::other("no HTTPS"))?;
    Ok((Ipv4Addr::LOCALHOST, port).into())
}

impl Provider {
    async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let url = format!("http://{}/keys", listener.local_addr()?);
        let keys = Arc::new(Mutex::new(Vec::new()));
        let served = keys.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let served = served.clone();
                tokio::spawn(async move {
                    // What is asked for is always the same.
                    let _ = stream.read(&mut [0; 4096]).await;
                    let body = {
                        let keys: std::sync::MutexGuard<'_, Vec<Signer>> =
                            served.lock().expect("no panic");
                        key_set(&keys.iter().collect::<Vec<_>>()).to_string()
                    };
                    let head = format!(
                        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                        body.len()
                    );
                    // The server asks again where this does not reach it.
                    let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
                });
            }
        });
        Ok(Provider { keys, url })
    }
}
