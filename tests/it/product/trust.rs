//! Trusting the authority of this machine: with a real `certutil`, in a home of the test's own.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use support::app::TestApp;

fn certutil(database: &Path, arguments: &[&str]) -> String {
    let place = format!("sql:{}", database.display());
    let output = Command::new("certutil")
        .args(["-d", &place])
        .args(arguments)
        .output()
        .expect("certutil is installed");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn store<'a>(view: &'a Value, name: &str) -> &'a Value {
    let stores = view["stores"].as_array().expect("stores");
    let found = stores.iter().find(|store| store["name"] == name);
    found.unwrap_or_else(|| panic!("{name} is in {view}"))
}

const CHROME: &str = "Chrome, Chromium and Edge";

#[test]
fn a_browser_trusts_the_authority_after_a_yes_and_no_longer_when_it_is_taken_back() {
    let app = TestApp::new();
    let home = app.folder().path().join("home");
    let profile = home.join(".mozilla/firefox/abcd.default-esr");
    std::fs::create_dir_all(&profile).expect("made");
    certutil(&profile, &["-N", "--empty-password"]);

    let view = app.ok("list_trust", Value::Null);
    assert_eq!(view["problem"], Value::Null);
    let firefox = store(&view, "Firefox: abcd.default-esr").clone();
    for name in [CHROME, "Firefox: abcd.default-esr"] {
        assert_eq!(store(&view, name)["state"], "not_trusted", "{name}");
    }

    // The desktop is asked with the exact words, and a no changes nothing.
    let chrome = json!({ "store": store(&view, CHROME)["id"] });
    app.desktop.agree(false);
    let view = app.ok("trust_authority", chrome.clone());
    assert_eq!(store(&view, CHROME)["state"], "not_trusted");
    assert!(!home.join(".pki/nssdb/cert9.db").exists());

    app.desktop.agree(true);
    let view = app.ok("trust_authority", chrome.clone());
    assert_eq!(store(&view, CHROME)["state"], "trusted");
    let listed = certutil(&home.join(".pki/nssdb"), &["-L"]);
    let authority = view["authority"].as_str().expect("a name");
    let row = listed.lines().find(|line| line.starts_with(authority));
    assert!(
        row.is_some_and(|row| row.trim_end().ends_with("C,,")),
        "{listed}"
    );
    app.desktop.agree(true);
    let view = app.ok("trust_authority", json!({ "store": firefox["id"] }));
    assert_eq!(
        store(&view, "Firefox: abcd.default-esr")["state"],
        "trusted"
    );

    let view = app.ok("untrust_authority", chrome);
    assert_eq!(store(&view, CHROME)["state"], "not_trusted");
    assert!(!certutil(&home.join(".pki/nssdb"), &["-L"]).contains(authority));
    let firefox = store(&view, "Firefox: abcd.default-esr");
    assert_eq!(firefox["state"], "trusted", "nobody took that back");
}

/// What people did by hand, and an authority of before, are told apart from this one.
#[test]
fn another_authority_of_this_app_is_no_trust_in_this_one() {
    let app = TestApp::new();
    let database = app.folder().path().join("home/.pki/nssdb");
    std::fs::create_dir_all(&database).expect("made");
    certutil(&database, &["-N", "--empty-password"]);
    let other = TestApp::new();
    other.desktop.agree(true);
    let view = other.ok("list_trust", Value::Null);
    let place = format!("sql:{}", database.display());
    let pem = access::LocalAuthority::make(std::time::SystemTime::now()).expect("random");
    let file = app.folder().path().join("other.pem");
    app::write_atomically(&file, pem.certificate().as_bytes()).expect("written");
    let added = Command::new("certutil")
        .args([
            "-A",
            "-d",
            &place,
            "-t",
            "C,,",
            "-a",
            "-n",
            pem.name(),
            "-i",
        ])
        .arg(&file)
        .status();
    assert!(added.expect("certutil").success());
    let own = app.ok("list_trust", Value::Null);
    assert_ne!(own["authority"], view["authority"]);
    assert_eq!(store(&own, CHROME)["state"], "older");
    app.desktop.agree(true);
    let view = app.ok(
        "trust_authority",
        json!({ "store": store(&own, CHROME)["id"] }),
    );
    assert_eq!(store(&view, CHROME)["state"], "trusted");
    assert!(
        !certutil(&database, &["-L"]).contains(pem.name()),
        "the one of before is gone"
    );
}

/// What Chromium shows of a page, with this home.
fn chromium(home: &Path, url: &str) -> String {
    let profile = tempfile::tempdir().expect("a folder");
    let output = Command::new("chromium")
        .args([
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--dump-dom",
        ])
        .args(["--no-first-run", "--disable-background-networking"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(url)
        .env("HOME", home)
        .output()
        .expect("chromium is installed");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn chromium_reads_over_https_while_it_trusts_the_authority_and_not_after() {
    let app = TestApp::new();
    let home = app.folder().path().join("home");
    app.serve();
    let port = support::app::free_port();
    app.ok("switch_https", json!({ "on": true, "port": port }));
    let url = format!("https://localhost:{port}/health");
    let chrome = json!({ "store": ".pki/nssdb" });
    app.desktop.agree(true);
    app.ok("trust_authority", chrome.clone());
    let seen = chromium(&home, &url);
    assert!(seen.contains(r#""status""#), "{seen}");
    app.ok("untrust_authority", chrome);
    let seen = chromium(&home, &url);
    assert!(!seen.contains(r#""status""#), "{seen}");
    let mut rows = Value::Null;
    support::app::eventually("the failed handshake is a row", || {
        rows = app.ok("list_requests", json!({ "limit": 10 }))["requests"].clone();
        let rows = rows.as_array().expect("rows");
        rows.iter().any(|row| row["operation"] == "handshake")
    });
}
