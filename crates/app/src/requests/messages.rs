//! What a request's record says in words: its row, its reasons, its layers.

use codec_server::{Client, Code, Layers, Operation, RequestKind, RequestRecord};
use jiff::{Timestamp, Unit};

use crate::hints;
use crate::payload;
use crate::requests::view::{LayersView, ProcessView, RequestReason, RequestView, Tone};

/// A record as a row.
pub(super) fn row(id: u64, record: &RequestRecord) -> RequestView {
    let (result, tone) = result(record);
    RequestView {
        id,
        time: time(record),
        operation: record.kind.as_str().to_owned(),
        namespace: record
            .namespace
            .as_ref()
            .map(|namespace| namespace.as_str().to_owned()),
        origin: record.origin.clone(),
        client: client(record.client).to_owned(),
        process: record.process.get().map(|process| ProcessView {
            name: process.name.clone(),
            pid: process.pid,
        }),
        who: record.who.clone(),
        access_rule: record.access_rule.clone(),
        n_payloads: saturate(record.payloads.total),
        status: record.status,
        result,
        searched: searched(record),
        tone,
        keys: record
            .keys
            .iter()
            .map(|id| id.as_str().to_owned())
            .collect(),
        duration_us: u64::try_from(record.duration.as_micros()).unwrap_or(u64::MAX),
        replay_of: record.replay_of,
        from_cache: record.from_cache,
    }
}

/// Why Payloads, or the request, did not go through.
pub(super) fn reasons(record: &RequestRecord) -> Vec<RequestReason> {
    let mut reasons: Vec<RequestReason> = Vec::new();
    for failure in &record.failures {
        let missing_key = failure.missing_key.as_ref().map(|id| id.as_str());
        // However many Payloads wait for a key, it is one that is missing.
        let same = reasons.iter_mut().find(|reason| {
            missing_key.is_some()
                && reason.missing_key.as_deref() == missing_key
                && reason.code == failure.code.as_str()
        });
        if let Some(same) = same {
            same.n_payloads += 1;
            continue;
        }
        reasons.push(RequestReason {
            // A pause is no fault of any one of them.
            payload: (failure.code != Code::Paused).then(|| saturate(failure.index)),
            n_payloads: 1,
            code: failure.code.as_str().to_owned(),
            message: failure.message.clone(),
            hint: hints::of_code(failure.code).to_owned(),
            compare_fingerprints: hints::says_to_compare(failure.code),
            missing_key: missing_key.map(str::to_owned),
        });
    }
    // Not every failure is kept; where all that are have one reason, so have the others.
    if let [only] = reasons.as_mut_slice()
        && only.n_payloads > 1
    {
        only.n_payloads = saturate(record.payloads.failed).max(only.n_payloads);
    }
    // A request that failed for one of its Payloads has that Payload's reason already.
    if let (Some(code), true) = (record.code, reasons.is_empty()) {
        reasons.push(RequestReason {
            payload: None,
            n_payloads: 0,
            code: code.as_str().to_owned(),
            message: record.message.clone().unwrap_or_default(),
            hint: hints::of_code(code).to_owned(),
            compare_fingerprints: hints::says_to_compare(code),
            missing_key: None,
        });
    }
    reasons
}

/// Shapes of Payloads, the most frequent first.
pub(super) fn layers(record: &RequestRecord) -> Vec<LayersView> {
    let mut shapes: Vec<_> = record.layers.iter().map(shape).collect();
    shapes.sort_by_key(|shape| std::cmp::Reverse(shape.count));
    shapes
}

fn shape(shape: &Layers) -> LayersView {
    let steps = shape.steps.iter().map(|(codec, key)| match key {
        Some(id) => format!("encrypted · {}", payload::shown(id)),
        None => codec.to_string(),
    });
    let left = match &shape.stopped_at {
        Some(id) => format!("encrypted · {}", payload::shown(id)),
        None if shape.left.is_empty() => "no encoding".to_owned(),
        None => shape.left.clone(),
    };
    LayersView {
        layers: steps.chain([left]).collect(),
        count: saturate(shape.count),
        stopped: shape.stopped_at.is_some(),
    }
}

fn result(record: &RequestRecord) -> (String, Tone) {
    let counts = record.payloads;
    match (record.code, record.kind) {
        (Some(code), _) => (short(code).to_owned(), Tone::Error),
        (None, RequestKind::Preflight) => ("Allowed".to_owned(), Tone::Ok),
        (None, _) if counts.failed > 0 => (why_not_decoded(record), Tone::Warning),
        (None, kind) if counts.total > 0 && counts.passed_through == counts.total => {
            match unread_encoding(record)
                .filter(|_| kind == RequestKind::Operation(Operation::Decode))
            {
                Some(encoding) => (
                    format!("Encoding {encoding}: no format in use reads it"),
                    Tone::Warning,
                ),
                None if record.n_as_json > 0 => ("Messages as JSON".to_owned(), Tone::Ok),
                None => ("Passed through".to_owned(), Tone::Ok),
            }
        }
        (None, _) if counts.encoded > 0 => ("Encoded".to_owned(), Tone::Ok),
        (None, _) if counts.decoded > 0 => ("Decoded".to_owned(), Tone::Ok),
        (None, _) => ("OK".to_owned(), Tone::Ok),
    }
}

