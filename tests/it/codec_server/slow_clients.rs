//! A client that is slow costs its own connection, and only that: bodies that drip, answers that nobody reads.

use std::io::ErrorKind;
use std::time::Duration;

use codec_server::{Code, Pace, ServerConfig, Timeouts};
use support::server::{TestServer, config, rules, sample_profile};
use support::wire::{Ask, PLAIN, SEALED, Wire, payloads};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{Instant, sleep, timeout};

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

fn paced(pace: Pace) -> ServerConfig {
    ServerConfig {
        timeouts: Timeouts {
            body: pace,
            answer: pace,
            drain: Duration::from_secs(15),
            ..Timeouts::default()
        },
        ..config()
    }
}

/// 64 KiB within this time.
fn within(within: Duration) -> ServerConfig {
    paced(Pace {
        within,
        ..Timeouts::default().body
    })
}

async fn server(config: ServerConfig) -> TestServer {
    let server = TestServer::try_start(config, rules(sample_profile())).await;
    server.expect("listens")
}

fn head(length: usize) -> Vec<u8> {
    format!(
        "POST /decode HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    )
    .into_bytes()
}

/// Sends a byte now and then, until the server has had enough of it.
async fn drip(wire: &mut Wire, every: Duration) {
    let dripped = async {
        loop {
            if wire.try_send(b" ").await.is_err() {
                break;
            }
            sleep(every).await;
        }
    };
    timeout(PATIENCE, dripped).await.expect("it is cut off");
}

/// A body that begins with `n_bytes` and then drips is answered and recorded as too slow.
async fn check_drip(config: ServerConfig, n_bytes: usize) {
    let server = server(config).await;
    let mut wire = server.connect().await;
    wire.send(&head(60 << 20)).await;
    wire.send(&vec![b' '; n_bytes]).await;
    let address = server.address();
    // Each drip comes well before its time is up.
    let mut dripping = std::pin::pin!(drip(&mut wire, Duration::from_millis(50)));
    let recorded = async {
        while server.records().is_empty() {
            sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::select! {
        () = &mut dripping => {}
        ended = timeout(PATIENCE, recorded) => ended.expect("it is recorded"),
    }
    let record = server.last_record();
    assert_eq!(
        (record.status, record.code),
        (408, Some(Code::BodyTooSlow)),
        "after {n_bytes} bytes"
    );
    let mut honest = Wire::connect(address).await;
    honest.send(&Ask::post("/decode", "{}").bytes()).await;
    assert_eq!(honest.reply().await.status, 200);
}

#[tokio::test]
async fn a_body_that_drips_is_cut_off_however_much_came_before() {
    for n_bytes in [0, 1, 100_000, 5 << 20] {
        check_drip(within(Duration::from_millis(500)), n_bytes).await;
    }
}

#[tokio::test]
async fn a_body_that_keeps_the_pace_is_cut_off_in_the_end() {
    let pace = Pace {
        bytes: 1,
        within: Duration::from_secs(10),
        total: Duration::from_millis(500),
    };
    check_drip(paced(pace), 0).await;
}

#[tokio::test]
async fn the_client_is_told_and_may_try_again() {
    let server = server(within(Duration::from_millis(300))).await;
    let mut wire = server.connect().await;
    wire.send(&head(100)).await;
    wire.send(b"{\"payl").await;
    let reply = wire.reply().await;
    assert_eq!(reply.status_line(), "408 Body took too long");
    assert_eq!(reply.body, "the body took too long\n");
    assert!(wire.is_closed().await);
    assert_eq!(server.last_record().code, Some(Code::BodyTooSlow));
}

#[tokio::test]
async fn a_steady_body_is_served_though_it_takes_longer_than_one_step_may() {
    let pace = Pace {
        bytes: 8,
        within: Duration::from_secs(1),
        total: Duration::from_secs(60),
    };
    let server = server(paced(pace)).await;
    let body = payloads(&[SEALED]);
    let mut wire = server.connect().await;
    wire.send(&head(body.len())).await;
    let started = Instant::now();
    for piece in body.as_bytes().chunks(16) {
        wire.send(piece).await;
        sleep(Duration::from_millis(100)).await;
    }
    assert!(started.elapsed() > pace.within);
    assert_eq!(wire.reply().await.body, payloads(&[PLAIN]));
}

/// A connection that takes little at a time, and a request for an answer of 32 MiB, sent.
async fn asked_for_much(server: &TestServer) -> (TcpStream, usize) {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(64 << 10).expect("set");
    let mut stream = socket.connect(server.address()).await.expect("listens");
    let data = "QUJD".repeat(8 << 20);
    let body = format!("{{\"payloads\":[{{\"data\":\"{data}\"}}]}}");
    stream.write_all(&head(body.len())).await.expect("open");
    stream.write_all(body.as_bytes()).await.expect("open");
    (stream, body.len())
}

async fn recorded(server: &TestServer) {
    let recorded = async {
        while server.records().is_empty() {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(PATIENCE, recorded).await.expect("it is answered");
}

#[tokio::test]
async fn an_answer_that_nobody_reads_is_dropped() {
    let server = server(within(Duration::from_millis(500))).await;
    let (mut stream, length) = asked_for_much(&server).await;
    recorded(&server).await;
    sleep(Duration::from_secs(2)).await;
    // What the system had taken over by then is still there, and no more.
    let mut came = Vec::new();
    let end = timeout(PATIENCE, stream.read_to_end(&mut came)).await;
    match end.expect("it ends") {
        Ok(_) => {}
        Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset),
    }
    assert!(came.len() < length, "{} of {length} bytes", came.len());
    // Nothing is left of it: there is nothing to wait for.
    assert_eq!(server.running.stop().await, 0);
}

#[tokio::test]
async fn an_answer_that_is_read_steadily_arrives() {
    let server = server(within(Duration::from_secs(1))).await;
    let (mut stream, length) = asked_for_much(&server).await;
    recorded(&server).await;
    let started = Instant::now();
    let mut n_bytes = 0;
    let mut piece = vec![0; 1 << 20];
    let read = async {
        while n_bytes < length {
            let n_read = stream.read(&mut piece).await.expect("open");
            assert_ne!(n_read, 0, "{n_bytes} of {length} bytes");
            n_bytes += n_read;
            sleep(Duration::from_millis(2)).await;
        }
    };
    timeout(PATIENCE, read).await.expect("it arrives");
    assert!(
        started.elapsed() > Duration::from_millis(500),
        "too fast to show anything"
    );
}

#[tokio::test]
async fn a_head_without_end_is_refused_before_it_takes_memory() {
    let server = server(config()).await;
    let mut wire = server.connect().await;
    wire.send(b"POST /decode HTTP/1.1\r\nHost: localhost\r\nX-Long: ")
        .await;
    // The server stops reading somewhere.
    let _ = wire.try_send(&vec![b'a'; 200 << 10]).await;
    assert_eq!(
        wire.reply().await.status_line(),
        "431 Request Header Fields Too Large"
    );
    // Long ones that end are served.
    let long = Ask::post("/decode", "{}").header("Cookie", &"a".repeat(40 << 10));
    assert_eq!(server.send(&long).await.status, 200);
}

#[tokio::test]
async fn stop_cuts_off_whatever_still_drips_or_is_unread() {
    let mut config = config();
    config.timeouts.drain = Duration::from_millis(500);
    let server = server(config).await;
    let (unread, _) = asked_for_much(&server).await;
    recorded(&server).await;
    let mut dripping = server.connect().await;
    dripping.send(&head(100)).await;
    let mut idle = server.connect().await;
    idle.send(&Ask::post("/decode", "{}").bytes()).await;
    assert_eq!(idle.reply().await.status, 200);
    let unused = server.connect().await;
    sleep(Duration::from_millis(100)).await;
    let stopping = server.running.stop();
    let n_cut = timeout(PATIENCE, stopping).await.expect("it stops");
    assert_eq!(n_cut, 2, "the two that keep it waiting");
    assert!(idle.is_closed().await);
    assert!(dripping.is_closed().await);
    drop((unread, unused));
}
