//! `temporal-codec serve` reads its files again, on SIGHUP or when they change: nobody's request is lost, and what cannot be used
//! changes nothing.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use access::{LocalAuthority, NewProgramToken};
use serde_json::json;
use support::app::send;
use support::cli::{Home, SAMPLE_KEYS, Serving};
use support::tls;
use support::wire::{Ask, PLAIN, Reply, SEALED, Wire, payloads};

/// Keys without the one that [`SEALED`] was sealed with.
const OTHER_KEYS: &str =
    r#"[{"id": "new", "material": "000102030405060708090a0b0c0d0e0f", "format": "hex"}]"#;

const PATIENCE: Duration = Duration::from_secs(20);

/// `serve` with HTTPS, its authority, and a folder with its files.
struct Hosted {
    home: Home,
    authority: LocalAuthority,
    serving: Serving,
}

impl Hosted {
    fn start(more: &[&str]) -> Self {
        let home = Home::new();
        let authority = LocalAuthority::make(SystemTime::now()).expect("random");
        let keys = home.sample_keys();
        let (cert, key) = issue(&home, &authority);
        let arguments = [
            "--port",
            "0",
            "--https-port",
            "0",
            "--keys",
            &keys,
            "--tls-cert",
            &cert,
            "--tls-key",
            &key,
        ];
        let serving = home.serve(&[&arguments, more].concat());
        Hosted {
            home,
            authority,
            serving,
        }
    }

    async fn http(&self) -> Wire {
        Wire::connect(address(self.serving.port())).await
    }

    async fn https(&self) -> Wire {
        Wire::over(self.handshake().await)
    }

    async fn handshake(&self) -> tokio_rustls::client::TlsStream<tokio::net::TcpStream> {
        let trusted = [self.authority.certificate()];
        let port = self.serving.https_port();
        let stream = tls::connect(address(port), "localhost", &trusted, &[]).await;
        stream.expect("trusted")
    }