/// An encoding that no SDK writes, of what came back as it was sent.
fn unread_encoding(record: &RequestRecord) -> Option<&str> {
    let mut encodings = record.encodings.iter().map(String::as_str);
    encodings.find(|encoding| {
        !encoding.is_empty() && *encoding != REFERENCE && !payload::SDKS.contains(encoding)
    })
}

/// The encoding of a reference to external storage, which is no failure to decode.
const REFERENCE: &str = "json/external-storage-reference";

/// The reason itself, with how many Payloads have it where there are others; the most frequent one first.
fn why_not_decoded(record: &RequestRecord) -> String {
    let counts = record.payloads;
    let mut codes: Vec<(Code, usize)> = Vec::new();
    for failure in &record.failures {
        match codes.iter_mut().find(|(code, _)| *code == failure.code) {
            Some((_, count)) => *count += 1,
            None => codes.push((failure.code, 1)),
        }
    }
    codes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let how_many = format!("{} of {}", counts.failed, counts.total);
    match codes.as_slice() {
        [] => format!("Not decoded: {how_many}"),
        [(code, _)] if counts.total == 1 => short(*code).to_owned(),
        [(code, _)] => format!("{}: {how_many}", short(*code)),
        [(code, _), others @ ..] => {
            let reasons = match others.len() {
                1 => "1 other reason".to_owned(),
                more => format!("{more} other reasons"),
            };
            format!("{} and {reasons}: {how_many}", short(*code))
        }
    }
}

/// What the detail of a request shows beside its row, for a search through the list.
fn searched(record: &RequestRecord) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut add = |word: String| {
        if !word.is_empty() && !words.contains(&word) {
            words.push(word);
        }
    };
    for reason in reasons(record) {
        add(reason.code);
        add(reason.message);
        add(reason.missing_key.unwrap_or_default());
    }
    record.encodings.iter().cloned().for_each(&mut add);
    layers(record)
        .into_iter()
        .flat_map(|shape| shape.layers)
        .for_each(&mut add);
    add(record.profile.as_deref().unwrap_or_default().to_owned());
    add(record.access_rule.clone().unwrap_or_default());
    add(if record.from_cache { "cached" } else { "" }.to_owned());
    add(record
        .process
        .get()
        .map_or_else(String::new, |process| process.to_string()));
    words.join(" ")
}

fn short(code: Code) -> &'static str {
    match code {
        Code::NotFound => "Path not found",
        Code::DownloadUnsupported => "No external storage",
        Code::MethodNotAllowed => "Only POST",
        Code::HostNotAllowed => "Host not allowed",
        Code::OriginNotAllowed => "Origin not allowed",
        Code::ConsentNotGiven => "Waited for consent",
        Code::ConsentDenied => "Denied by the user",
        Code::CertificateNotTrusted => "Certificate not trusted",
        Code::NotHttps => "Not https",
        Code::HandshakeFailed => "TLS handshake failed",
        // The refusal's own words are in the reason.
        Code::Access("ACCESS_REFUSED" | "ACCESS_ENCODE_REFUSED") => "Refused by a rule",
        Code::Access("TOKEN_MISSING") => "Access token missing",
        Code::Access(_) => "Access token refused",
        Code::UnsupportedContentType => "Content type not JSON",
        Code::UnsupportedContentEncoding => "Body compressed",
        Code::BodyTooLarge => "Body too large",
        Code::BodyIncomplete => "Body incomplete",
        Code::BodyTooSlow => "Body took too long",
        Code::MalformedPayloads => "Not Payloads JSON",
        Code::NamespaceUnknown => "No codec for the Namespace",
        Code::KeyNotFound => "Key not found",
        Code::KeyRetired => "Key retired",
        Code::KeyNotForNamespace => "Key not used in the Namespace",
        Code::KeyNotUsed => "Key not used here",
        Code::KeychainUnavailable => "Keychain not available",
        Code::DataKeyUnavailable => "Data key not unwrapped",
        Code::Locked => "Codec Server locked",
        Code::PayloadDamaged => "Payload damaged",
        Code::Unauthentic => "Wrong key or damaged",
        Code::KeyUnfit => "Key does not fit",
        Code::MetadataMissing => "Metadata missing",
        Code::ContextMissing => "Needs the Workflow’s context",
        Code::InflatesTooFar => "Decompresses past the limit",
        Code::WorkLimit => "Past the work limit",
        Code::Busy => "Codec Server busy",
        Code::NoEncodeKey => "No key to encode with",
        Code::Paused => "Codec Server paused",
        Code::PanicLocked => "Panic lock",
        Code::Internal => "Codec Server error",
    }
}

fn client(client: Client) -> &'static str {
    match client {
        Client::Browser => "Browser",
        Client::Go => "Temporal CLI or Go program",
        Client::Curl => "curl",
        Client::This => "This app",
        Client::Other => "Other program",
    }
}

/// RFC 3339 in UTC, to the millisecond.
fn time(record: &RequestRecord) -> String {
    Timestamp::try_from(record.started)
        .and_then(|time| time.round(Unit::Millisecond))
        .map(|time| time.to_string())
        .unwrap_or_default()
}

pub(super) fn saturate(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
