//! Decoding on one thread, without HTTP, against the floor of its own work.

use std::hint::black_box;
use std::time::{Duration, Instant};

use payload_codec::{CodecChain, KeyId, zeroize_stack_once};
use support::vectors::{chain, sample_key};
use temporal_payload::{Payload, Payloads, write_payloads_json};

use crate::floor::floor;
use crate::median::median;
use crate::workload::WORKLOADS;

/// Prints a line for each workload.
pub(crate) fn report() {
    let chain = chain([(KeyId::new("test-key-id"), sample_key())]);
    println!(
        "{:22} {:>12} {:>12} {:>8}",
        "decode", "work", "floor", "ratio"
    );
    for workload in &WORKLOADS {
        let (body, _) = workload.bodies();
        let (work, floor) = interleaved(workload.rounds, || decode(&chain, &body), floor(&body));
        println!(
            "{:22} {:>12} {:>12} {:>8.2}",
            workload.name,
            shown(work),
            shown(floor),
            work.as_secs_f64() / floor.as_secs_f64(),
        );
    }
    println!("\nwork: JSON in, decoded, JSON out, on one thread.");
}

fn decode(chain: &CodecChain, body: &[u8]) {
    let request = Payloads::from_json(body).expect("own body");
    // One request is one batch, as in the server.
    let decoded: Vec<Payload> = zeroize_stack_once(|| {
        let decoded = request.payloads.into_iter().map(|payload| {
            let decoded = chain.decode(payload);
            assert!(decoded.error.is_none(), "it has the key");
            decoded.payload
        });
        decoded.collect()
    });
    let mut out = Vec::new();
    write_payloads_json(&decoded, &mut out);
    black_box(out);
}

/// Medians of two things, run in turns.
fn interleaved(
    rounds: usize,
    mut first: impl FnMut(),
    mut second: impl FnMut(),
) -> (Duration, Duration) {
    let mut times = (Vec::with_capacity(rounds), Vec::with_capacity(rounds));
    for _ in 0..rounds {
        times.0.push(timed(&mut first));
        times.1.push(timed(&mut second));
    }
    (median(times.0), median(times.1))
}

fn timed(work: &mut impl FnMut()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn shown(time: Duration) -> String {
    format!("{:.1} µs", time.as_secs_f64() * 1e6)
}