    /// Puts another certificate into its place and waits until handshakes get it. All parts are tried at a reload, this one last.
    async fn until_reloaded(&self, by_signal: bool) {
        let before = tls::certificate(&self.handshake().await);
        issue(&self.home, &self.authority);
        if by_signal {
            self.serving.signal("HUP");
        }
        let start = std::time::Instant::now();
        while tls::certificate(&self.handshake().await) == before {
            assert!(start.elapsed() < PATIENCE, "it is reloaded");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

fn address(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

/// A new certificate of the authority, in the files of before.
fn issue(home: &Home, authority: &LocalAuthority) -> (String, String) {
    let issued = authority.issue(SystemTime::now()).expect("random");
    let cert = home.file("cert.pem", &issued.chain);
    (cert, home.file("key.pem", issued.key.as_bytes()))
}

async fn ask(wire: &mut Wire, ask: &Ask<'_>) -> Reply {
    wire.send(&ask.bytes()).await;
    wire.reply().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reload_loses_no_request_and_no_connection() {
    let hosted = Hosted::start(&[]);
    let stop = Arc::new(AtomicBool::new(false));
    let n_answers = Arc::new(AtomicUsize::new(0));
    let mut clients = Vec::new();
    for wire in [
        hosted.http().await,
        hosted.http().await,
        hosted.https().await,
        hosted.https().await,
    ] {
        let (stop, n_answers) = (Arc::clone(&stop), Arc::clone(&n_answers));
        clients.push(tokio::spawn(async move {
            let mut wire = wire;
            let decode = Ask::post("/decode", &payloads(&[SEALED]));
            while !stop.load(Ordering::Relaxed) {
                // On one connection from before the first reload to after the last.
                let reply = ask(&mut wire, &decode).await;
                assert_eq!((reply.status, reply.body), (200, payloads(&[PLAIN])));
                n_answers.fetch_add(1, Ordering::Relaxed);
            }
        }));
    }
    for _ in 0..5 {
        hosted.home.file("keys.json", SAMPLE_KEYS);
        let before = n_answers.load(Ordering::Relaxed);
        hosted.until_reloaded(true).await;
        assert!(n_answers.load(Ordering::Relaxed) > before, "they go on");
    }
    stop.store(true, Ordering::Relaxed);
    for client in clients {
        client.await.expect("each request was answered");
    }
    let ended = hosted.serving.end("TERM");
    assert_eq!(ended.status, Some(0), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("reloaded the keys"),
        "{}",
        ended.stderr
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_under_way_ends_with_the_keys_it_began_with() {
    let hosted = Hosted::start(&[]);
    let sealed = payloads(&[SEALED]);
    let decode = Ask::post("/decode", &sealed);
    let bytes = decode.bytes();
    let (first, rest) = bytes.split_at(bytes.len() - 20);
    let mut under_way = [hosted.http().await, hosted.https().await];
    for wire in &mut under_way {
        // One answer first, so that it is known to be served.
        assert_eq!(ask(wire, &decode).await.body, payloads(&[PLAIN]));
        wire.send(first).await;
    }
    // The heads have arrived by then; the loop above waits for answers on the same sockets only.
    tokio::time::sleep(Duration::from_millis(200)).await;
    hosted.home.file("keys.json", OTHER_KEYS);
    hosted.until_reloaded(true).await;
    for mut wire in under_way {
        wire.send(rest).await;
        assert_eq!(wire.reply().await.body, payloads(&[PLAIN]));
        let reply = ask(&mut wire, &decode).await;
        assert_eq!(reply.body, sealed, "the key is gone for the next one");
        let reply = ask(&mut wire, &Ask::post("/encode", &payloads(&[PLAIN]))).await;
        assert!(reply.body.contains("\"bmV3\""), "{}", reply.body);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_file_is_read_without_a_signal() {
    let hosted = Hosted::start(&[]);
    hosted.home.file("keys.json", OTHER_KEYS);
    hosted.until_reloaded(false).await;
    let mut wire = hosted.http().await;
    let sealed = payloads(&[SEALED]);
    let reply = ask(&mut wire, &Ask::post("/decode", &sealed)).await;
    assert_eq!(reply.body, sealed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_used_changes_nothing_and_is_told_in_one_line() {
    let made = NewProgramToken::make("ci").expect("random");
    let rules = |then: &str| {
        json!({"programs": [made.entry], "rules": [{"when": {"program": "ci"}, "then": then}]})
            .to_string()
    };
    let files = Home::new();
    let access = files.file("access.json", rules("decode"));
    let hosted = Hosted::start(&["--access", &access]);
    let bearer = format!("Bearer {}", made.token.as_str());
    let decode = Ask::post("/decode", &payloads(&[SEALED])).header("Authorization", &bearer);

    hosted
        .home
        .file("keys.json", "[{\"id\": \"x\", \"material\": \"c2VjcmV0\"");
    files.file(
        "access.json",
        "{\"default\": \"decode\", \"default\": \"refuse\"}",
    );
    hosted.until_reloaded(true).await;
    let reply = send(hosted.serving.port(), decode.clone());
    assert_eq!(reply.body, payloads(&[PLAIN]));
    let stranger = decode.clone().without("Authorization");
    let reply = send(hosted.serving.port(), stranger);
    assert_eq!(reply.status_line(), "401 Access token missing");

    // A certificate without its key keeps the one before, whatever becomes of the other files.
    hosted.home.file("keys.json", SAMPLE_KEYS);
    let other = LocalAuthority::make(SystemTime::now()).expect("random");
    let other = other.issue(SystemTime::now()).expect("random");
    hosted.home.file("key.pem", other.key.as_bytes());
    files.file("access.json", rules("original"));
    hosted.serving.signal("HUP");
    let start = std::time::Instant::now();
    while send(hosted.serving.port(), decode.clone()).body != payloads(&[SEALED]) {
        assert!(start.elapsed() < PATIENCE, "the access rules are in force");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    hosted.https().await;

    let ended = hosted.serving.end("TERM");
    assert_eq!(ended.status, Some(0), "{}", ended.stderr);
    for (part, why) in [
        ("keys", "is wrong at line 1, column"),
        ("access rules", "a name twice"),
        ("certificate", "not that of the certificate"),
    ] {
        let told = format!("did not reload the {part}, what was in force stays: ");
        let line = ended.stderr.lines().find(|line| line.contains(&told));
        let line = line.unwrap_or_else(|| panic!("{part}: {}", ended.stderr));
        assert!(line.contains(why), "{line}");
    }
    for secret in ["c2VjcmV0", "BEGIN", &made.token] {
        assert!(!ended.stderr.contains(secret), "{}", ended.stderr);
    }
}

/// Beyond this machine, rules that decode for anybody are no more taken at a reload than at the start.
#[test]
fn a_reload_does_not_open_what_is_served_beyond_this_machine() {
    let made = NewProgramToken::make("ci").expect("random");
    let rules = |default: &str| {
        json!({"programs": [made.entry], "rules": [], "default": default}).to_string()
    };
    let home = Home::new();
    let access = home.file("access.json", rules("refuse"));
    let keys = home.sample_keys();
    let serving = home.serve(&[
        "--port",
        "0",
        "--keys",
        &keys,
        "--access",
        &access,
        "--listen",
        "0.0.0.0",
        "--host",
        "codec.test",
        "--behind-proxy",
    ]);
    home.file("access.json", rules("decode"));
    serving.signal("HUP");
    std::thread::sleep(Duration::from_millis(500));
    let reply = send(serving.port(), Ask::post("/decode", &payloads(&[SEALED])));
    assert_eq!(reply.status_line(), "401 Access token missing");
    let ended = serving.end("TERM");
    assert!(
        ended.stderr.contains("did not reload the access rules"),
        "{}",
        ended.stderr
    );
}

/// A file that could not be read is read as soon as it can be: a token that was revoked in it is not in force any longer.
#[cfg(unix)]
#[test]
fn rules_that_could_not_be_read_are_tried_again() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let made = NewProgramToken::make("ci").expect("random");
    let home = Home::new();
    let folder = home.path().join("drive");
    std::fs::create_dir(&folder).expect("made");
    let access = home.path().join("access.json");
    // As a drive that is mounted: the file itself stays as it is.
    symlink(folder.join("access.json"), &access).expect("linked");
    let rules =
        json!({"programs": [made.entry], "rules": [{"when": {"program": "ci"}, "then": "decode"}]});
    home.file("drive/access.json", rules.to_string());
    let keys = home.sample_keys();
    let access = access.to_str().expect("UTF-8");
    let serving = home.serve(&["--port", "0", "--keys", &keys, "--access", access]);
    let bearer = format!("Bearer {}", made.token.as_str());
    let decode = Ask::post("/decode", &payloads(&[SEALED])).header("Authorization", &bearer);
    assert_eq!(send(serving.port(), decode.clone()).status(), 200);

    let revoked = json!({"programs": [], "rules": []}).to_string();
    home.file("drive/access.json.next", revoked);
    let next = folder.join("access.json.next");
    std::fs::rename(&next, folder.join("access.json")).expect("revoked");
    std::fs::rename(&folder, home.path().join("gone")).expect("gone");
    serving.signal("HUP");
    std::thread::sleep(Duration::from_millis(2500));
    assert_eq!(send(serving.port(), decode.clone()).status(), 200);
    std::fs::rename(home.path().join("gone"), &folder).expect("back");
    let start = std::time::Instant::now();
    while send(serving.port(), decode.clone()).status() == 200 {
        assert!(start.elapsed() < PATIENCE, "the token is revoked");
        std::thread::sleep(Duration::from_millis(50));
    }

    // Nothing but its permissions need change.
    home.file("drive/access.json", rules.to_string());
    let unlike = |mode| std::fs::Permissions::from_mode(mode);
    let file = folder.join("access.json");
    let start = std::time::Instant::now();
    while send(serving.port(), decode.clone()).status() != 200 {
        assert!(start.elapsed() < PATIENCE, "it is in force again");
        std::thread::sleep(Duration::from_millis(50));
    }
    std::fs::set_permissions(&file, unlike(0o666)).expect("its owner");
    std::thread::sleep(Duration::from_millis(3200));
    let ended = serving.end("TERM");
    assert!(ended.stderr.contains("chmod go-w"), "{}", ended.stderr);
    let told = ended.stderr.matches("did not reload the access rules");
    assert_eq!(told.count(), 1, "told once: {}", ended.stderr);
}

/// Something that waits for a writer does not keep what changes later from coming into force.
#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_a_file_ends_no_reload() {
    let home = Home::new();
    let access = home.file("access.json", r#"{"default": "decode"}"#);
    let keys = home.sample_keys();
    let serving = home.serve(&["--port", "0", "--keys", &keys, "--access", &access]);
    std::fs::remove_file(&access).expect("removed");
    let made = std::process::Command::new("mkfifo").arg(&access).status();
    assert!(made.is_ok_and(|status| status.success()));
    serving.signal("HUP");
    std::thread::sleep(Duration::from_millis(300));
    std::fs::remove_file(&access).expect("removed");
    // With a byte order mark, as editors of Windows write it.
    home.file("access.json", "\u{feff}{\"default\": \"refuse\"}");
    let ask = Ask::post("/decode", &payloads(&[SEALED]));
    let start = std::time::Instant::now();
    while send(serving.port(), ask.clone()).status() == 200 {
        assert!(start.elapsed() < PATIENCE, "the new rules are in force");
        std::thread::sleep(Duration::from_millis(50));
    }
    let ended = serving.end("TERM");
    assert!(ended.stderr.contains("a named pipe"), "{}", ended.stderr);
}

/// Without `--access` it is the settings that say who may have what, and they are read again too.
#[test]
fn settings_that_are_read_again_do_not_open_what_is_served_beyond_this_machine() {
    let made = NewProgramToken::make("ci").expect("random");
    // Nobody is asked for keys on behalf of settings that are refused.
    let provider = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    provider.set_nonblocking(true).expect("a socket");
    let url = format!("http://{}/keys", provider.local_addr().expect("bound"));
    let settings = |on: bool, default: &str| {
        let mut policy = json!({"programs": [made.entry], "rules": [], "default": default});
        if default == "decode" {
            policy["providers"] =
                json!([{"kind": "jwks-url", "url": url, "issuer": "x", "audience": "y"}]);
        }
        json!({"version": 1, "access": {"on": on, "policy": policy}}).to_string()
    };
    let home = Home::new();
    let file = home
        .path()
        .join(".config")
        .join(app::IDENTIFIER)
        .join("settings.json");
    let write = |text: String| app::write_atomically(&file, text.as_bytes()).expect("written");
    write(settings(true, "refuse"));
    // A proxy on this machine reaches it on loopback.
    let arguments = [
        "--port",
        "0",
        "--listen",
        "127.0.0.1",
        "--host",
        "codec.test",
        "--behind-proxy",
    ];
    let serving = home.serve(&arguments);
    for opened in [
        settings(false, "refuse"),
        settings(true, "decode"),
        "{}".to_owned(),
    ] {
        write(opened);
        serving.signal("HUP");
        std::thread::sleep(Duration::from_millis(500));
        let reply = send(serving.port(), Ask::post("/decode", &payloads(&[PLAIN])));
        assert_eq!(reply.status_line(), "401 Access token missing");
    }
    serving.end("TERM");
    assert!(provider.accept().is_err(), "the provider was not asked");
    // Nor does it start so.
    let ran = home.run(&[&["serve"], &arguments[..]].concat(), b"");
    assert_eq!(ran.status, Some(1), "{ran:?}");
}

/// What cannot be read twice is not waited for.
#[test]
fn keys_of_standard_input_stay() {
    let home = Home::new();
    let command = home.command(&["serve", "--port", "0", "--keys", "-"]);
    let serving = support::cli::serve(command, SAMPLE_KEYS.as_bytes());
    serving.signal("HUP");
    std::thread::sleep(Duration::from_millis(300));
    let reply = send(serving.port(), Ask::post("/decode", &payloads(&[SEALED])));
    assert_eq!(reply.body, payloads(&[PLAIN]));
    let ended = serving.end("TERM");
    assert!(
        ended.stderr.contains("cannot be read again"),
        "{}",
        ended.stderr
    );
}
