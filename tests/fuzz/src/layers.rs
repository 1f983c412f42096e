//! Payloads that our own codecs wrapped, in any order and number, bombs and damaged ones among them: what was wrapped within the
//! limits comes out, and nothing gets past them.

use std::sync::Arc;

use arbitrary::{Result, Unstructured};
use payload_codec::{
    CodecChain, Compression, CompressionCodec, Decoded, KeyId, MAX_LAYERS, Outcome, PayloadCodec,
    sdk_samples,
};
use temporal_payload::Payload;

use super::payloads::{chain_within, look_at, sample_keys};

/// Bytes that all layers of a Payload may inflate to here: a small part of the other targets', since as much is compressed at every
/// layer first.
const LIMIT: usize = 1 << 10;

/// Layers of our own around any Payload, decoded.
pub fn layers(data: &[u8]) {
    // Too few bytes for a choice are no finding.
    let _ = wrapped_and_decoded(&mut Unstructured::new(data));
}

fn wrapped_and_decoded(u: &mut Unstructured<'_>) -> Result<()> {
    let chain = chain_within(LIMIT);
    let base = payload(u)?;
    let mut outer = base.clone();
    let mut made = 0;
    let mut n_layers = 0;
    // Mostly few: the more there are, the fewer can be tried in a time.
    let most = if u.ratio(1, 8)? { MAX_LAYERS + 4 } else { 3 };
    for _ in 0..u.int_in_range(0..=most)? {
        let id = u.choose(&["test-key-id", "test", "", "nobody-has-it"])?;
        let codec: Arc<dyn PayloadCodec> = match u.int_in_range(0..=Compression::ALL.len())? {
            0 => sdk_samples(sample_keys(), Some(KeyId::new(id))),
            n => Arc::new(CompressionCodec(Compression::ALL[n - 1])),
        };
        // Compression leaves alone what would not get smaller, and not every format is written.
        if let Ok(Some(wrapped)) = codec.encode(&outer) {
            made += outer.to_proto().len();
            n_layers += 1;
            outer = wrapped;
        }
    }
    let is_damaged = damage(&mut outer, u)?;

    let size = outer.data.len();
    let decoded = chain.decode(outer.clone());
    assert!(
        decoded.steps.len() <= MAX_LAYERS,
        "no more layers than allowed"
    );
    assert!(
        decoded.payload.data.len() <= size.max(LIMIT),
        "no layer past the limit"
    );
    let n_bytes: usize = decoded.steps.iter().map(|step| step.bytes_out).sum();
    assert!(n_bytes <= LIMIT, "all layers together within the limit");
    assert!(
        decoded.error.is_some() || !chain.claims(&decoded.payload),
        "what is left of it has a reason"
    );
    if decoded.steps.is_empty() {
        assert!(decoded.payload == outer, "what was not taken off stays");
    }
    look_at(&decoded.payload);
    same_in_place(&chain, &outer, &decoded);
    if !is_damaged && !chain.claims(&base) && n_layers <= MAX_LAYERS && made <= LIMIT {
        assert!(decoded.error.is_none(), "{:?}", decoded.error);
        assert_eq!(decoded.steps.len(), n_layers, "every layer is taken off");
        assert!(decoded.payload == base, "what was wrapped comes out");
    }
    Ok(())
}

/// What is opened where it lies is what the codecs make of it, at the same price.
fn same_in_place(chain: &CodecChain, sent: &Payload, decoded: &Decoded) {
    let beside = Payload {
        metadata: sent.metadata.clone(),
        ..Payload::default()
    };
    let plain = chain.budget(sent.data.len());
    chain.decode_claimed(sent, &plain);
    let mut in_place = chain.in_place();
    for is_same in [false, true] {
        let fast = chain.budget(sent.data.len());
        let mut data = sent.data.to_vec();
        let opened = in_place.open(&beside, is_same, &mut data, &fast);
        let told = match opened.expect("nobody stops it") {
            Outcome::NotHere => return,
            Outcome::Decoded(told) => told,
            Outcome::Opened(opened) => Decoded {
                steps: vec![opened.step(sent.data.len())],
                payload: Payload {
                    data: data[opened.data].to_vec().into(),
                    ..opened.beside.clone()
                },
                error: None,
            },
        };
        assert!(told.steps == decoded.steps, "the same layers");
        assert!(told.error == decoded.error, "the same reason");
        assert!(told.payload == decoded.payload, "the same Payload");
        assert!(fast.spent() == plain.spent(), "the same price");
    }
}

fn payload(u: &mut Unstructured<'_>) -> Result<Payload> {
    let encodings = [
        "json/plain",
        "binary/plain",
        "binary/null",
        "binary/encrypted",
        "binary/zlib",
    ];
    let mut payload = super::payload(u.choose(&encodings)?, &[]);
    for _ in 0..u.int_in_range(0..=3)? {
        let name = u.choose(&["messageType", "encryption-key-id", "a", ""])?;
        payload.metadata.insert((*name).to_owned(), u.arbitrary()?);
    }
    payload.data = match u.int_in_range(0..=3)? {
        // A bomb: nothing, many times over.
        0 => vec![u.arbitrary()?; u.int_in_range(0..=4 * LIMIT)?],
        1 => {
            let piece: Vec<u8> = u.arbitrary()?;
            let most = 2 * LIMIT / piece.len().max(1);
            piece.repeat(u.int_in_range(0..=most)?)
        }
        _ => u.arbitrary()?,
    }
    .into();
    Ok(payload)
}

/// Whether it was changed.
fn damage(payload: &mut Payload, u: &mut Unstructured<'_>) -> Result<bool> {
    let mut data = payload.data.to_vec();
    let n = u.int_in_range(0..=3)?;
    for _ in 1..n {
        let at = u.int_in_range(0..=data.len())?;
        match data.get_mut(at) {
            Some(byte) if u.arbitrary()? => *byte ^= u.int_in_range(1..=255)?,
            Some(_) => data.truncate(at),
            None => data.push(u.arbitrary()?),
        }
    }
    payload.data = data.into();
    Ok(n > 1)
}
