//! HTTPS: the same answers as over http, the same bounds, and handshakes that fail leave a row.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use access::{Access, AccessFile, Certificate, LocalAuthority, NewProgramToken};
use codec_server::{Beyond, BindError, Code, Https, RequestKind, Rules, ServerConfig, Timeouts};
use serde_json::json;
use support::server::{TestServer, config, rules, sample_profile};
use support::tls::certificate;
use support::wire::{Ask, EVIL, ORIGIN, PLAIN, Reply, SEALED, Wire, payloads};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

/// A Codec Server with HTTPS, and the authority that its certificate is from.
pub(crate) struct Secure {
    pub(crate) server: TestServer,
    authority: LocalAuthority,
    certificate: Certificate,
}

impl Secure {
    async fn start() -> Self {
        Self::start_with(config(), rules(sample_profile())).await
    }

    pub(crate) async fn start_with(config: ServerConfig, rules: Rules) -> Self {
        let authority = LocalAuthority::make(SystemTime::now()).expect("random");
        let certificate = issued(&authority);
        let https = Https {
            port: 0,
            tls: certificate.server_config(),
        };
        let config = ServerConfig {
            https: Some(https),
            ..config
        };
        Secure {
            server: TestServer::try_start(config, rules).await.expect("listens"),
            authority,
            certificate,
        }
    }

    async fn tcp(&self) -> TcpStream {
        let address = self.server.running.https_addresses()[0];
        TcpStream::connect(address).await.expect("listens")
    }

    async fn tls(
        &self,
        name: &str,
        trusted: &[&LocalAuthority],
        alpn: &[&[u8]],
    ) -> std::io::Result<TlsStream<TcpStream>> {
        let address = self.server.running.https_addresses()[0];
        let trusted: Vec<_> = trusted.iter().map(|one| one.certificate()).collect();
        support::tls::connect(address, name, &trusted, alpn).await
    }

    pub(crate) async fn connect(&self) -> Wire {
        let stream = self
            .tls("localhost", &[&self.authority], &[b"h2", b"http/1.1"])
            .await;
        Wire::over(stream.expect("trusted"))
    }

    pub(crate) async fn send(&self, ask: &Ask<'_>) -> Reply {
        let mut wire = self.connect().await;
        wire.send(&ask.bytes()).await;
        wire.reply().await
    }

