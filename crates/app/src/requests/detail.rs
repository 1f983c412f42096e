//! One request in full, for whoever looks for a fault in it.

use std::fmt::Write as _;

use codec_server::{Operation, RequestKind, RequestRecord};
use temporal_payload::json_text;

use super::captures::Kept as Captured;
use super::refused_host::host_to_allow;
use super::ring::Kept;
use super::view::RequestIdRequest;
use super::{RequestLog, messages, replay};
use crate::error::AppError;
use crate::hints::quoted;
use crate::payload::ContentText;
use crate::requests::view::{BodyView, CapturedView, HeaderView, RequestDetailView, TimingView};

/// Bytes of a body that are shown.
const SHOWN: usize = 256 << 10;
/// Bytes of a body that a copied command may carry.
const IN_COMMAND: usize = 64 << 10;

/// Headers that `curl` sets itself, or that say nothing to the server.
const NOT_COPIED: [&str; 14] = [
    "host",
    "connection",
    "content-length",
    "transfer-encoding",
    "user-agent",
    "accept",
    "accept-encoding",
    "accept-language",
    "referer",
    "cache-control",
    "pragma",
    "priority",
    "dnt",
    "content-type",
];

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl RequestLog {
    /// See the command table.
    ///
    /// # Errors
    /// [`crate::Code::RequestGone`].
    pub fn request_detail(&self, request: RequestIdRequest) -> Result<RequestDetailView, AppError> {
        let kept = self.kept_request(request.id)?;
        let captured = self.recorder.captures().get(kept.place);
        let endpoint = self.server.endpoint();
        let no_replay = replay::no_replay(self.recorder.captures(), captured.as_deref());
        Ok(detail(&kept, captured.as_deref(), &endpoint, no_replay))
    }
}

fn detail(
    kept: &Kept,
    captured: Option<&Captured>,
    endpoint: &str,
    no_replay: Option<AppError>,
) -> RequestDetailView {
    let record = &kept.record;
    let counts = record.payloads;
    RequestDetailView {
        request: kept.row(),
        method: record.method.to_owned(),
        profile: record.profile.as_deref().map(str::to_owned),
        n_changed: messages::saturate(counts.decoded + counts.encoded),
        n_as_json: messages::saturate(record.n_as_json),
        n_failed: messages::saturate(counts.failed),
        reasons: messages::reasons(record),
        allow_host: host_to_allow(record),
        encodings: record.encodings.iter().cloned().collect(),
        layers: messages::layers(record),
        headers: record
            .headers
            .iter()
            .map(|header| HeaderView {
                name: header.name.to_owned(),
                value: header.value.to_owned(),
                masked: header.masked,
            })
            .collect(),
        timing: timing(record),
        bytes_in: record.bytes_in,
        bytes_out: record.bytes_out,
        curl: curl(record, captured, endpoint).map(ContentText::from),
        capture: captured.map(|captured| CapturedView {
            sent: body(captured.request.body()),
            answered: body(captured.answer.as_ref().map(|answer| answer.as_slice())),
        }),
        no_replay,
        comparison: kept.comparison.clone(),
    }
}

/// Each stretch from the one before; they add up to the whole.
fn timing(record: &RequestRecord) -> Vec<TimingView> {
    let mut before = std::time::Duration::ZERO;
    let work = match record.kind {
        RequestKind::Operation(Operation::Encode) => "Encoded",
        RequestKind::Operation(Operation::Decode | Operation::Download)
        | RequestKind::Preflight
        | RequestKind::Unknown
        | RequestKind::Handshake => "Decoded",
    };
    [
        ("Body read", record.timing.body),
        (work, record.timing.work),
        ("Answered", Some(record.duration)),
    ]
    .into_iter()
    .filter_map(|(name, until)| {
        let took = until?.saturating_sub(before);
        before = until?;
        Some(TimingView {
            name: name.to_owned(),
            took_us: u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        })
    })
    .collect()
}

fn body(bytes: Option<&[u8]>) -> BodyView {
    let Some(bytes) = bytes else {
        return BodyView {
            text: ContentText::default(),
            cut: false,
            too_large: true,
        };
    };
    let cut = bytes.len() > SHOWN;
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(SHOWN)]);
    let pretty = if cut {
        None
    } else {
        json_text::pretty(&text).ok()
    };
    BodyView {
        text: pretty.unwrap_or_else(|| text.into_owned()).into(),
        cut,
        too_large: false,
    }
}

/// The request for a shell. Where the path was the client's own it is not known here, and there is no command.
fn curl(record: &RequestRecord, captured: Option<&Captured>, endpoint: &str) -> Option<String> {
    let RequestKind::Operation(operation) = record.kind else {
        return None;
    };
    let path = RequestKind::Operation(operation).as_str();
    let mut command = format!(
        "curl -X {} {}",
        record.method,
        quoted(&format!("{endpoint}/{path}"))
    );
    let mut header = |name: &str, value: &str| {
        // Writing to a String does not fail.
        let _ = write!(command, " \\\n  -H {}", quoted(&format!("{name}: {value}")));
    };
    let sent = |name: &str| record.headers.get(name);
    if record.method == "POST" {
        let given = sent("content-type").map_or("application/json", |header| header.value);
        header("content-type", given);
    }
    if let (Some(namespace), None) = (&record.namespace, sent("x-namespace")) {
        header("x-namespace", namespace.as_str());
    }
    for one in record.headers.iter() {
        if !NOT_COPIED.contains(&one.name) && !one.name.starts_with("sec-") {
            header(one.name, one.value);
        }
    }
    if record.method == "POST" {
        let captured = captured.and_then(|captured| captured.request.body());
        let body = captured.filter(|body| body.len() <= IN_COMMAND);
        let body = match body.and_then(|body| std::str::from_utf8(body).ok()) {
            Some(text) => format!("--data-raw {}", quoted(text)),
            None => "--data-binary @payloads.json".to_owned(),
        };
        let _ = write!(command, " \\\n  {body}");
    }
    Some(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_takes_any_text_as_one_word() {
        assert_eq!(quoted("it's $(x) `y` \\"), r"'it'\''s $(x) `y` \'");
    }

    #[test]
    fn a_long_body_is_cut_and_a_short_one_is_readable() {
        let long = vec![b'x'; SHOWN + 1];
        let shown = body(Some(&long));
        assert!(shown.cut && shown.text.len() == SHOWN);
        let shown = body(Some(br#"{"payloads":[9007199254740993]}"#));
        assert!(shown.text.contains("\n") && shown.text.contains("9007199254740993"));
        assert!(body(None).too_large);
    }
}
