//! Payloads written as canonical proto3 JSON: all at once, or one at a time.

use std::ops::Range;

use crate::base64;
use crate::json_string::plain_prefix;
use crate::payload::Payload;

/// Writes `{"payloads":[…]}`; the key is there even when the list is empty.
pub fn write_payloads_json(payloads: &[Payload], out: &mut Vec<u8>) {
    out.reserve(16 + payloads.iter().map(json_size_hint).sum::<usize>());
    out.extend_from_slice(b"{\"payloads\":[");
    for (index, payload) in payloads.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_payload_json(payload, out);
    }
    out.extend_from_slice(b"]}");
}

/// Writes one Payload.
pub fn write_payload_json(payload: &Payload, out: &mut Vec<u8>) {
    out.push(b'{');
    let before = out.len();
    write_metadata(payload, out);
    write_data(&payload.data, out.len() > before, out);
    if !payload.external_payloads.is_empty() {
        if out.len() > before {
            out.push(b',');
        }
        out.extend_from_slice(b"\"externalPayloads\":[");
        for (index, details) in payload.external_payloads.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            // An int64 of 0 is the default and is left out, as every proto3 JSON writer does.
            if details.size_bytes == 0 {
                out.extend_from_slice(b"{}");
            } else {
                out.extend_from_slice(
                    format!("{{\"sizeBytes\":\"{}\"}}", details.size_bytes).as_bytes(),
                );
            }
        }
        out.push(b']');
    }
    out.push(b'}');
}

/// `"metadata":{…}`, or nothing where there are none.
fn write_metadata(payload: &Payload, out: &mut Vec<u8>) {
    if payload.metadata.is_empty() {
        return;
    }
    out.extend_from_slice(b"\"metadata\":{");
    for (index, (name, value)) in payload.metadata.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_name(name, out);
        out.extend_from_slice(b":\"");
        base64::append(value, out);
        out.push(b'"');
    }
    out.push(b'}');
}

/// `"data":"…"`, or nothing where there are none.
fn write_data(data: &[u8], has_metadata: bool, out: &mut Vec<u8>) {
    if data.is_empty() {
        return;
    }
    let start: &[u8] = match has_metadata {
        true => b",\"data\":\"",
        false => b"\"data\":\"",
    };
    out.extend_from_slice(start);
    base64::append(data, out);
    out.push(b'"');
}

/// Nearly no name needs an escape.
fn write_name(name: &str, out: &mut Vec<u8>) {
    if plain_prefix(name.as_bytes()) == name.len() {
        out.push(b'"');
        out.extend_from_slice(name.as_bytes());
        out.push(b'"');
    } else {
        serde_json::to_writer(out, name).expect("a string into memory always serializes");
    }
}

/// As many bytes as the Payload's JSON may have: a buffer that grows while it is written leaves copies of content behind.
pub(crate) fn json_size_hint(payload: &Payload) -> usize {
    let metadata: usize = payload
        .metadata
        .iter()
        // A name's character becomes an escape of six at most.
        .map(|(name, value)| name.len() * 6 + value.len().div_ceil(3) * 4 + 8)
        .sum();
    64 + metadata + payload.data.len().div_ceil(3) * 4 + payload.external_payloads.len() * 40
}

/// Writes `{"payloads":[…]}` one Payload at a time.
pub struct PayloadsWriter {
    out: Vec<u8>,
    n_written: usize,
    /// Where the metadata stand that were written last by [`PayloadsWriter::write_beside`].
    metadata: Option<Range<usize>>,
}

impl PayloadsWriter {
    /// A writer with room for `capacity` bytes.
    pub fn new(capacity: usize) -> Self {
        PayloadsWriter::within(Vec::with_capacity(capacity.max(64)))
    }

    /// A writer into this buffer, which is taken as empty.
    pub fn within(mut out: Vec<u8>) -> Self {
        out.clear();
        out.extend_from_slice(b"{\"payloads\":[");
        PayloadsWriter {
            out,
            n_written: 0,
            metadata: None,
        }
    }

    /// Writes the next Payload.
    pub fn write(&mut self, payload: &Payload) {
        self.next(json_size_hint(payload));
        write_payload_json(payload, &mut self.out);
    }

    /// Writes the next Payload, which has the metadata of `beside` and this data. `is_same` says that this function wrote the same
    /// metadata the last time.
    pub fn write_beside(&mut self, beside: &Payload, is_same: bool, data: &[u8]) {
        let known = self.metadata.take().filter(|_| is_same);
        let metadata = known
            .as_ref()
            .map_or_else(|| json_size_hint(beside), |known| 64 + known.len());
        self.next(metadata + data.len().div_ceil(3) * 4);
        self.out.push(b'{');
        let start = self.out.len();
        match known {
            Some(known) => self.out.extend_from_within(known),
            None => write_metadata(beside, &mut self.out),
        }
        let metadata = start..self.out.len();
        write_data(data, !metadata.is_empty(), &mut self.out);
        self.out.push(b'}');
        self.metadata = Some(metadata);
    }

    /// Makes room for a Payload. What was written is overwritten where it has to move.
    fn next(&mut self, needed: usize) {
        if self.out.capacity() - self.out.len() < needed {
            let mut larger = Vec::with_capacity((self.out.len() + needed).max(self.out.len() * 2));
            larger.extend_from_slice(&self.out);
            self.wipe();
            self.out = larger;
        }
        if self.n_written > 0 {
            self.out.push(b',');
        }
        self.n_written += 1;
    }

    /// The whole text.
    pub fn finish(mut self) -> Vec<u8> {
        self.out.extend_from_slice(b"]}");
        std::mem::take(&mut self.out)
    }

    fn wipe(&mut self) {
        self.out.fill(0);
        // Somebody may read the zeros, so they must be written.
        std::hint::black_box(&mut self.out);
    }
}

/// What nobody took is content all the same.
impl Drop for PayloadsWriter {
    fn drop(&mut self) {
        self.wipe();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_what_is_written_as_a_whole() {
        let payloads = vec![Payload::from_json(br#"{"data":"YWJj"}"#).expect("a Payload"); 100];
        for n in [0, 1, 100] {
            let mut writer = PayloadsWriter::new(0);
            payloads[..n]
                .iter()
                .for_each(|payload| writer.write(payload));
            let mut whole = Vec::new();
            crate::write_payloads_json(&payloads[..n], &mut whole);
            assert_eq!(writer.finish(), whole);
        }
    }

    #[test]
    fn data_apart_are_written_as_in_their_payload() {
        let metadata = ["{}", r#"{"a":"YQ=="}"#, r#"{"a\"":"","é":"YQ=="}"#];
        let data: [&[u8]; 3] = [b"", b"abc", &[7; 40_000]];
        let (mut apart, mut whole) = (PayloadsWriter::new(0), PayloadsWriter::new(0));
        for metadata in metadata {
            for is_same in [false, true, true] {
                for data in data {
                    let text = format!("{{\"metadata\":{metadata}}}");
                    let beside = Payload::from_json(text.as_bytes()).expect("a Payload");
                    apart.write_beside(&beside, is_same, data);
                    apart.write(&beside);
                    let data = data.to_vec().into();
                    whole.write(&Payload {
                        data,
                        ..beside.clone()
                    });
                    whole.write(&beside);
                }
            }
        }
        assert_eq!(apart.finish(), whole.finish());
    }
}
