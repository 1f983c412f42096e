//! The whole way of a request, really gone over a socket: a page's preflight, a Payload that is encoded here and decoded there, as a
//! page and as a program, with a token where there is one, and the same over HTTPS.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use hyper::header::{
    ACCEPT, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, AUTHORIZATION, CONTENT_TYPE,
    HeaderValue, ORIGIN,
};
use hyper::{Method, Request, StatusCode};
use serde::Deserialize;
use temporal_payload::{
    METADATA_ENCODING, Payload, Payloads, shown, shown_name, write_payloads_json,
};
use tokio_rustls::rustls::ClientConfig;
use zeroize::Zeroizing;

use super::view::{FindingState, SelfTestStep};
use crate::error::AppError;
use crate::own_client::{self, Answered};

/// Characters of a server's own words.
const MAX_WORDS: usize = 300;

/// What the Web UI asks for in a preflight (source: temporalio/ui, which adds the last one where tokens are passed).
const ASKED_FOR: &str = "content-type,x-namespace,authorization";

/// Why nothing is encoded for a Codec Server of another process.
pub(super) const NO_KEY_HERE: &str = "This program reads no key for it.";

/// Why no page is tried.
pub(super) const NO_ORIGIN: &str = "No origin is allowed.";

/// What a self-test takes.
pub(super) struct Setup {
    pub(super) http: SocketAddr,
    /// Where HTTPS is served, and whom to trust there.
    pub(super) https: Option<(SocketAddr, Result<Arc<ClientConfig>, AppError>)>,
    /// One that is allowed, or why none is known.
    pub(super) origin: Result<String, &'static str>,
    /// What is sent; `None` where it is not encoded, and why.
    pub(super) encoded: Result<Payload, String>,
    /// Whether access rules are in force.
    pub(super) has_rules: bool,
    /// Of a program, to be tried.
    pub(super) token: Zeroizing<String>,
}

/// A value without meaning, as SDKs write it.
pub(super) fn value() -> Payload {
    Payload {
        metadata: [(METADATA_ENCODING.to_owned(), b"json/plain".to_vec())].into(),
        data: Bytes::from_static(br#""self-test""#),
        external_payloads: Vec::new(),
    }
}

/// Goes the whole way. A step that fails does not keep the next one from being taken.
pub(super) async fn run(setup: &Setup) -> Vec<SelfTestStep> {
    let mut steps = vec![timed("Connect over http", health(setup.http, None)).await];
    steps.extend(setup.encoded.as_ref().err().map(|why| {
        untaken(
            "Encode a Payload",
            &format!("{why} The Payload that is sent is not encoded."),
        )
    }));
    match &setup.origin {
        Err(why) => steps.push(untaken("Preflight of a page", why)),
        Ok(origin) => {
            let name = format!("Preflight of {origin}");
            steps.push(timed(&name, preflight(setup.http, origin)).await);
            let name = format!("Decode for {origin}");
            let page = Way::http(setup).of_page(origin);
            steps.push(timed(&name, decode(setup, page)).await);
        }
    }
    let program = Way::http(setup);
    steps.push(timed("Decode for a program", decode(setup, program)).await);
    match setup.token.is_empty() {
        false => {
            let program = Way::http(setup).with_token();
            steps.push(
                timed(
                    "Decode for a program with its token",
                    decode(setup, program),
                )
                .await,
            );
        }
        true if setup.has_rules => steps.push(untaken(
            "Decode for a program with its token",
            "No token was given.",
        )),
        true => {}
    }
    match &setup.https {
        None => {}
        Some((_, Err(problem))) => steps.push(SelfTestStep {
            state: FindingState::Bad,
            ..untaken("Connect over HTTPS", &problem.message)
        }),
        Some((address, Ok(config))) => {
            let tls = Some(Arc::clone(config));
            steps.push(timed("Connect over HTTPS", health(*address, tls.clone())).await);
            let way = Way {
                address: *address,
                tls,
                ..Way::http(setup)
            };
            let way = match &setup.origin {
                Ok(origin) => way.of_page(origin),
                Err(_) => way,
            };
            let way = match setup.token.is_empty() {
                true => way,
                false => way.without_origin().with_token(),
            };
            steps.push(timed("Decode over HTTPS", decode(setup, way)).await);
        }
    }
    steps
}

/// How one request goes.
struct Way<'a> {
    address: SocketAddr,
    tls: Option<Arc<ClientConfig>>,
    origin: Option<&'a str>,
    has_token: bool,
}

