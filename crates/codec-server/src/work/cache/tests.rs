//! What is kept, for how long, how much of it, and what is answered with it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use payload_codec::{CodecChain, Limits};

use super::kept::MAX_KEPT;
use super::*;
use crate::record::PayloadCounts;
use crate::rules::allowed_origins::AllowedOrigins;
use crate::rules::directory::CodecDirectory;
use crate::rules::keys_version::KeysVersion;
use crate::rules::pause::Pause;
use crate::rules::profile::{EncodeRule, Profile, Undecodable};
use crate::rules::program_hosts::ProgramHosts;
use crate::work::buffers::Buffers;

#[derive(Default)]
struct Keys(AtomicU64);

impl KeysVersion for Keys {
    fn version(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// A cache with what it looks at.
struct Setup {
    cache: Cache,
    rules: watch::Sender<Arc<Rules>>,
    keys: Arc<Keys>,
}

fn profile() -> Profile {
    Profile {
        chain: CodecChain::new(vec![], vec![], Limits::default()),
        undecodable: Undecodable::default(),
        encode: EncodeRule::default(),
        messages: None,
    }
}

fn rules(keys: &Arc<Keys>, pause: &Pause) -> Arc<Rules> {
    Arc::new(Rules {
        origins: AllowedOrigins::parse([""; 0]).expect("none"),
        program_hosts: ProgramHosts::default(),
        directory: CodecDirectory::new(profile(), BTreeMap::new()),
        access: None,
        programs: None,
        consent: None,
        shut: None,
        awaits_passphrase: false,
        max_body_bytes: 64 << 20,
        pause: pause.clone(),
        keys_for_cache: Some(keys.clone()),
    })
}

impl Setup {
    fn new() -> Self {
        let keys = Arc::new(Keys::default());
        let (rules, seen) = watch::channel(rules(&keys, &Pause::default()));
        Setup {
            cache: Cache::new(seen),
            rules,
            keys,
        }
    }

    fn in_force(&self) -> Arc<Rules> {
        self.rules.borrow().clone()
    }

    /// Asks, and answers with `answer` where that has to be worked on. Whether it did not.
    fn ask(&self, caller: &Caller, body: &[u8], answer: usize) -> bool {
        let rules = self.in_force();
        let asked = self.asked(&rules, caller, body);
        match self.cache.turn(&asked) {
            Turn::Answer(kept) => {
                assert!(kept.answer().0.is_ok_and(|kept| kept.len() == answer));
                true
            }
            Turn::Work(ticket) => {
                ticket.expect("one").done(&asked, &done(answer));
                false
            }
            Turn::Wait(_) => panic!("nobody works"),
        }
    }

    fn asked<'a>(&self, rules: &'a Arc<Rules>, caller: &'a Caller, body: &[u8]) -> Asked<'a> {
        let job = Job {
            operation: Operation::Decode,
            body: Bytes::copy_from_slice(body),
            n_bytes: body.len(),
            profile: profile(),
            from_page: *caller != Caller::Program,
            original: false,
            shut: None,
            buffers: Buffers::default(),
        };
        let asked = self.cache.asked(&job, rules, None, caller, None);
        asked.expect("it may be answered from there")
    }

    /// How many are kept, after a look at whether the bounds hold.
    fn n_kept(&self) -> usize {
        let state = self.cache.0.state();
        assert!(state.in_flight.is_empty());
        state.kept.n_checked()
    }
}

/// An answer of so many bytes, to a request that one Payload of was decoded.
fn done(n_bytes: usize) -> Result<Done, RequestError> {
    let tally = Tally {
        counts: PayloadCounts {
            total: 1,
            decoded: 1,
            ..PayloadCounts::default()
        },
        ..Tally::default()
    };
    Ok((Ok(Bytes::from(vec![7; n_bytes])), tally))
}

fn page() -> Caller {
    Caller::Page(HeaderValue::from_static("http://localhost:8233"))
}

/// Lets who watches come to its turn.
async fn turns() {
    for _ in 0..8 {
        tokio::task::yield_now().await;
    }
}

/// Whoever looks after what is kept may be late.
#[tokio::test(start_paused = true)]
async fn a_pause_that_is_over_counts_before_anybody_forgets() {
    let setup = Setup::new();
    let pause = setup.in_force().pause.clone();
    let switches: [fn(&Pause, bool) -> bool; 2] = [Pause::set, Pause::set_panic_lock];
    for switch in switches {
        setup.ask(&page(), b"asked", 1);
        assert!(setup.ask(&page(), b"asked", 1));
        switch(&pause, true);
        switch(&pause, false);
        assert!(!setup.ask(&page(), b"asked", 1));
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_lives_for_less_than_a_minute_also_where_nobody_asks() {
    let setup = Setup::new();
    assert!(!setup.ask(&page(), b"a", 9));
    sleep(Duration::from_secs(57)).await;
    assert!(setup.ask(&page(), b"a", 9), "asking makes it no younger");
    sleep(Duration::from_millis(2_999)).await;
    assert_eq!(setup.n_kept(), 0);
    turns().await;
    assert!(
        !setup.cache.0.state().is_watched,
        "nobody looks after nothing"
    );
    // And once more from there.
    assert!(!setup.ask(&page(), b"a", 9));
    sleep(Duration::from_secs(30)).await;
    assert!(!setup.ask(&page(), b"b", 9));
    sleep(Duration::from_secs(30)).await;
    assert_eq!(setup.n_kept(), 1, "the younger one");
    sleep(Duration::from_secs(30)).await;
    assert_eq!(setup.n_kept(), 0);
}

#[tokio::test]
async fn a_flood_of_pages_stays_within_the_bounds_and_the_oldest_go() {
    let setup = Setup::new();
    for n in 0..3_000_u32 {
        setup.ask(&page(), &n.to_be_bytes(), 100);
    }
    assert_eq!(setup.n_kept(), MAX_KEPT);
    assert!(setup.ask(&page(), &2_999_u32.to_be_bytes(), 100));
    assert!(!setup.ask(&page(), &0_u32.to_be_bytes(), 100));
    for n in 0..40 {
        setup.ask(&page(), format!("large {n}").as_bytes(), 1 << 20);
        setup.n_kept();
    }
    assert!(setup.n_kept() < 16);
    // Too large to be kept, or to be looked at.
    assert!(!setup.ask(&page(), b"large", MAX_ANSWER + 1));
    assert!(!setup.ask(&page(), b"large", MAX_ANSWER + 1));
    let rules = setup.in_force();
    let job = Job {
        operation: Operation::Decode,
        body: Bytes::from(vec![b' '; MAX_BODY + 1]),
        n_bytes: MAX_BODY + 1,
        profile: profile(),
        from_page: true,
        original: false,
        shut: None,
        buffers: Buffers::default(),
    };
    let asked = setup
        .cache
        .asked(&job, &rules, None, &Caller::Program, None);
    assert!(asked.is_none());
}

#[tokio::test]
async fn what_programs_ask_once_leaves_nothing() {
    let setup = Setup::new();
    for n in 0..13_149_u32 {
        assert!(!setup.ask(&Caller::Program, &n.to_be_bytes(), 100));
    }
    assert_eq!(setup.n_kept(), 0);
    assert_eq!(setup.cache.0.state().seen.len(), N_SEEN);
    for expect in [false, false, true, true] {
        assert_eq!(setup.ask(&Caller::Program, b"again", 100), expect);
    }
    assert_eq!(setup.n_kept(), 1);
}

#[tokio::test]
async fn a_request_with_the_same_hash_gets_its_own_answer() {
    let setup = Setup::new();
    let mut body = vec![b'a'; 10_000];
    assert!(!setup.ask(&page(), &body, 1));
    // Between two of the pieces that are hashed.
    body[PIECE] = b'b';
    let rules = setup.in_force();
    let caller = page();
    let [one, other] = [vec![b'a'; 10_000], body.clone()];
    let hashes = [one, other].map(|body| setup.asked(&rules, &caller, &body).hash);
    assert_eq!(hashes[0], hashes[1]);
    assert!(!setup.ask(&page(), &body, 2));
    assert!(setup.ask(&page(), &body, 2));
    assert_eq!(setup.n_kept(), 1, "in the place of the other");
    // Every byte of a small one, and the ends of a large one, count.
    for len in [1, PIECES * PIECE, 10_000] {
        let mut body = vec![b'a'; len];
        let before = setup.asked(&rules, &caller, &body).hash;
        body[len - 1] = b'b';
        assert_ne!(setup.asked(&rules, &caller, &body).hash, before);
    }
}

/// Something that changes, and its name.
type Change = (&'static str, fn(&Setup));

const CHANGES: [Change; 4] = [
    ("rules", |setup| {
        let pause = setup.in_force().pause.clone();
        setup.rules.send_replace(rules(&setup.keys, &pause));
    }),
    ("a pause", |setup| {
        setup.in_force().pause.set(true);
    }),
    ("the panic lock", |setup| {
        setup.in_force().pause.set_panic_lock(true);
    }),
    ("keys", |setup| {
        setup.keys.0.fetch_add(1, Ordering::SeqCst);
    }),
];

#[tokio::test(start_paused = true)]
async fn every_change_empties_it_where_nobody_asks() {
    let setup = Setup::new();
    for (what, change) in CHANGES {
        setup.ask(&page(), b"a", 9);
        assert_eq!(setup.n_kept(), 1, "{what}");
        change(&setup);
        match what {
            // They are looked at, and tell nobody.
            "keys" => sleep(TICK + Duration::from_millis(1)).await,
            _ => turns().await,
        }
        assert_eq!(setup.n_kept(), 0, "{what}");
        let rules = setup.in_force();
        rules.pause.set(false);
        rules.pause.set_panic_lock(false);
    }
}

#[tokio::test]
async fn an_answer_that_comes_after_a_change_is_not_kept() {
    let close: Change = ("its end", |setup| setup.cache.close());
    for (what, change) in CHANGES.into_iter().chain([close]) {
        let setup = Setup::new();
        let (rules, caller) = (setup.in_force(), page());
        let asked = setup.asked(&rules, &caller, b"a");
        let Turn::Work(ticket) = setup.cache.turn(&asked) else {
            panic!("nothing is kept");
        };
        change(&setup);
        ticket.expect("one").done(&asked, &done(9));
        assert_eq!(setup.n_kept(), 0, "{what}");
    }
}

#[tokio::test]
async fn what_is_not_whole_is_not_kept() {
    let setup = Setup::new();
    let counts = |decoded, failed| {
        let (answer, mut tally) = done(9)?;
        (tally.counts.decoded, tally.counts.failed) = (decoded, failed);
        Ok((answer, tally))
    };
    for done in [
        counts(0, 0),
        counts(1, 1),
        Err(RequestError::Busy),
        Ok((Err(RequestError::Busy), Tally::default())),
    ] {
        let (rules, caller) = (setup.in_force(), page());
        let asked = setup.asked(&rules, &caller, b"a");
        let Turn::Work(ticket) = setup.cache.turn(&asked) else {
            panic!("nothing is kept");
        };
        ticket.expect("one").done(&asked, &done);
        assert_eq!(setup.n_kept(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_for_ever() {
    let setup = Setup::new();
    let (rules, caller) = (setup.in_force(), page());
    let asked = setup.asked(&rules, &caller, b"a");
    let wait = Duration::from_secs(8);
    let Turn::Work(Some(first)) = setup.cache.turn(&asked) else {
        panic!("it is the first");
    };
    let waiting = || match setup.cache.turn(&asked) {
        Turn::Wait(waiting) => waiting,
        Turn::Answer(_) | Turn::Work(_) => panic!("the first is at it"),
    };
    let alone = setup.cache.after(&asked, waiting(), wait).await;
    assert!(matches!(alone, Turn::Work(None)), "after its time");

    // Of those who wait for one that is given up, one takes it over and the other gets that answer.
    let (one, other) = (waiting(), waiting());
    drop(first);
    let Turn::Work(Some(second)) = setup.cache.after(&asked, one, wait).await else {
        panic!("it takes over");
    };
    let ending = async { second.done(&asked, &done(9)) };
    let (other, ()) = tokio::join!(setup.cache.after(&asked, other, wait), ending);
    assert!(matches!(other, Turn::Answer(kept) if kept.answer().0.is_ok_and(|it| it.len() == 9)));
    assert_eq!(setup.n_kept(), 1);
}
