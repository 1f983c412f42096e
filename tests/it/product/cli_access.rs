//! `temporal-codec serve --access` and `temporal-codec token`, as somebody uses them who hosts a Codec Server for a team.

use std::time::SystemTime;

use access::LocalAuthority;
use serde_json::{Value, json};
use support::app::send;
use support::cli::Home;
use support::wire::{Ask, PLAIN, SEALED, payloads};

#[test]
fn a_program_with_its_token_is_decoded_and_nobody_else() {
    let home = Home::new();
    let made = home.run(&["token", "ci"], b"");
    assert_eq!(made.status, Some(0), "{}", made.stderr);
    let made: Value = serde_json::from_str(&made.stdout).expect("JSON");
    let token = made["token"].as_str().expect("a token");
    let access = json!({
        "programs": [made["program"]],
        "rules": [{"name": "ci", "when": {"program": "ci"}, "then": "decode"}],
    });
    let access = home.file("access.json", access.to_string());
    let keys = home.sample_keys();
    let serving = home.serve(&["--port", "0", "--keys", &keys, "--access", &access]);
    let port = serving.port();

    let bearer = format!("Bearer {token}");
    let sealed = payloads(&[SEALED]);
    let ask = Ask::post("/decode", &sealed);
    let answer = send(port, ask.clone().header("Authorization", &bearer));
    assert_eq!(answer.body, payloads(&[PLAIN]));
    let answer = send(port, ask.clone());
    assert_eq!(answer.status_line(), "401 Access token missing");
    let answer = send(port, ask.header("Authorization", "Bearer tcodec_guess"));
    assert_eq!(answer.status_line(), "401 Program token not known");

    let ended = serving.end("TERM");
    assert_eq!(ended.status, Some(0));
    assert!(
        ended.stderr.contains("PROGRAM_TOKEN_UNKNOWN"),
        "{}",
        ended.stderr
    );
    assert!(!ended.stderr.contains("tcodec_"), "no token is in the log");
}

