//! Requests made of their parts, to the whole Codec Server without a socket: nothing fails inside of it, and neither a foreign host
//! nor a page that is not listed is served.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use arbitrary::{Result, Unstructured};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode};
use codec_server::{
    AllowedOrigins, CodecDirectory, EncodeRule, NamespacePattern, Pause, Profile, ProgramHosts,
    Rules, ServerConfig, ServerState, Undecodable, service,
};
use temporal_payload::Payloads;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tower::ServiceExt as _;

use super::payloads::chain;

/// Answers of one request are far below this.
const ANSWER: usize = 64 << 20;

struct Server {
    runtime: Runtime,
    router: Router,
    _rules: watch::Sender<Arc<Rules>>,
}

static SERVER: LazyLock<Server> = LazyLock::new(|| {
    let profile = Profile {
        chain: chain(),
        undecodable: Undecodable::default(),
        encode: EncodeRule::default(),
        messages: None,
    };
    let rules = Rules {
        program_hosts: ProgramHosts::parse(["host.docker.internal"]).expect("a host"),
        origins: AllowedOrigins::parse(["http://localhost:8233", "https://cloud.temporal.io"])
            .expect("both are origins"),
        directory: CodecDirectory::new(profile, BTreeMap::new()),
        access: None,
        programs: None,
        consent: None,
        shut: None,
        awaits_passphrase: false,
        max_body_bytes: 1 << 16,
        pause: Pause::default(),
        keys_for_cache: None,
    };
    let (sender, rules) = watch::channel(Arc::new(rules));
    let state = ServerState::new(ServerConfig::default(), rules, Arc::new(|_| ()));
    Server {
        runtime: tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime"),
        router: Router::new().fallback_service(service(state)),
        _rules: sender,
    }
});

/// A request of such parts.
pub fn request(data: &[u8]) {
    let mut u = Unstructured::new(data);
    if let Ok(Some(made)) = made(&mut u) {
        answered(made);
    }
    if let Ok(text) = std::str::from_utf8(data) {
        // A pattern that can be read matches or not, whatever it is.
        let _ = NamespacePattern::new(text);
        let _ = AllowedOrigins::parse([text]);
        // A host that can be allowed stays the same when it is read again.
        if let Ok(hosts) = ProgramHosts::parse([text]) {
            assert_eq!(ProgramHosts::parse(hosts.iter()), Ok(hosts));
        }
    }
}

struct Made {
    request: Request<Body>,
    /// Its host or its origin is one that is never served.
    is_foreign: bool,
    decodes: bool,
    n_payloads: Option<usize>,
}

fn answered(made: Made) {
    let server = &*SERVER;
    let (status, body) = server.runtime.block_on(async {
        let answer = server.router.clone().oneshot(made.request).await;
        let answer = answer.unwrap_or_else(|never| match never {});
        let status = answer.status();
        let body = to_bytes(answer.into_body(), ANSWER).await.expect("a body");
        (status, body)
    });
    assert_ne!(
        status,
        StatusCode::INTERNAL_SERVER_ERROR,
        "nothing fails inside"
    );
    if made.is_foreign {
        assert_eq!(status, StatusCode::FORBIDDEN, "foreigners are not served");
    }
    if status == StatusCode::OK && made.decodes {
        let answer = Payloads::from_json(&body).expect("Payloads");
        assert_eq!(
            Some(answer.payloads.len()),
            made.n_payloads,
            "as many Payloads as were sent"
        );
    }
}

fn made(u: &mut Unstructured<'_>) -> Result<Option<Made>> {
    let method = u
        .choose(&[
            Method::POST,
            Method::POST,
            Method::OPTIONS,
            Method::GET,
            Method::HEAD,
        ])?
        .clone();
    let mut path = String::new();
    for _ in 0..u.int_in_range(0..=3)? {
        path.push('/');
        path.push_str(u.choose(&[
            "ns", "a.b", "%2F", "%zz", "..", "", "decode", "\u{e4}", "%00", "%ff",
        ])?);
    }
    let operation = *u.choose(&[
        "/decode",
        "/decode",
        "/encode",
        "/download",
        "/decode/",
        "?",
        "",
    ])?;
    path.push_str(operation);
    if u.ratio(1, 8)? {
        path.push_str(&u.arbitrary::<String>()?);
    }
    if !path.starts_with('/') {
        path.insert(0, '/');
    }
    let mut builder = Request::builder().method(method.clone()).uri(&path);

    let (host, bad_host) = *u.choose(&[
        ("localhost", false),
        ("127.0.0.1:8081", false),
        ("[::1]:8081", false),
        ("host.docker.internal:8081", false),
        ("evil.test", true),
        ("localhost.evil.test", true),
        ("127.0.0.1.evil.test:80", true),
        ("127.0.0.1@evil.test", true),
        ("[::1].evil.test", true),
        ("", true),
    ])?;
    builder = builder.header("host", host);
    let (origin, bad_origin) = *u.choose(&[
        (None, false),
        (Some("http://localhost:8233"), false),
        (Some("https://cloud.temporal.io"), false),
        (Some("http://localhost:82330"), true),
        (Some("https://cloud.temporal.io.evil.test"), true),
        (Some("null"), true),
        (Some("https://evil.test"), true),
    ])?;
    if let Some(origin) = origin {
        builder = builder.header("origin", origin);
    }
    for _ in 0..u.int_in_range(0..=4)? {
        let name = *u.choose(&[
            "content-type",
            "content-encoding",
            "accept",
            "x-namespace",
            "authorization",
            "access-control-request-method",
            "access-control-request-headers",
            "access-control-request-private-network",
            "user-agent",
            "sec-fetch-site",
        ])?;
        builder = match u.ratio(1, 3)? {
            true => builder.header(name, u.arbitrary::<&[u8]>()?),
            false => builder.header(
                name,
                *u.choose(&[
                    "application/json",
                    "gzip",
                    "POST",
                    "ns.acct",
                    "Bearer x",
                    "*/*",
                    "",
                ])?,
            ),
        };
    }
    if u.ratio(7, 8)? {
        builder = builder.header("content-type", "application/json");
    }
    let (body, n_payloads) = match u.ratio(1, 4)? {
        true => (u.bytes(u.len())?.to_vec(), None),
        false => {
            let n = u.int_in_range(0..=4)?;
            let mut list = Vec::new();
            for _ in 0..n {
                let encoding = *u.choose(&["json/plain", "binary/encrypted", "binary/zlib", ""])?;
                list.push(super::payload(encoding, u.arbitrary()?).to_json());
            }
            (
                format!("{{\"payloads\":[{}]}}", list.join(",")).into_bytes(),
                Some(n),
            )
        }
    };
    // Raw bytes may be Payloads as well.
    let n_payloads = n_payloads.or_else(|| {
        Payloads::from_json(&body)
            .ok()
            .map(|all| all.payloads.len())
    });
    let decodes = method == Method::POST;
    Ok(builder.body(Body::from(body)).ok().map(|request| Made {
        request,
        // Allowed to programs alone.
        is_foreign: bad_host || bad_origin || (host.contains("docker") && origin.is_some()),
        decodes,
        n_payloads,
    }))
}
