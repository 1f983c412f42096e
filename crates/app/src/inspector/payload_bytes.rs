//! The bytes of a Payload, layer by layer, and what each of them is: nonce, ciphertext, tag.

use std::fmt::Write as _;

use payload_codec::{CodecSpec, PartName, layout};
use temporal_payload::Payload;

use crate::core::in_force::InForce;
use crate::error::{AppError, Code};
use crate::hints::sentence;
use crate::inspector::Inspector;
use crate::inspector::documents::Documents;
use crate::inspector::files_view::{
    BytesChunk, BytesFormat, BytesPart, PayloadBytesRequest, PayloadBytesView,
};
use crate::inspector::view::InspectPayloadRequest;
use crate::plan::formats::{DEFAULT_FORMAT, Formats};

/// Bytes that are shown of the start.
const HEAD: usize = 4096;
/// And of the end, at least: the tag stands there.
const TAIL: usize = 64;
/// Bytes in a line.
const LINE: usize = 16;

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl Inspector {
    /// See the command table.
    ///
    /// # Errors
    /// [`Code::DocumentClosed`], [`Code::BadRequest`], [`Code::PayloadDamaged`]; [`Code::InvalidFormat`] for a format that
    /// there is not.
    pub fn payload_bytes(
        &self,
        request: PayloadBytesRequest,
    ) -> Result<PayloadBytesView, AppError> {
        labeled_bytes(&self.in_force, &self.documents, &request)
    }
}

/// The bytes of a layer, labeled.
///
/// # Errors
/// [`Code::DocumentClosed`], [`Code::BadRequest`], [`Code::PayloadDamaged`]; [`Code::InvalidFormat`] for a format that
/// there is not.
fn labeled_bytes(
    in_force: &InForce,
    documents: &Documents,
    request: &PayloadBytesRequest,
) -> Result<PayloadBytesView, AppError> {
    let sent = documents.sent_payload(InspectPayloadRequest {
        document: request.document,
        index: request.index,
    })?;
    let plan = in_force.plan();
    let chain = in_force.chain(sent.namespace())?;
    let chain = sent.chain(&chain);
    let payload = sent.payload.clone();
    let layer = request.layer.unwrap_or(0) as usize;
    let decoded = chain.unwrapping(&|| true, |chain| chain.decode(payload.clone()));
    if layer > decoded.steps.len() {
        return Err(
            AppError::new(Code::BadRequest, "the layer above this one does not open")
                .hint("Choose an outer layer, or add the key that opens it."),
        );
    }
    // What is below is decoded data: made for this answer alone.
    let payload = chain.into_owned().at_most(layer).decode(payload).payload;
    let opened = decoded
        .steps
        .get(layer)
        .and_then(|step| step.format.clone());
    let candidates = candidates(&plan.formats, &payload);
    let name = match (&request.format, &opened) {
        (Some(name), _) => Some(name.clone()),
        // What a data key seals is in no format of a list.
        (None, Some(opened)) if plan.formats.spec(opened).is_some() => Some(opened.to_string()),
        // A layer that came off without a format is compression; what claims it otherwise did not write it.
        (None, None) if layer < decoded.steps.len() => None,
        (None, _) => candidates.first().map(|(name, _)| (*name).to_owned()),
    };
    let spec = match &name {
        Some(name) => Some(plan.formats.spec(name).ok_or_else(|| {
            AppError::new(Code::InvalidFormat, "the format no longer exists")
                .hint("Choose another format.")
        })?),
        None => None,
    };
    let formats = candidates.iter().map(|(name, _)| BytesFormat {
        name: (*name).to_owned(),
        title: plan.formats.title(name),
    });
    Ok(PayloadBytesView {
        opened: opened.is_some_and(|opened| name.as_deref() == Some(&*opened)),
        formats: formats.collect(),
        format: name,
        ..shown(&payload, spec)
    })
}

/// Formats that may have written it, the likeliest first: those that demand most of it, then that of Temporal's samples.
fn candidates<'a>(formats: &'a Formats, payload: &Payload) -> Vec<(&'a str, &'a CodecSpec)> {
    let mut found: Vec<_> = formats
        .all()
        .filter(|(_, spec)| spec.claims(payload))
        .collect();
    found.sort_by_key(|(name, spec)| {
        let fits = layout(spec, payload).is_ok();
        (
            !fits,
            std::cmp::Reverse(spec.require.len()),
            *name != DEFAULT_FORMAT,
        )
    });
    found
}

/// The bytes, and their parts where a format has some.
fn shown(payload: &Payload, spec: Option<&CodecSpec>) -> PayloadBytesView {
    let laid_out = spec.map(|spec| layout(spec, payload));
    let (bytes, parts, text_form, problem) = match &laid_out {
        Some(Ok(layout)) => (
            &*layout.bytes,
            layout
                .parts
                .iter()
                .map(|part| part_view(part.name, part.start, part.len))
                .collect(),
            layout.text_form.clone(),
            None,
        ),
        other => (
            &payload.data[..],
            vec![part_view(PartName::Data, 0, payload.data.len())],
            None,
            match other {
                Some(Err(error)) => Some(sentence(&error.to_string())),
                Some(Ok(_)) | None => None,
            },
        ),
    };
    PayloadBytesView {
        data_bytes: payload.data.len() as u64,
        bytes: bytes.len() as u64,
        format: None,
        formats: Vec::new(),
        opened: false,
        notation: spec.map(CodecSpec::notation),
        text_form,
        parts,
        problem,
        chunks: chunks(bytes),
    }
}

fn part_view(name: PartName, start: usize, len: usize) -> BytesPart {
    BytesPart {
        name: name.as_str().to_owned(),
        start: start as u64,
        len: len as u64,
    }
}

/// The start and the end; everything where little would be left out.
fn chunks(bytes: &[u8]) -> Vec<BytesChunk> {
    let chunk = |start: usize, bytes: &[u8]| {
        let mut hex = String::with_capacity(bytes.len() * 2);
        for byte in bytes {
            write!(hex, "{byte:02x}").expect("writing into a String cannot fail");
        }
        BytesChunk {
            start: start as u64,
            hex: hex.into(),
        }
    };
    // The end begins with a line.
    let tail = bytes.len().saturating_sub(TAIL) / LINE * LINE;
    match (bytes.get(..HEAD), bytes.get(tail..)) {
        (Some(start), Some(end)) if tail > HEAD => vec![chunk(0, start), chunk(tail, end)],
        _ => vec![chunk(0, bytes)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(len: usize, expect: &[(u64, usize)]) {
        let bytes: Vec<u8> = (0..=255).cycle().take(len).collect();
        let seen: Vec<_> = chunks(&bytes)
            .iter()
            .map(|chunk| (chunk.start, chunk.hex.len() / 2))
            .collect();
        assert_eq!(seen, expect, "{len} bytes");
    }

    #[test]
    fn the_start_and_the_end_of_long_data_are_shown() {
        check(0, &[(0, 0)]);
        check(17, &[(0, 17)]);
        check(4160, &[(0, 4160)]);
        check(4175, &[(0, 4175)]);
        check(4176, &[(0, 4096), (4112, 64)]);
        check(1_000_001, &[(0, 4096), (999_936, 65)]);
    }
}
