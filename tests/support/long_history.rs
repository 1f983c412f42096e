//! Histories as long as they get, with Payloads that Temporal's samples sealed.

use std::fmt::Write as _;
use std::sync::Arc;

use payload_codec::{CodecChain, KeyId, Keyring, Limits, sdk_samples};
use temporal_payload::Payload;

use crate::vectors::sample_key;

/// Events, and bytes of each Payload's text, of a long one.
pub const LONG: (usize, usize) = (22_000, 900);
/// As that, of the longest that Temporal has: 51,200 events, 50 MB.
pub const LONGEST: (usize, usize) = (51_200, 740);

/// A Workflow of nothing but Activities: scheduled with its input, started, completed with its result.
///
/// # Panics
/// Never: there is a Payload for each place.
pub fn long_history(n_events: usize, bytes: usize) -> String {
    let n_activities = (n_events - 1) / 3;
    let texts = (0..=2 * n_activities).map(|n| {
        let mut text = format!(
            "{{\"order\":\"order-{n} \",\"note\":\"ordinary-{}\",\"of\":\"",
            n % 1000
        );
        let mut state = n as u64 + 1;
        while text.len() < bytes {
            // A step of xorshift64 (Marsaglia 2003): the same bytes in every run.
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let _ = write!(text, "{state:016x}");
        }
        text + "\"}"
    });
    let chain = samples();
    let mut payloads = texts.map(|text| sealed(&chain, text));
    let mut next = || payloads.next().expect("one for each");
    let mut out = String::from("{\"events\":[\n");
    let mut event = |id: usize, kind: &str, name: &str, attributes: &str| {
        let comma = if id == 1 { "" } else { ",\n" };
        let second = id / 10;
        let _ = write!(
            out,
            "{comma}{{\"eventId\":\"{id}\",\"eventTime\":\"2026-11-{:02}T{:02}:{:02}:{:02}Z\",\"eventType\":\"EVENT_TYPE_{kind}\",\"taskId\":\"{id}\",\"{name}EventAttributes\":{attributes}}}",
            1 + second / 86_400,
            second / 3600 % 24,
            second / 60 % 60,
            second % 60
        );
    };
    event(
        1,
        "WORKFLOW_EXECUTION_STARTED",
        "workflowExecutionStarted",
        &format!(
            "{{\"workflowType\":{{\"name\":\"Orders\"}},\"workflowId\":\"orders-1\",\"input\":{{\"payloads\":[{}]}}}}",
            next()
        ),
    );
    for activity in 0..n_activities {
        let id = 2 + 3 * activity;
        event(
            id,
            "ACTIVITY_TASK_SCHEDULED",
            "activityTaskScheduled",
            &format!(
                "{{\"activityId\":\"{activity}\",\"activityType\":{{\"name\":\"Charge\"}},\"taskQueue\":{{\"name\":\"orders\"}},\"input\":{{\"payloads\":[{}]}}}}",
                next()
            ),
        );
        event(
            id + 1,
            "ACTIVITY_TASK_STARTED",
            "activityTaskStarted",
            &format!("{{\"scheduledEventId\":\"{id}\",\"identity\":\"1@worker\",\"attempt\":1}}"),
        );
        event(
            id + 2,
            "ACTIVITY_TASK_COMPLETED",
            "activityTaskCompleted",
            &format!(
                "{{\"scheduledEventId\":\"{id}\",\"startedEventId\":\"{}\",\"result\":{{\"payloads\":[{}]}}}}",
                id + 1,
                next()
            ),
        );
    }
    out + "\n]}\n"
}

fn samples() -> CodecChain {
    let mut keys = Keyring::default();
    let id = KeyId::new("test-key-id");
    keys.insert(id.clone(), sample_key());
    let aes = sdk_samples(Arc::new(keys), Some(id));
    CodecChain::new(vec![aes.clone()], vec![aes], Limits::default())
}

fn sealed(chain: &CodecChain, text: String) -> String {
    let plain = Payload {
        metadata: [("encoding".to_owned(), b"json/plain".to_vec())].into(),
        data: text.into_bytes().into(),
        external_payloads: Vec::new(),
    };
    chain.encode(plain).expect("it has a key").to_json()
}
