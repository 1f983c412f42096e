//! Honest clients: a Web UI, a program that asks one small thing after another, and somebody with a large Payload. Each answer
//! is compared byte by byte.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use payload_codec::KeyId;
use support::vectors::{chain, sample_key};
use support::wire::ORIGIN;
use temporal_payload::{Payload, write_payloads_json};

use crate::locking::{Locking, Moment};
use crate::token::Token;
use crate::wire::{self, Answer, Connection, Endpoint, ask};

/// What kind of client asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    WebUi,
    Program,
    Large,
}

impl Kind {
    pub(crate) const ALL: [Kind; 3] = [Kind::WebUi, Kind::Program, Kind::Large];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::WebUi => "Web UI, 20 × 1 KB",
            Kind::Program => "program, 1 × 100 B",
            Kind::Large => "large, 1 × 2 MB",
        }
    }

    fn shape(self) -> (usize, usize) {
        match self {
            Kind::WebUi => (20, 1_000),
            Kind::Program => (1, 100),
            Kind::Large => (1, 2_000_000),
        }
    }

    fn pause(self) -> Duration {
        match self {
            Kind::WebUi => Duration::from_millis(100),
            Kind::Program => Duration::from_millis(10),
            Kind::Large => Duration::from_secs(2),
        }
    }
}

/// What became of the requests of one kind.
#[derive(Clone, Default)]
pub(crate) struct Tally {
    pub(crate) times: Vec<Duration>,
    pub(crate) n_lost: usize,
    pub(crate) n_wrong: usize,
    /// Answered at the second try, after a 503 that asked for one.
    pub(crate) n_repeated: usize,
    /// Why the first few were lost or wrong.
    pub(crate) why: Vec<String>,
}

struct Workload {
    headers: &'static [(&'static str, &'static str)],
    sent: Vec<u8>,
    expected: Vec<u8>,
}

/// The honest clients of one run.
pub(crate) struct Honest {
    server: Endpoint,
    token: Arc<Token>,
    workloads: Vec<Workload>,
    tallies: Mutex<Vec<Tally>>,
}

impl Honest {
    pub(crate) fn new(server: Endpoint, token: Arc<Token>) -> Self {
        Honest {
            server,
            token,
            workloads: Kind::ALL.map(workload).into(),
            tallies: Mutex::new(vec![Tally::default(); Kind::ALL.len()]),
        }
    }

    /// One request of each kind, not counted.
    pub(crate) async fn warm_up(&self, locking: &Locking) {
        for kind in Kind::ALL {
            self.one(kind, &mut None, locking).await;
        }
        *self.tallies.lock().expect("no panic") = vec![Tally::default(); Kind::ALL.len()];
    }

    /// Asks until the run ends.
    pub(crate) async fn go_on(&self, kind: Kind, locking: &Locking, going: &AtomicBool) {
        let mut kept = None;
        while going.load(Ordering::Relaxed) {
            self.one(kind, &mut kept, locking).await;
            tokio::time::sleep(kind.pause()).await;
        }
    }

    pub(crate) fn tallies(&self) -> Vec<Tally> {
        self.tallies.lock().expect("no panic").clone()
    }

    async fn one(&self, kind: Kind, kept: &mut Option<Connection>, locking: &Locking) {
        let workload = &self.workloads[kind as usize];
        let authorization = self.token.header();
        let mut headers = workload.headers.to_vec();
        headers.extend(authorization.as_deref().map(|it| ("Authorization", it)));
        let request = wire::post("/decode", &headers, &workload.sent);
        let before = locking.now();
        let started = Instant::now();
        let mut answer = ask(&self.server, kept, &request).await;
        let is_asked_again = answer
            .as_ref()
            .is_ok_and(|answer| answer.status == 503 && answer.retry_after);
        if is_asked_again {
            tokio::time::sleep(Duration::from_secs(1)).await;
            answer = ask(&self.server, kept, &request).await;
        }
        let took = started.elapsed();
        let after = locking.now();
        let mut tallies = self.tallies.lock().expect("no panic");
        let tally = &mut tallies[kind as usize];
        tally.n_repeated += usize::from(is_asked_again);
        match answer {
            Ok(answer) if workload.is_right(&answer, before, after) => tally.times.push(took),
            Ok(answer) => {
                tally.n_wrong += 1;
                let what = format!("{} with {} bytes", answer.status, answer.body.len());
                note(tally, what);
            }
            Err(error) => {
                tally.n_lost += 1;
                let what = format!("{error} after {took:?}");
                note(tally, what);
            }
        }
    }
}

fn note(tally: &mut Tally, what: String) {
    if tally.why.len() < 5 {
        tally.why.push(what);
    }
}

impl Workload {
    /// Decoded while the app is open; as it was sent, or refused, while it is locked; either where that changed meanwhile.
    fn is_right(&self, answer: &Answer, before: Moment, after: Moment) -> bool {
        let is_decoded = answer.status == 200 && answer.body == self.expected;
        let is_withheld = answer.status == 423 || answer.status == 200 && answer.body == self.sent;
        match before.is_locked().filter(|_| before == after) {
            Some(false) => is_decoded,
            Some(true) => is_withheld,
            None => is_decoded || is_withheld,
        }
    }
}

fn workload(kind: Kind) -> Workload {
    let chain = chain([(KeyId::new("test-key-id"), sample_key())]);
    let (n_payloads, n_bytes) = kind.shape();
    let plain: Vec<Payload> = (0..n_payloads)
        .map(|n| Payload {
            metadata: [("encoding".to_owned(), b"json/plain".to_vec())].into(),
            data: format!("\"{}\"", (n % 10).to_string().repeat(n_bytes - 2))
                .into_bytes()
                .into(),
            external_payloads: Vec::new(),
        })
        .collect();
    let sealed: Vec<Payload> = plain
        .iter()
        .map(|plain| chain.encode(plain.clone()).expect("it has a key"))
        .collect();
    let written = |payloads: &[Payload]| {
        let mut out = Vec::new();
        write_payloads_json(payloads, &mut out);
        out
    };
    let sent = written(&sealed);
    let headers: &'static [_] = match kind {
        Kind::WebUi => &[("Origin", ORIGIN), ("User-Agent", "Mozilla/5.0")],
        Kind::Program | Kind::Large => &[("User-Agent", "Go-http-client/1.1")],
    };
    Workload {
        headers,
        sent,
        expected: written(&plain),
    }
}