impl<'a> Way<'a> {
    fn http(setup: &Setup) -> Self {
        Way {
            address: setup.http,
            tls: None,
            origin: None,
            has_token: false,
        }
    }

    fn of_page(self, origin: &'a str) -> Self {
        Way {
            origin: Some(origin),
            ..self
        }
    }

    fn without_origin(self) -> Self {
        Way {
            origin: None,
            ..self
        }
    }

    fn with_token(self) -> Self {
        Way {
            has_token: true,
            ..self
        }
    }
}

/// How a step ended, and why.
type Ended = (FindingState, String);

async fn timed(name: &str, step: impl Future<Output = Ended>) -> SelfTestStep {
    let start = Instant::now();
    let (state, why) = step.await;
    let took = start.elapsed().as_micros();
    SelfTestStep {
        name: name.to_owned(),
        state,
        took_us: Some(u64::try_from(took).unwrap_or(u64::MAX)),
        why,
    }
}

fn untaken(name: &str, why: &str) -> SelfTestStep {
    SelfTestStep {
        name: name.to_owned(),
        state: FindingState::Unknown,
        took_us: None,
        why: why.to_owned(),
    }
}

async fn health(address: SocketAddr, tls: Option<Arc<ClientConfig>>) -> Ended {
    let mut request = Request::new(Bytes::new());
    *request.uri_mut() = hyper::Uri::from_static("/health");
    match own_client::ask(address, tls, request).await {
        Err(error) => bad(format!("Not connected: {error}.")),
        Ok(answered) if answered.body.starts_with(b"{\"status\":") => {
            good("The Codec Server answered.")
        }
        Ok(answered) => bad(format!(
            "Something other than the Codec Server answered: {}.",
            said(&answered)
        )),
    }
}

async fn preflight(address: SocketAddr, origin: &str) -> Ended {
    let mut request = Request::new(Bytes::new());
    *request.method_mut() = Method::OPTIONS;
    *request.uri_mut() = hyper::Uri::from_static("/decode");
    let headers = request.headers_mut();
    headers.insert(
        ACCESS_CONTROL_REQUEST_METHOD,
        HeaderValue::from_static("POST"),
    );
    headers.insert(
        ACCESS_CONTROL_REQUEST_HEADERS,
        HeaderValue::from_static(ASKED_FOR),
    );
    let Ok(value) = HeaderValue::from_str(origin) else {
        return bad("The origin cannot be sent.".to_owned());
    };
    headers.insert(ORIGIN, value.clone());
    let answered = match own_client::ask(address, None, request).await {
        Ok(answered) => answered,
        Err(error) => return bad(format!("Not answered: {error}.")),
    };
    let allowed = answered.headers.get(ACCESS_CONTROL_ALLOW_HEADERS);
    let allowed = allowed
        .and_then(|allowed| allowed.to_str().ok())
        .unwrap_or_default();
    let allowed: Vec<&str> = allowed.split(',').map(str::trim).collect();
    let is_allowed = answered.status.is_success()
        && answered.headers.get(ACCESS_CONTROL_ALLOW_ORIGIN) == Some(&value)
        && ASKED_FOR.split(',').all(|asked| {
            let mut allowed = allowed.iter();
            allowed.any(|allowed| allowed.eq_ignore_ascii_case(asked))
        });
    match is_allowed {
        true => good("A browser may send requests for this page."),
        false => bad(format!("It was not allowed: {}.", said(&answered))),
    }
}

/// An error, as the Codec Server says it to whoever asks for JSON.
#[derive(Deserialize)]
struct Refusal {
    code: String,
    message: String,
}

