//! `serve --https`: the authority's key is in the keychain, and in no file.

use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use access::LocalAuthority;
use support::cli::{SAMPLE_KEYS, program, run, serve};
use support::keyring::PrivateKeyring;
use support::wire::{PLAIN, SEALED, payloads};

fn command(keyring: &PrivateKeyring, arguments: &[&str]) -> Command {
    let mut command = keyring.command(program());
    command.args(arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[test]
fn the_authority_is_made_once_and_its_key_is_in_the_keychain_alone() {
    let keyring = PrivateKeyring::unlocked();
    let ask = || run(command(&keyring, &["authority"]), b"");
    let first = ask();
    assert_eq!(first.status, Some(0), "{}", first.stderr);
    assert_eq!(
        ask().stdout,
        first.stdout,
        "the same authority for every process"
    );
    assert!(first.stdout.starts_with("-----BEGIN CERTIFICATE-----"));
    let kept = keyring.lookup(app::IDENTIFIER, "https-authority");
    let kept: serde_json::Value = serde_json::from_slice(&kept).expect("JSON");
    assert_eq!(kept["certificate"], first.stdout);

    let arguments = [
        "serve",
        "--port",
        "0",
        "--https",
        "--https-port",
        "0",
        "--keys",
        "-",
    ];
    let serving = serve(command(&keyring, &arguments), SAMPLE_KEYS.as_bytes());
    let url = serving
        .urls()
        .into_iter()
        .find(|url| url.starts_with("https://127"));
    let ca = keyring.path().join("ca.pem");
    std::io::Write::write_all(
        &mut std::fs::File::create(&ca).expect("created"),
        first.stdout.as_bytes(),
    )
    .expect("written");
    let output = std::process::Command::new("curl")
        .args(["-sS", "--cacert"])
        .arg(&ca)
        .args([
            "-H",
            "Content-Type: application/json",
            "-d",
            &payloads(&[SEALED]),
        ])
        .arg(format!("{}/decode", url.expect("https")))
        .output()
        .expect("curl");
    let answer = String::from_utf8_lossy(&output.stdout);
    assert_eq!(
        answer,
        payloads(&[PLAIN]),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(serving.end("TERM").status, Some(0));
}

#[test]
fn without_a_keychain_it_says_what_to_pass_instead() {
    let keyring = PrivateKeyring::without_bus();
    let arguments = ["serve", "--port", "0", "--https", "--keys", "-"];
    let ran = run(command(&keyring, &arguments), SAMPLE_KEYS.as_bytes());
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(1), ""));
    assert!(ran.stderr.contains("--tls-cert"), "{}", ran.stderr);
}

#[test]
fn two_processes_that_start_at_once_make_one_authority() {
    let keyring = PrivateKeyring::unlocked();
    let started: Vec<_> = (0..4)
        .map(|_| command(&keyring, &["authority"]).spawn().expect("starts"))
        .collect();
    let printed: Vec<_> = started
        .into_iter()
        .map(|child| child.wait_with_output().expect("ends").stdout)
        .collect();
    assert!(printed[0].starts_with(b"-----BEGIN CERTIFICATE-----"));
    assert!(
        printed.iter().all(|other| *other == printed[0]),
        "{printed:?}"
    );
}

#[test]
fn an_authority_that_ends_soon_is_made_anew_and_has_to_be_trusted_again() {
    let keyring = PrivateKeyring::unlocked();
    let years = Duration::from_secs(5 * 365 * 24 * 3600);
    let old = LocalAuthority::make(SystemTime::now() - years).expect("random");
    keyring.store(app::IDENTIFIER, "https-authority", &old.kept());
    let ran = run(command(&keyring, &["authority"]), b"");
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    assert!(ran.stdout.starts_with("-----BEGIN CERTIFICATE-----"));
    assert_ne!(ran.stdout, old.certificate());
    assert!(
        ran.stderr.contains("has to trust this one"),
        "{}",
        ran.stderr
    );
    let again = run(command(&keyring, &["authority"]), b"");
    assert_eq!(again.stdout, ran.stdout);
    assert!(!again.stderr.contains("has to trust"), "{}", again.stderr);
}
