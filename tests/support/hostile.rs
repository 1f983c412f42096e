//! Requests of attackers: a few KB that would take seconds, and many that would take gigabytes.

/// A Payload of 16 layers that each inflate to 62 MiB; what is inside is `1`.
pub const LAYERS: &str = include_str!("../vectors/hold/layers16-brotli.json").trim_ascii();
/// A Payload that inflates past any limit.
pub const OVER_LIMIT: &str = include_str!("../vectors/hold/over-limit-brotli.json").trim_ascii();

/// A body of about this many bytes: Payloads with five metadata entries and hardly any data.
pub fn small_payloads(n_bytes: usize) -> String {
    const ONE: &str = r#"{"metadata":{"encoding":"anNvbi9wbGFpbg==","a":"MQ==","b":"MQ==","c":"MQ==","d":"MQ=="},"data":"MQ=="}"#;
    super::wire::payloads(&vec![ONE; n_bytes / (ONE.len() + 1)])
}
