//! HTTPS as the window switches it: beside http, on a port that stays while that of http moves, and off again.

use app::Code;
use payload_codec::KeyError;
use serde_json::{Value, json};
use support::app::{TestApp, free_port, post};
use support::wire::{Ask, ORIGIN, PLAIN, SEALED, payloads};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::consent::{answer, question};

/// What `/decode` answers over HTTPS on a port, to whoever trusts this authority alone.
fn ask(port: u16, authority: &str) -> std::io::Result<String> {
    let body = payloads(&[SEALED]);
    ask_with(port, authority, Ask::post("/decode", &body))
}

fn ask_with(port: u16, authority: &str, ask: Ask<'_>) -> std::io::Result<String> {
    let asking = async {
        let address = (std::net::Ipv4Addr::LOCALHOST, port).into();
        let mut stream = support::tls::connect(address, "127.0.0.1", &[authority], &[]).await?;
        stream
            .write_all(&ask.header("Connection", "close").bytes())
            .await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(asking)
}

/// The certificate of this machine's authority, as the window exports it.
fn authority(app: &TestApp) -> String {
    let path = app.folder().path().join("authority.pem");
    let file = app.ticket("export_authority", &path);
    app.ok("export_authority", json!({ "file": file }));
    std::fs::read_to_string(path).expect("written")
}

fn switch(on: bool, port: u16) -> Value {
    json!({ "on": on, "port": port })
}

#[test]
fn https_comes_and_goes_while_http_serves_and_stays_while_http_moves() {
    let app = TestApp::new().with_sample_key();
    let http = app.serve_on_set_port();
    let authority = authority(&app);
    assert!(authority.starts_with("-----BEGIN CERTIFICATE-----") && !authority.contains("PRIVATE"));
    let port = free_port();
    let server = app.ok("switch_https", switch(true, port));
    assert_eq!(
        server["https"]["endpoint"],
        format!("https://127.0.0.1:{port}")
    );
    let decoded = |answer: std::io::Result<String>| {
        let answer = answer.expect("an answer");
        assert!(
            answer.starts_with("HTTP/1.1 200 ") && answer.ends_with(&payloads(&[PLAIN])),
            "{answer}"
        );
    };
    decoded(ask(port, &authority));
    assert_eq!(post(http, "/decode", &payloads(&[SEALED])).status(), 200);

    // The port of http moves, and that of HTTPS is handed over.
    for _ in 0..3 {
        let moved = free_port();
        let server = app.ok("set_port", json!({ "port": moved }));
        assert_eq!(
            server["https"]["endpoint"],
            format!("https://127.0.0.1:{port}")
        );
        decoded(ask(port, &authority));
        assert_eq!(post(moved, "/decode", &payloads(&[SEALED])).status(), 200);
    }
    // Neither takes the port of the other.
    let http = app.ok("server_status", Value::Null)["port"].clone();
    app.fails("set_port", json!({ "port": port }), Code::InvalidSetting);
    app.fails(
        "switch_https",
        json!({ "on": true, "port": http }),
        Code::InvalidSetting,
    );
    // HTTPS moves, too, and its certificate is from the same authority.
    let other = free_port();
    app.ok("switch_https", switch(true, other));
    decoded(ask(other, &authority));
    assert!(
        ask(port, &authority).is_err(),
        "nobody listens there any more"
    );
    // The next start serves it as well.
    app.ok("stop_server", Value::Null);
    assert!(ask(other, &authority).is_err());
    let next = app.sibling().with_sample_key();
    next.ok("start_server", Value::Null);
    decoded(ask(other, &authority));
    let off = next.ok("switch_https", switch(false, other));
    assert_eq!(off["https"]["endpoint"], Value::Null);
    assert!(ask(other, &authority).is_err());
}

#[test]
fn where_https_cannot_be_served_http_is_and_the_window_says_why() {
    let app = TestApp::new().with_sample_key();
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = taken.local_addr().expect("bound").port();
    let http = app.serve_on_set_port();
    let error = app.fails("switch_https", switch(true, port), Code::PortInUse);
    assert!(error.hint.contains("Nothing was changed"), "{error:?}");
    assert_eq!(app.ok("server_status", Value::Null)["https"]["on"], false);
    // Set while the server is stopped, it is found out at the start.
    app.ok("stop_server", Value::Null);
    app.ok("switch_https", switch(true, port));
    let server = app.ok("start_server", Value::Null);
    assert_eq!(
        (&server["state"], &server["https"]["endpoint"]),
        (&json!("serving"), &Value::Null)
    );
    assert_eq!(server["https"]["problem"]["code"], "port_in_use");
    assert_eq!(post(http, "/decode", &payloads(&[SEALED])).status(), 200);
    drop(taken);
    let server = app.ok("switch_https", switch(true, port));
    assert_eq!(server["https"]["problem"], Value::Null);
    assert_eq!(
        server["https"]["endpoint"],
        format!("https://127.0.0.1:{port}")
    );

    // The authority's key is in the keychain and nowhere else.
    let other = TestApp::new();
    other.vault.set_problem(Some(KeyError::Locked));
    other.fails(
        "switch_https",
        switch(true, free_port()),
        Code::KeychainUnavailable,
    );
    other.vault.set_problem(None);
    other.ok("switch_https", switch(true, free_port()));
    assert!(
        other
            .vault
            .accounts()
            .contains(&"https-authority".to_owned())
    );
}

/// A page over HTTPS waits for the same answer as one over http, and a remembered one counts for both.
#[test]
fn consent_is_asked_over_https_as_over_http() {
    let app = TestApp::new().with_sample_key();
    let _window = app.app.events();
    app.serve();
    let authority = authority(&app);
    let port = free_port();
    app.ok("switch_https", switch(true, port));
    app.ok(
        "switch_consent",
        json!({ "on": true, "unlisted_pages": false }),
    );
    let page = |namespace: &'static str| {
        let authority = authority.clone();
        std::thread::spawn(move || {
            let body = payloads(&[SEALED]);
            let ask = Ask::post("/decode", &body).header("Origin", ORIGIN);
            ask_with(port, &authority, ask.header("X-Namespace", namespace))
        })
    };
    for (namespace, given, status) in [
        ("orders", "always", "HTTP/1.1 200 "),
        ("billing", "deny", "HTTP/1.1 403 "),
    ] {
        let waits = page(namespace);
        let asked = question(&app);
        assert_eq!(
            (&asked["name"], &asked["namespace"]),
            (&json!(ORIGIN), &json!(namespace))
        );
        assert!(!waits.is_finished(), "it waits for the answer");
        answer(&app, &asked, given);
        for answered in [waits, page(namespace)] {
            let answered = answered.join().expect("no panic").expect("an answer");
            assert!(answered.starts_with(status), "{answered}");
        }
    }
}

/// A certificate that is good for localhost alone is no way to listen beyond it, whatever else is in order.
#[test]
fn beyond_this_machine_the_certificate_of_its_own_authority_is_refused() {
    let app = TestApp::new().with_sample_key();
    let server = app.app.server();
    server.set_local_https(free_port()).expect("an authority");
    let access = br#"{"programs": [{"name": "x", "token_sha256": "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"}]}"#;
    let access = app::read_access_file(access).expect("a file");
    server.set_access(access).expect("nothing is served yet");
    let every = std::net::Ipv4Addr::UNSPECIFIED.into();
    let hosts = || vec!["codec.test".to_owned()];
    server.set_beyond(every, hosts(), false).expect("a host");
    let refused = server
        .start_server_on(free_port())
        .expect_err("it is refused");
    assert!(refused.message.contains("--tls-cert"), "{refused:?}");
    // Where a proxy ends TLS, it is not shown to anybody.
    server.set_beyond(every, hosts(), true).expect("a host");
    server.start_server_on(free_port()).expect("it serves");
}