    /// The record of a handshake, once there is one.
    async fn code(&self, n: usize) -> Option<Code> {
        for _ in 0..500 {
            if let Some(record) = self.server.records().get(n) {
                assert_eq!(record.kind, RequestKind::Handshake);
                return record.code;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        None
    }
}

fn issued(authority: &LocalAuthority) -> Certificate {
    let issued = authority.issue(SystemTime::now()).expect("random");
    Certificate::from_pem(issued.chain.as_bytes(), issued.key.as_bytes()).expect("a certificate")
}

#[tokio::test]
async fn the_same_answers_with_their_reason_phrases() {
    let secure = Secure::start().await;
    let sealed = payloads(&[SEALED]);
    let page = || Ask::post("/decode?preserveStorageRefs=true", &sealed).header("Origin", ORIGIN);
    let reply = secure.send(&page()).await;
    assert_eq!(
        (reply.status_line(), reply.body),
        ("200 OK".to_owned(), payloads(&[PLAIN]))
    );
    assert_eq!(reply.version, "HTTP/1.1", "where reason phrases exist");
    for (ask, line) in [
        (
            page().without("Origin").header("Origin", EVIL),
            "403 Origin not allowed",
        ),
        (
            page().without("Host").header("Host", "evil.test"),
            "403 Host not allowed",
        ),
        (
            page()
                .without("Content-Type")
                .header("Content-Type", "text/plain"),
            "415 Expected application/json",
        ),
        (Ask::new("GET", "/decode"), "405 Method Not Allowed"),
        (Ask::post("/download", "{}"), "404 Not Found"),
    ] {
        assert_eq!(secure.send(&ask).await.status_line(), line);
    }
    // http goes on beside it.
    assert_eq!(secure.server.send(&page()).await.body, payloads(&[PLAIN]));
    for name in ["127.0.0.1", "::1"] {
        assert!(
            secure.tls(name, &[&secure.authority], &[]).await.is_ok(),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_large_body_goes_both_ways_and_a_connection_is_kept() {
    let secure = Secure::start().await;
    let plain = payloads(&vec![PLAIN; 40_000]);
    let stream = secure.tls("localhost", &[&secure.authority], &[]).await;
    let mut wire = Wire::over(stream.expect("trusted"));
    for _ in 0..3 {
        wire.send(&Ask::post("/decode", &plain).bytes()).await;
        let reply = wire.reply().await;
        assert_eq!(reply.status, 200);
        assert!(reply.body == plain, "{} bytes", reply.body.len());
    }
}

#[tokio::test]
async fn a_failed_handshake_is_a_row_with_its_cause() {
    let secure = Secure::start().await;
    let stranger = LocalAuthority::make(SystemTime::now()).expect("random");
    assert!(secure.tls("localhost", &[&stranger], &[]).await.is_err());
    assert_eq!(secure.code(0).await, Some(Code::CertificateNotTrusted));

    let mut plain = secure.tcp().await;
    plain
        .write_all(b"POST /decode HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .await
        .expect("open");
    assert_eq!(secure.code(1).await, Some(Code::NotHttps));

    assert!(
        secure
            .tls("localhost", &[&secure.authority], &[b"h2"])
            .await
            .is_err()
    );
    assert_eq!(secure.code(2).await, Some(Code::HandshakeFailed));

    let mut broken = secure.tcp().await;
    broken.write_all(&[0x16, 0x03, 0x01]).await.expect("open");
    drop(broken);
    assert_eq!(secure.code(3).await, Some(Code::HandshakeFailed));

    // Browsers open connections in advance, and close them unused.
    drop(secure.tcp().await);
    let reply = secure.send(&Ask::post("/decode", "{}")).await;
    assert_eq!(reply.status, 200);
    assert_eq!(secure.server.records().len(), 5);
}

#[tokio::test]
async fn a_certificate_is_renewed_without_dropping_a_connection() {
    let secure = Secure::start().await;
    let before = secure
        .tls("localhost", &[&secure.authority], &[])
        .await
        .expect("trusted");
    let issued = secure.authority.issue(SystemTime::now()).expect("random");
    secure
        .certificate
        .replace(issued.chain.as_bytes(), issued.key.as_bytes())
        .expect("taken");
    let after = secure
        .tls("localhost", &[&secure.authority], &[])
        .await
        .expect("trusted");
    assert_ne!(certificate(&before), certificate(&after));
    for stream in [before, after] {
        let mut wire = Wire::over(stream);
        wire.send(&Ask::post("/decode", &payloads(&[SEALED])).bytes())
            .await;
        assert_eq!(wire.reply().await.body, payloads(&[PLAIN]));
    }
    // What is no certificate changes nothing.
    assert!(secure.certificate.replace(b"", b"").is_err());
    assert!(
        secure
            .tls("localhost", &[&secure.authority], &[])
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn an_expired_certificate_and_another_name_are_refused_by_clients() {
    let secure = Secure::start().await;
    let month = Duration::from_secs(30 * 24 * 3600);
    let old = secure
        .authority
        .issue(SystemTime::now() - month)
        .expect("random");
    secure
        .certificate
        .replace(old.chain.as_bytes(), old.key.as_bytes())
        .expect("taken");
    assert!(
        secure
            .tls("localhost", &[&secure.authority], &[])
            .await
            .is_err()
    );
    assert_eq!(secure.code(0).await, Some(Code::CertificateNotTrusted));
}

#[tokio::test]
async fn the_bounds_hold_behind_tls_too() {
    let config = ServerConfig {
        max_connections: 4,
        timeouts: Timeouts {
            head: Duration::from_millis(500),
            ..Timeouts::default()
        },
        ..config()
    };
    let secure = Secure::start_with(config, rules(sample_profile())).await;
    // Four that begin a handshake and stop, and four that finish it and stop; none keeps an honest one out.
    let mut stuck = Vec::new();
    for _ in 0..4 {
        let mut stream = secure.tcp().await;
        stream.write_all(&[0x16, 0x03, 0x01]).await.expect("open");
        stuck.push(stream);
    }
    let start = std::time::Instant::now();
    let reply = secure
        .send(&Ask::post("/decode", &payloads(&[SEALED])))
        .await;
    assert_eq!(reply.body, payloads(&[PLAIN]));
    assert!(
        start.elapsed() < Duration::from_secs(8),
        "{:?}",
        start.elapsed()
    );

    // A head that never ends.
    let stream = secure
        .tls("localhost", &[&secure.authority], &[])
        .await
        .expect("trusted");
    let mut wire = Wire::over(stream);
    wire.send(b"POST /decode HTTP/1.1\r\nHost: localhost\r\n")
        .await;
    assert!(wire.is_closed().await);
    let stream = secure
        .tls("localhost", &[&secure.authority], &[])
        .await
        .expect("trusted");
    let mut wire = Wire::over(stream);
    let endless = format!("POST /decode HTTP/1.1\r\nX: {}", "x".repeat(100 << 10));
    // The server may have closed before all of it was sent.
    let _ = wire.try_send(endless.as_bytes()).await;
    assert_eq!(wire.reply().await.status, 431);

    // One that connects and says nothing is let go.
    let mut silent = secure.tcp().await;
    let read = tokio::time::timeout(Duration::from_secs(20), silent.read(&mut [0])).await;
    assert!(matches!(read, Ok(Ok(0) | Err(_))), "{read:?}");
}

#[tokio::test]
async fn beyond_this_machine_takes_tls_and_tokens_and_names() {
    let program = NewProgramToken::make("ci").expect("random");
    let access = |rules: serde_json::Value, default: &str| {
        let file = json!({"programs": [program.entry], "rules": rules, "default": default});
        let file = AccessFile::parse(file.to_string().as_bytes()).expect("a file");
        Some(Arc::new(Access::new(&file).expect("access")))
    };
    let strict = || {
        access(
            json!([{"when": {"program": "ci"}, "then": "decode"}]),
            "refuse",
        )
    };
    let authority = LocalAuthority::make(SystemTime::now()).expect("random");
    let tls = || {
        Some(Https {
            port: 0,
            tls: issued(&authority).server_config(),
        })
    };
    let beyond = |hosts: &[&str], behind_proxy| {
        Some(Beyond {
            address: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            hosts: hosts.iter().map(|&host| host.to_owned()).collect(),
            behind_proxy,
        })
    };
    let empty = || {
        let nobody = AccessFile::parse(br#"{"default": "refuse"}"#).expect("a file");
        Some(Arc::new(Access::new(&nobody).expect("access")))
    };
    for (https, access, beyond, why) in [
        (None, strict(), beyond(&["codec.test"], false), "TLS"),
        (tls(), None, beyond(&["codec.test"], false), "--access"),
        (tls(), empty(), beyond(&["codec.test"], false), "--access"),
        (
            tls(),
            access(json!([]), "decode"),
            beyond(&["codec.test"], false),
            "without a token",
        ),
        (tls(), strict(), beyond(&[], false), "--host"),
        (None, None, beyond(&["codec.test"], true), "--access"),
    ] {
        let config = ServerConfig {
            https,
            beyond,
            ..config()
        };
        let rules = Rules {
            access,
            ..rules(sample_profile())
        };
        match TestServer::try_start(config, rules).await {
            Err(BindError::Unguarded { missing, .. }) => {
                assert!(missing.contains(why), "{missing}")
            }
            Err(other) => panic!("{other}"),
            Ok(_) => panic!("it listens without {why}"),
        }
    }

    let config = ServerConfig {
        https: tls(),
        beyond: beyond(&["codec.test"], false),
        ..config()
    };
    let rules = Rules {
        access: strict(),
        ..rules(sample_profile())
    };
    let secure = Secure {
        server: TestServer::try_start(config, rules).await.expect("listens"),
        certificate: issued(&authority),
        authority,
    };
    let bearer = format!("Bearer {}", *program.token);
    let ask = Ask::post("/decode", &payloads(&[SEALED])).without("Host");
    let named = |host: &str| ask.clone().header("Host", host);
    let reply = secure
        .send(&named("codec.test:443").header("Authorization", &bearer))
        .await;
    assert_eq!(reply.body, payloads(&[PLAIN]));
    assert_eq!(
        secure.send(&named("codec.test")).await.status_line(),
        "401 Access token missing"
    );
    assert_eq!(
        secure.send(&named("evil.test")).await.status_line(),
        "403 Host not allowed"
    );
    let plain: Vec<_> = secure
        .server
        .running
        .addresses()
        .iter()
        .map(|address| address.ip().is_loopback())
        .collect();
    assert_eq!(plain, [true, true], "http stays on this machine");
}
