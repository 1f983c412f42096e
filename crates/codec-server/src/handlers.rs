//! What is done with Payloads once a request has passed every check. Pure: bytes in, bytes and a tally out.

use bytes::Bytes;
use payload_codec::{CodecError, wiping_once};
use temporal_payload::{Payload, write_payloads_json};

use crate::body;
use crate::error::RequestError;
use crate::pause;
use crate::profile::{EncodeRule, Profile, Undecodable};
use crate::record::Tally;
use crate::wiped::{wipe_payloads, wiping};

/// One request's work.
pub(crate) struct Job {
    pub(crate) body: Bytes,
    pub(crate) profile: Profile,
    /// Whether a page asked, which may show the reason to people.
    pub(crate) from_page: bool,
    /// Bytes that all Payloads together may decode to.
    pub(crate) decoded_limit: usize,
    /// Whether the server is paused: nothing is opened then.
    pub(crate) paused: bool,
}

/// The answer's body, or why there is none; and what was found on the way.
pub(crate) type Done = (Result<Bytes, RequestError>, Tally);

/// `/decode`
pub(crate) fn decode(job: &Job) -> Done {
    answer(
        job,
        if job.paused {
            pause::decode_none
        } else {
            decode_all
        },
    )
}

/// `/encode`
pub(crate) fn encode(job: &Job) -> Done {
    answer(
        job,
        if job.paused {
            pause::encode_none
        } else {
            encode_all
        },
    )
}

type Step = fn(&Job, Vec<Payload>, &mut Tally) -> Result<Vec<Payload>, RequestError>;

fn answer(job: &Job, step: Step) -> Done {
    let mut tally = Tally {
        bytes_in: job.body.len() as u64,
        ..Tally::default()
    };
    let written = body::parse(&job.body).and_then(|payloads| {
        tally.counts.total = payloads.len();
        let payloads = wiping_once(|| step(job, payloads, &mut tally))?;
        let mut out = Vec::new();
        write_payloads_json(&payloads, &mut out);
        wipe_payloads(payloads);
        Ok(wiping(out))
    });
    (written, tally)
}

fn decode_all(
    job: &Job,
    payloads: Vec<Payload>,
    tally: &mut Tally,
) -> Result<Vec<Payload>, RequestError> {
    let of = payloads.len();
    let mut first_failure = None;
    let mut left = job.decoded_limit;
    let decoded = payloads
        .into_iter()
        .enumerate()
        .map(|(index, sent)| {
            tally.sent(&sent);
            match decode_one(job, index, &sent, &mut left, tally) {
                Ok(Some(decoded)) => {
                    tally.counts.decoded += 1;
                    decoded
                }
                Ok(None) => {
                    tally.counts.passed_through += 1;
                    sent
                }
                Err(error) => {
                    tally.failed(index, &error);
                    first_failure.get_or_insert((index, error));
                    sent
                }
            }
        })
        .collect();
    let nothing_readable = tally.counts.failed == of;
    match (first_failure, job.profile.undecodable) {
        (Some((payload, source)), Undecodable::Fail) => Err(RequestError::Codec {
            payload,
            of,
            source,
        }),
        (Some((payload, source)), Undecodable::Explain) if job.from_page && nothing_readable => {
            Err(RequestError::Codec {
                payload,
                of,
                source,
            })
        }
        (Some(_), Undecodable::Explain | Undecodable::Pass) | (None, _) => Ok(decoded),
    }
}

/// `Ok(None)` for what no codec claims: it is returned as it was sent.
fn decode_one(
    job: &Job,
    index: usize,
    sent: &Payload,
    left: &mut usize,
    tally: &mut Tally,
) -> Result<Option<Payload>, CodecError> {
    let chain = &job.profile.chain;
    if !chain.claims(sent) {
        return Ok(None);
    }
    let past_limit = CodecError::Inflate {
        limit: job.decoded_limit,
    };
    if *left == 0 {
        return Err(past_limit);
    }
    // The clone shares the data, which is what is large.
    let decoded = chain.decode(sent.clone());
    for step in &decoded.steps {
        if let Some(key) = &step.key_id {
            tally.used(key);
        }
    }
    tally.decoded(&decoded);
    let is_answer = decoded.is_answer();
    if let Some(error) = decoded.error {
        if !is_answer {
            return Err(error);
        }
        tally.noted(index, &error);
    }
    let size = decoded.payload.data.len();
    if size > *left {
        *left = 0;
        return Err(past_limit);
    }
    *left -= size;
    Ok(Some(decoded.payload))
}

/// All or nothing: a caller stores what it gets.
fn encode_all(
    job: &Job,
    payloads: Vec<Payload>,
    tally: &mut Tally,
) -> Result<Vec<Payload>, RequestError> {
    let of = payloads.len();
    let chain = &job.profile.chain;
    if job.profile.encode == EncodeRule::NoCodec {
        payloads.iter().for_each(|payload| tally.sent(payload));
        tally.counts.passed_through = of;
        return Ok(payloads);
    }
    if !chain.encodes() && of > 0 {
        tally.counts.failed = of;
        return Err(RequestError::NoEncodeKey);
    }
    payloads
        .into_iter()
        .enumerate()
        .map(|(payload, sent)| {
            tally.sent(&sent);
            // The clone shares the data, which is what is large.
            let before = sent.clone();
            let encoded = chain.encode(sent).map_err(|source| {
                tally.failed(payload, &source);
                RequestError::Codec {
                    payload,
                    of,
                    source,
                }
            })?;
            if encoded == before {
                tally.counts.passed_through += 1;
            } else {
                tally.counts.encoded += 1;
            }
            Ok(encoded)
        })
        .collect()
}
