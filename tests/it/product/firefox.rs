//! A real Firefox: a page that is listed reads over http, and over HTTPS while its profile trusts the authority of this machine; a page
//! that is not listed reads nothing.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::{Value, json};
use support::app::{TestApp, eventually, free_port};
use support::wire::{PLAIN, SEALED, payloads};

/// A cold start of the browser on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// What keeps a new profile quiet: no first run, nothing fetched.
const PREFERENCES: &str = r#"user_pref("browser.aboutwelcome.enabled", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("app.normandy.enabled", false);
user_pref("browser.region.update.enabled", false);
user_pref("extensions.systemAddon.update.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("services.settings.server", "data:,");
"#;

/// A page of its own origin, and what it reports of the Codec Server.
struct Page {
    port: u16,
    reports: mpsc::Receiver<String>,
}

impl Page {
    /// It asks `endpoint` to decode, and reports the answer, or that there was none.
    fn serve(endpoint: &str) -> Self {
        let body = json!(payloads(&[SEALED]));
        let page = format!(
            "<!doctype html><title>page</title><script>
fetch('{endpoint}/decode', {{ method: 'POST', headers: {{ 'content-type': 'application/json', 'x-namespace': 'default' }}, body: {body} }})
  .then((answer) => answer.text(), () => 'nothing')
  .then((text) => fetch('/report', {{ method: 'POST', body: text }}));
</script>"
        );
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let (report, reports) = mpsc::channel();
        std::thread::spawn(move || {
            // Ends with the test's process.
            for stream in listener.incoming().flatten() {
                let (page, report) = (page.clone(), report.clone());
                std::thread::spawn(move || answer(stream, &page, &report));
            }
        });
        Page { port, reports }
    }

    fn origin(&self) -> String {
        format!("http://localhost:{}", self.port)
    }
}

fn answer(mut stream: TcpStream, page: &str, report: &mpsc::Sender<String>) {
    let mut asked = Vec::new();
    let mut chunk = [0; 4096];
    let (head, length) = loop {
        let Ok(n @ 1..) = stream.read(&mut chunk) else {
            return;
        };
        asked.extend_from_slice(&chunk[..n]);
        let Some(end) = asked.windows(4).position(|four| four == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(&asked[..end]).to_lowercase();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        break (end + 4, length.unwrap_or(0));
    };
    while asked.len() < head + length {
        let Ok(n @ 1..) = stream.read(&mut chunk) else {
            return;
        };
        asked.extend_from_slice(&chunk[..n]);
    }
    let (status, body) = match &asked {
        asked if asked.starts_with(b"GET / ") => ("200 OK", page),
        asked if asked.starts_with(b"POST /report ") => {
            let text = String::from_utf8_lossy(&asked[head..]).into_owned();
            // Nobody listens where the test has ended.
            let _ = report.send(text);
            ("200 OK", "")
        }
        _ => ("404 Not Found", ""),
    };
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/html\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    );
    // A browser that is stopped reads no more.
    let _ = stream.write_all(answer.as_bytes());
}

/// A browser that is stopped with its children.
struct Firefox(Child);

impl Firefox {
    fn open(home: &Path, profile: &Path, url: &str) -> Self {
        let child = Command::new("firefox-esr")
            .args(["--headless", "--no-remote", "--new-instance", "--profile"])
            .arg(profile)
            .arg(url)
            .env("HOME", home)
            .env("MOZ_CRASHREPORTER_DISABLE", "1")
            .env_remove("DISPLAY")
            .env_remove("XAUTHORITY")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        Firefox(child.expect("firefox-esr is installed"))
    }
}

impl Drop for Firefox {
    fn drop(&mut self) {
        let pid = self.0.id().to_string();
        // Its content processes end with it.
        let _ = Command::new("kill").arg(&pid).status();
        let _ = self.0.wait();
    }
}

/// What a page of Firefox reads.
fn reads(home: &Path, profile: &Path, page: &Page) -> String {
    let _firefox = Firefox::open(home, profile, &format!("{}/", page.origin()));
    page.reports
        .recv_timeout(PATIENCE)
        .expect("the page reports in time")
}

fn profile(home: &Path) -> PathBuf {
    let profile = home.join(".mozilla/firefox/abcd.default-esr");
    std::fs::create_dir_all(&profile).expect("made");
    app::write_atomically(&profile.join("user.js"), PREFERENCES.as_bytes()).expect("written");
    profile
}

#[test]
fn firefox_reads_for_a_listed_page_and_over_https_while_its_profile_trusts_the_authority() {
    let app = TestApp::new().with_sample_key();
    let home = app.folder().path().join("home");
    let profile = profile(&home);
    let http = app.serve();
    let page = Page::serve(&format!("http://localhost:{http}"));
    assert_eq!(reads(&home, &profile, &page), "nothing", "it is not listed");
    let rows = |wanted: &str| {
        let rows = app.ok("list_requests", json!({ "limit": 50 }))["requests"].clone();
        let rows = rows.as_array().expect("rows").clone();
        rows.iter().any(|row| row.to_string().contains(wanted))
    };
    eventually("a refused page is a row", || rows(&page.origin()));
    app.ok("add_origin", json!({ "origin": page.origin() }));
    assert_eq!(reads(&home, &profile, &page), payloads(&[PLAIN]));

    let port = free_port();
    app.ok("switch_https", json!({ "on": true, "port": port }));
    let page = Page::serve(&format!("https://localhost:{port}"));
    app.ok("add_origin", json!({ "origin": page.origin() }));
    assert_eq!(reads(&home, &profile, &page), "nothing", "not trusted");
    eventually("the failed handshake is a row", || rows("handshake"));

    // The profile has a database by now, which the browser itself made.
    let view = app.ok("list_trust", Value::Null);
    let stores = view["stores"].as_array().expect("stores");
    let store = stores
        .iter()
        .find(|store| store["name"] == "Firefox: abcd.default-esr");
    let store = json!({ "store": store.expect("the profile")["id"] });
    app.desktop.agree(true);
    app.ok("trust_authority", store.clone());
    assert_eq!(reads(&home, &profile, &page), payloads(&[PLAIN]));
    app.ok("untrust_authority", store);
    assert_eq!(reads(&home, &profile, &page), "nothing", "no longer");
}