#[test]
fn half_an_access_file_serves_nobody() {
    let home = Home::new();
    let keys = home.sample_keys();
    for (content, why) in [
        ("{", "not JSON"),
        (r#"{"default": "allow"}"#, "as its schema says"),
        (
            r#"{"rules": [{"then": "decode"}]}"#,
            "Rule 1: it is for everybody and everything; say in",
        ),
        (
            r#"{"default": "refuse", "default": "decode"}"#,
            "a name twice",
        ),
        (
            r#"{"providers": [{"kind": "oidc", "issuer": "http://x.test", "audience": "a"}]}"#,
            "not an https URL",
        ),
    ] {
        let access = home.file("access.json", content);
        let ran = home.run(
            &["serve", "--port", "0", "--keys", &keys, "--access", &access],
            b"",
        );
        assert_eq!((ran.status, ran.stdout.as_str()), (Some(1), ""));
        assert!(ran.stderr.contains(why), "{}", ran.stderr);
    }
    let ran = home.run(
        &[
            "serve",
            "--port",
            "0",
            "--keys",
            &keys,
            "--access",
            "/nonexistent",
        ],
        b"",
    );
    assert_eq!(ran.status, Some(1));
    let ran = home.run(&["token", "a\u{7}b"], b"");
    assert_eq!(ran.status, Some(1));
}

#[test]
fn https_is_served_with_a_certificate_of_ones_own() {
    let home = Home::new();
    let authority = LocalAuthority::make(SystemTime::now()).expect("random");
    let issued = authority.issue(SystemTime::now()).expect("random");
    let ca = home.file("ca.pem", authority.certificate());
    let cert = home.file("cert.pem", &issued.chain);
    let key = home.file("key.pem", issued.key.as_bytes());
    let keys = home.sample_keys();
    let arguments = ["serve", "--port", "0", "--https-port", "0", "--keys", &keys];
    let tls = ["--tls-cert", &cert, "--tls-key", &key];
    let serving = home.serve(&[&arguments[1..], &tls].concat());
    let urls = serving.urls();
    let secure: Vec<_> = urls
        .iter()
        .filter(|url| url.starts_with("https://"))
        .collect();
    assert_eq!((urls.len(), secure.len()), (4, 2), "{urls:?}");
    // OpenSSL reads the certificate and the name constraints as browsers do, and has nothing to do with rustls.
    let port = secure[0].rsplit_once(':').expect("a port").1;
    for (host, trusted, expect) in [
        ("localhost", true, Some(0)),
        ("127.0.0.1", true, Some(0)),
        ("localhost", false, Some(60)),
    ] {
        let url = format!("https://{host}:{port}/decode");
        let mut curl = std::process::Command::new("curl");
        curl.args([
            "-sS",
            "--http1.1",
            "-d",
            &payloads(&[SEALED]),
            "-H",
            "Content-Type: application/json",
            &url,
        ]);
        if trusted {
            curl.args(["--cacert", &ca]);
        }
        let output = curl.output().expect("curl");
        assert_eq!(
            output.status.code(),
            expect,
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        if trusted {
            assert_eq!(String::from_utf8_lossy(&output.stdout), payloads(&[PLAIN]));
        }
    }
    let ended = serving.end("TERM");
    assert!(
        ended.stderr.contains("CERTIFICATE_NOT_TRUSTED"),
        "{}",
        ended.stderr
    );

    let other = authority.issue(SystemTime::now()).expect("random");
    let other = home.file("other.pem", other.key.as_bytes());
    for (cert, key, why) in [
        (&cert, &other, "not that of the certificate"),
        (&key, &key, "no certificate in it"),
        (&cert, &cert, "no private key in it"),
    ] {
        let tls = ["--tls-cert", cert.as_str(), "--tls-key", key.as_str()];
        let ran = home.run(&[&arguments[..], &tls].concat(), b"");
        assert_eq!((ran.status, ran.stdout.as_str()), (Some(1), ""));
        assert!(ran.stderr.contains(why), "{}", ran.stderr);
        assert!(
            !ran.stderr.contains("MI"),
            "nothing of a file is in an error"
        );
    }
}

#[test]
fn beyond_this_machine_it_says_what_is_missing() {
    let home = Home::new();
    let keys = home.sample_keys();
    let serve = ["serve", "--port", "0", "--keys", &keys];
    for (more, why) in [
        (
            vec!["--listen", "0.0.0.0", "--host", "codec.test"],
            "it takes TLS",
        ),
        (
            vec![
                "--listen",
                "0.0.0.0",
                "--host",
                "codec.test",
                "--behind-proxy",
            ],
            "--access",
        ),
        (
            vec!["--listen", "0.0.0.0", "--host", "a/b"],
            "no name that can be looked up",
        ),
        (
            vec!["--listen", "0.0.0.0", "--host", "codec.test:8443"],
            "it has a port",
        ),
        (
            vec!["--listen", "0.0.0.0", "--host", "[fd00::1]:8443"],
            "it has a port",
        ),
        (vec!["--listen", "0.0.0.0", "--host", ":"], "it has a port"),
        (
            vec!["--listen", "0.0.0.0", "--host", "https://codec.test"],
            "it is a URL",
        ),
        (
            vec!["--listen", "0.0.0.0", "--host", ".."],
            "no name that can be looked up",
        ),
    ] {
        let ran = home.run(&[&serve[..], &more].concat(), b"");
        assert_eq!((ran.status, ran.stdout.as_str()), (Some(1), ""), "{more:?}");
        assert!(ran.stderr.contains(why), "{}", ran.stderr);
    }
}

/// The README's access file is one, and its schema agrees.
#[test]
fn the_access_file_of_the_readme_is_one() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md"))
        .expect("a README");
    let schema: Value = serde_json::from_str(app::access_file_schema()).expect("a schema");
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    let blocks = readme.split("```json\n").skip(1);
    let blocks = blocks.filter_map(|block| block.split("```").next());
    let mut n_files = 0;
    for block in blocks.filter(|block| block.contains("\"providers\"")) {
        app::read_access_file(block.as_bytes()).expect("an access file");
        schema
            .validate(&serde_json::from_str(block).expect("JSON"))
            .expect("as the schema says");
        n_files += 1;
    }
    assert_eq!(n_files, 1);
}
