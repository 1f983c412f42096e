//! `temporal-codec doctor`: what is seen of another process, and how it ends.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use support::app::free_port;
use support::cli::{Home, run};

#[test]
fn a_server_that_serves_is_well_and_the_way_to_it_is_gone() {
    let home = Home::new();
    let serving = home.serve(&["--port", "0", "--keys", &home.sample_keys()]);
    let port = serving.port().to_string();
    let ran = home.run(&["doctor", "--port", &port], b"");
    assert_eq!(ran.status, Some(0), "{ran:?}");
    for line in [
        format!(
            "[ok] Connection to 127.0.0.1:{port}: A Codec Server of this product answers there."
        ),
        "[ok] Decoding: The Codec Server says that it is ready.".to_owned(),
        "[ok] Preflight of ".to_owned(),
        "[ok] Decode for a program ".to_owned(),
    ] {
        assert!(ran.stdout.contains(&line), "{line}: {}", ran.stdout);
    }
    assert!(!ran.stdout.contains("[x]"), "{}", ran.stdout);

    // The terminal asks for https where the Codec Server speaks http.
    let mut command = home.command(&["doctor", "--port", &port]);
    let endpoint = format!("https://127.0.0.1:{port}/\u{1b}[31m");
    command.env("TEMPORAL_CODEC_ENDPOINT", endpoint);
    let ran = run(command, b"");
    assert_eq!(ran.status, Some(1), "{ran:?}");
    assert!(
        ran.stdout.contains("[x] TEMPORAL_CODEC_ENDPOINT: "),
        "{}",
        ran.stdout
    );
    assert!(!ran.stdout.contains('\u{1b}'), "{:?}", ran.stdout);
}

#[test]
fn nothing_and_something_else_on_the_port_are_told_apart() {
    let home = Home::new();
    let port = free_port().to_string();
    let ran = home.run(&["doctor", "--port", &port], b"");
    assert_eq!(ran.status, Some(1), "{ran:?}");
    assert!(ran.stdout.contains("nothing listens there"), "{ran:?}");
    assert!(ran.stdout.contains("No self-test"), "{ran:?}");

    let other = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = other.local_addr().expect("an address").port().to_string();
    let answering = std::thread::spawn(move || {
        let (mut stream, _) = other.accept().expect("a connection");
        let mut head = [0; 1024];
        let _ = stream.read(&mut head).expect("a request");
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
        stream.write_all(answer.as_bytes()).expect("written");
    });
    let ran = home.run(&["doctor", "--port", &port], b"");
    answering.join().expect("answered");
    assert_eq!(ran.status, Some(1), "{ran:?}");
    assert!(
        ran.stdout.contains("is answered by something else"),
        "{ran:?}"
    );
    let ran = home.run(&["doctor", "--port", "0"], b"");
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(2), ""));
}

/// Whatever is wrong with the settings, that is a line of the report, and the rest is looked at.
#[test]
fn damaged_settings_are_a_line_of_the_report() {
    let home = Home::new();
    let serving = home.serve(&["--port", "0", "--keys", &home.sample_keys()]);
    let port = serving.port().to_string();
    let settings = home
        .path()
        .join(".config")
        .join(app::IDENTIFIER)
        .join("settings.json");
    for damaged in ["{\"version\": 1, \u{1b}[31m", "", "[]", "\0\0"] {
        app::write_atomically(&settings, damaged.as_bytes()).expect("written");
        let ran = home.run(&["doctor", "--port", &port], b"");
        assert_eq!(ran.status, Some(1), "{damaged:?}: {ran:?}");
        for line in [
            "[x] Settings file: The settings file ",
            "Correct the file, or move it away.",
            "[ok] Decoding: The Codec Server says that it is ready.",
            "[ok] Decode for a program ",
            "Which origins are allowed is not known.",
        ] {
            assert!(ran.stdout.contains(line), "{line}: {}", ran.stdout);
        }
        assert!(!ran.stdout.contains('\u{1b}'), "{:?}", ran.stdout);
    }
    let ran = home.run(&["doctor"], b"");
    assert_eq!(ran.status, Some(1), "{ran:?}");
    assert!(ran.stdout.contains("[x] Settings file: "), "{ran:?}");
}