async fn decode(setup: &Setup, way: Way<'_>) -> Ended {
    let sent = setup.encoded.clone().unwrap_or_else(|_| value());
    let mut body = Vec::new();
    write_payloads_json(std::slice::from_ref(&sent), &mut body);
    let mut request = Request::new(Bytes::from(body));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = hyper::Uri::from_static("/decode");
    let headers = request.headers_mut();
    let json = HeaderValue::from_static("application/json");
    headers.insert(CONTENT_TYPE, json.clone());
    headers.insert(ACCEPT, json);
    if let Some(origin) = way.origin {
        let Ok(origin) = HeaderValue::from_str(origin) else {
            return bad("The origin cannot be sent.".to_owned());
        };
        headers.insert(ORIGIN, origin);
    }
    if way.has_token {
        let token = Zeroizing::new(format!("Bearer {}", *setup.token));
        let Ok(mut token) = HeaderValue::from_str(&token) else {
            return bad(
                "What was given is no token: it has characters that no header may have.".to_owned(),
            );
        };
        token.set_sensitive(true);
        headers.insert(AUTHORIZATION, token);
    }
    let answered = match own_client::ask(way.address, way.tls, request).await {
        Ok(answered) => answered,
        Err(error) => return bad(format!("Not answered: {error}.")),
    };
    if answered.status != StatusCode::OK {
        let (state, why) = not_served(way_words(way.has_token), &answered);
        // Whoever answers may repeat what it was sent.
        return (state, without(why, &setup.token));
    }
    let came = Payloads::from_json(&answered.body).map(|came| came.payloads);
    match came.as_deref() {
        Ok([came]) if *came == value() && setup.encoded.is_ok() => {
            good("A Payload went there encoded and came back decoded.")
        }
        Ok([came]) if *came == value() => good("A Payload went there and came back as it was."),
        Ok([came]) if *came == sent && setup.has_rules => (
            FindingState::Warning,
            "The Payload came back as it was sent; a rule in Access may say so.".to_owned(),
        ),
        Ok([came]) if *came == sent => bad("The Payload came back as it was sent.".to_owned()),
        Ok(_) | Err(_) => bad("What came back is not the Payload that was sent.".to_owned()),
    }
}

fn way_words(has_token: bool) -> &'static str {
    match has_token {
        true => "with this token",
        false => "without a token",
    }
}

fn without(text: String, token: &str) -> String {
    match token.is_empty() {
        true => text,
        false => text.replace(token, "••••"),
    }
}

/// What a refusal says of the set-up.
fn not_served(how: &str, answered: &Answered) -> Ended {
    let refusal: Option<Refusal> = serde_json::from_slice(&answered.body).ok();
    let Some(Refusal { code, message }) = refusal else {
        return bad(format!("It was refused: {}.", said(answered)));
    };
    let message = crate::hints::sentence(&shown(&message, MAX_WORDS));
    match code.as_str() {
        "TOKEN_MISSING" => good(&format!("It is refused {how}, as access rules say.")),
        "ACCESS_REFUSED" => (
            FindingState::Warning,
            format!("A rule in Access refuses it {how}: {message}"),
        ),
        "CONSENT_NOT_GIVEN" => (
            FindingState::Unknown,
            "Consent is asked for, and this test is nobody’s: a client would wait for your answer."
                .to_owned(),
        ),
        "NAMESPACE_UNKNOWN" => (
            FindingState::Unknown,
            "It names no Namespace, and Namespaces without a profile are refused.".to_owned(),
        ),
        _ => bad(format!("It was refused {how}: {message}")),
    }
}

/// Status and reason phrase, which are a server's own words.
fn said(answered: &Answered) -> String {
    shown_name(&format!("{} {}", answered.status.as_u16(), answered.phrase))
}

fn good(why: &str) -> Ended {
    (FindingState::Good, why.to_owned())
}

fn bad(why: String) -> Ended {
    (FindingState::Bad, why)
}
