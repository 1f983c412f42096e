//! The same request of several clients at the same time: one works, the others wait for it, bounded.

use super::*;

/// How many Payloads make a body of more than 128 KiB, which is worked on apart.
const MANY: usize = 800;

async fn at_the_same_time(
    server: &TestServer,
    keys: &Keys,
    n: usize,
    ask: &Ask<'_>,
) -> Vec<String> {
    keys.hold(true);
    let bytes = ask.bytes();
    let mut asking = Vec::new();
    for _ in 0..n {
        let mut wire = server.connect().await;
        let bytes = bytes.clone();
        asking.push(tokio::spawn(async move {
            wire.send(&bytes).await;
            wire.reply().await
        }));
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    keys.hold(false);
    let mut answers = Vec::new();
    for asked in asking {
        let reply = asked.await.expect("no panic");
        assert_eq!(reply.status, 200);
        answers.push(reply.body);
    }
    answers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 12)]
async fn who_asks_the_same_at_the_same_time_waits_for_one_decode() {
    let keys = Keys::new();
    let server = TestServer::start(cached(&keys)).await;
    let (small, large) = (payloads(&[SEALED]), payloads(&[SEALED; MANY]));
    for (body, n_payloads) in [(&small, 1), (&large, MANY)] {
        let ask = Ask::post("/decode", body).header("Origin", ORIGIN);
        let answers = at_the_same_time(&server, &keys, 6, &ask).await;
        assert!(answers.iter().all(|answer| *answer == answers[0]));
        assert_eq!(keys.n_asked(), n_payloads, "it was decoded once");
    }
    let hits = server.records().iter().filter(|it| it.from_cache).count();
    assert_eq!(hits, 10);

    // Programs, too, of which the first leaves nothing behind.
    let ask = Ask::post("/decode", &large);
    at_the_same_time(&server, &keys, 4, &ask).await;
    assert_eq!(keys.n_asked(), MANY);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 12)]
async fn who_waits_goes_on_when_the_first_gives_up_or_fails() {
    let keys = Keys::new();
    let server = TestServer::start(cached(&keys)).await;
    let body = payloads(&[SEALED; MANY]);
    let ask = Ask::post("/decode", &body).header("Origin", ORIGIN);
    keys.hold(true);
    let mut first = server.connect().await;
    first.send(&ask.bytes()).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let mut second = server.connect().await;
    second.send(&ask.bytes()).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    drop(first);
    tokio::time::sleep(Duration::from_millis(300)).await;
    keys.hold(false);
    let reply = second.reply().await;
    assert_eq!(reply.status, 200);
    let records = server.records();
    let hits: Vec<bool> = records.iter().map(|it| it.from_cache).collect();
    assert_eq!(hits, [false], "it was worked on");

    // What fails for the first is found out by each. Some of the work that was given up may still be counted.
    keys.n_asked();
    let body = payloads(&[UNKNOWN_KEY; MANY]);
    let ask = Ask::post("/decode", &body);
    let answers = at_the_same_time(&server, &keys, 3, &ask).await;
    assert!(answers.iter().all(|answer| *answer == body));
    assert!(keys.n_asked() >= 3 * MANY);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 12)]
async fn who_waits_does_it_alone_after_a_while() {
    let keys = Keys::new();
    let mut config = config();
    config.timeouts.busy = Duration::from_millis(200);
    let server = TestServer::try_start(config, cached(&keys)).await;
    let server = server.expect("listens");
    // Worked on apart, so that no thread of the reactor waits.
    let ask = Ask::post("/decode", &payloads(&[SEALED; MANY])).header("Origin", ORIGIN);
    keys.hold(true);
    let mut wires: Vec<Wire> = Vec::new();
    for _ in 0..2 {
        let mut wire = server.connect().await;
        wire.send(&ask.bytes()).await;
        wires.push(wire);
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(keys.n_asked.load(Ordering::SeqCst), 2, "both work by now");
    keys.hold(false);
    for mut wire in wires {
        assert_eq!(wire.reply().await.status, 200);
    }
}
