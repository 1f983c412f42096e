//! The real window, driven by WebKitWebDriver, which starts the program itself (source: W3C WebDriver; Tauri lets itself be
//! driven when `TAURI_WEBVIEW_AUTOMATION` is set).

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine as _;
use serde_json::{Value, json};

use crate::wire::{Ask, Wire};

/// A machine that is busy with other tests may take this long for one step.
const PATIENCE: Duration = Duration::from_secs(30);

/// The key that WebDriver gives element ids under (W3C WebDriver §12).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A driver and the window it drives. Both end when it is dropped.
pub struct Window {
    driver: Child,
    address: SocketAddr,
    session: String,
}

impl Window {
    /// Starts `program` with its window. `home` makes commands that live in a private home folder.
    ///
    /// # Panics
    /// Where the driver or the window does not come up.
    pub async fn open(home: impl Fn(&str) -> Command, program: &Path) -> Self {
        let port = free_port().await;
        let display =
            std::env::var_os("DISPLAY").expect("run under xvfb-run: the window needs a screen");
        let mut driver = home("WebKitWebDriver");
        driver
            .arg(format!("--port={port}"))
            .env("DISPLAY", display)
            // Without this the session request is never answered.
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .stdout(Stdio::null());
        if shots().is_some() {
            // WebKitGTK 2.50 never answers a request for a picture of a page that is drawn on the processor.
            driver.env("WEBKIT_DISABLE_COMPOSITING_MODE", "0");
        }
        let driver = driver.spawn().expect("webkit2gtk-driver is installed");
        let mut window = Window {
            driver,
            address: SocketAddr::from(([127, 0, 0, 1], port)),
            session: String::new(),
        };
        window.wait_for_driver().await;
        let started = window
            .call(
                "POST",
                "/session",
                &json!({ "capabilities": { "alwaysMatch": {
                    "webkitgtk:browserOptions": { "binary": program, "args": [] }
                }}}),
            )
            .await;
        started["sessionId"]
            .as_str()
            .unwrap_or_else(|| panic!("the window did not open: {started}"))
            .clone_into(&mut window.session);
        window
    }

    /// Clicks what has this `data-testid`, once it is there and can be clicked.
    ///
    /// # Panics
    /// Where it does not come.
    pub async fn click(&self, testid: &str) {
        let start = Instant::now();
        loop {
            let element = self.element(testid).await;
            let clicked = self
                .try_call(
                    "POST",
                    &self.of(&format!("element/{element}/click")),
                    &json!({}),
                )
                .await;
            match clicked {
                Ok(_) => return,
                Err(error) => assert!(
                    start.elapsed() < PATIENCE,
                    "{testid} cannot be clicked: {error}"
                ),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Types into what has this `data-testid`, after what stands there.
    ///
    /// # Panics
    /// Where it does not come, or does not take text.
    pub async fn type_into(&self, testid: &str, text: &str) {
        let element = self.element(testid).await;
        self.call(
            "POST",
            &self.of(&format!("element/{element}/value")),
            &json!({ "text": text }),
        )
        .await;
    }

    /// Waits until what has this `data-testid` shows a text; gives all that it shows.
    ///
    /// # Panics
    /// Where it never does.
    pub async fn wait_for_text(&self, testid: &str, wanted: &str) -> String {
        let start = Instant::now();
        let mut shown = String::new();
        while start.elapsed() < PATIENCE {
            shown = self.text(testid).await;
            if shown.contains(wanted) {
                return shown;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{testid} never showed {wanted:?}; it shows {shown:?}");
    }

    /// Waits until nothing on the page has this `data-testid`.
    ///
    /// # Panics
    /// Where it stays.
    pub async fn wait_for_nothing(&self, testid: &str) {
        let start = Instant::now();
        let wanted = format!("data-testid=\"{testid}\"");
        while self.page().await.contains(&wanted) {
            assert!(start.elapsed() < PATIENCE, "{testid} stays");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// All that is on the page: no secret may be.
    pub async fn page(&self) -> String {
        let page = self
            .call(
                "POST",
                &self.of("execute/sync"),
                &json!({ "script": "return document.documentElement.outerHTML", "args": [] }),
            )
            .await;
        page.as_str().unwrap_or_default().to_owned()
    }

    /// A picture of the window, into `SHOTS_DIR` where that is set, for people to look at.
    ///
    /// # Panics
    /// Where the picture cannot be taken or written.
    pub async fn picture(&self, name: &str) {
        // What was typed or changed just now is on the screen two frames later.
        let script = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 250)));";
        self.call(
            "POST",
            &self.of("execute/async"),
            &json!({ "script": script, "args": [] }),
        )
        .await;
        let Some(folder) = shots() else { return };
        let picture = self.call("GET", &self.of("screenshot"), &Value::Null).await;
        let png = base64::engine::general_purpose::STANDARD
            .decode(picture.as_str().unwrap_or_default())
            .expect("WebDriver spells pictures in base64");
        assert!(png.starts_with(b"\x89PNG"), "a picture of the window");
        std::fs::create_dir_all(&folder).expect("SHOTS_DIR can be made");
        let path = folder.join(format!("{name}.png"));
        let mut file = std::fs::File::create(path).expect("SHOTS_DIR can be written");
        std::io::Write::write_all(&mut file, &png).expect("there is room");
    }

    /// What a script calls its only argument with: `done => done(1)`.
    ///
    /// # Panics
    /// Where the script fails.
    pub async fn evaluate(&self, script: &str) -> Value {
        self.call(
            "POST",
            &self.of("execute/async"),
            &json!({ "script": format!("({script})(arguments[0])"), "args": [] }),
        )
        .await
    }

    /// Process id of the program.
    ///
    /// # Panics
    /// Where it does not run.
    pub fn program(&self) -> String {
        let programs = children(self.driver.id());
        programs.first().expect("the program runs").clone()
    }

    async fn text(&self, testid: &str) -> String {
        let script = "const found = [...document.querySelectorAll(`[data-testid=\"${arguments[0]}\"]`)]; \
                      return found.map((one) => one.innerText).join('\\n');";
        let text = self
            .call(
                "POST",
                &self.of("execute/sync"),
                &json!({ "script": script, "args": [testid] }),
            )
            .await;
        text.as_str().unwrap_or_default().to_owned()
    }

    async fn element(&self, testid: &str) -> String {
        let start = Instant::now();
        let selector =
            json!({ "using": "css selector", "value": format!("[data-testid=\"{testid}\"]") });
        loop {
            match self.try_call("POST", &self.of("element"), &selector).await {
                Ok(found) => return found[ELEMENT].as_str().expect("an element's id").to_owned(),
                Err(error) => assert!(start.elapsed() < PATIENCE, "{testid} is not there: {error}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn of(&self, rest: &str) -> String {
        format!("/session/{}/{rest}", self.session)
    }

    async fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        match self.try_call(method, path, body).await {
            Ok(value) => value,
            Err(error) => panic!("{method} {path}: {error}"),
        }
    }

    async fn try_call(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let mut ask = Ask::new(method, path).header("content-type", "application/json");
        if !body.is_null() {
            ask = ask.body(&body.to_string());
        }
        let mut wire = Wire::connect(self.address).await;
        wire.send(&ask.bytes()).await;
        let reply = wire.reply().await;
        let mut answer: Value = serde_json::from_str(&reply.body)
            .map_err(|error| format!("{error}: {}", reply.body))?;
        if reply.status == 200 {
            Ok(answer["value"].take())
        } else {
            Err(answer["value"]["message"].to_string())
        }
    }

    async fn wait_for_driver(&self) {
        let start = Instant::now();
        while tokio::net::TcpStream::connect(self.address).await.is_err() {
            assert!(
                start.elapsed() < PATIENCE,
                "WebKitWebDriver does not listen"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        // The program outlives its driver, so it is asked to end first, as the system asks when a user logs out.
        let programs = children(self.driver.id());
        for pid in &programs {
            Command::new("kill").arg(pid).status().ok();
        }
        let start = Instant::now();
        while programs.iter().any(|pid| is_running(pid)) && start.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(20));
        }
        self.driver.kill().ok();
        self.driver.wait().ok();
    }
}

/// Where pictures go, if they are wanted.
fn shots() -> Option<PathBuf> {
    std::env::var_os("SHOTS_DIR").map(PathBuf::from)
}

/// Process ids of the programs that a process started.
fn children(parent: u32) -> Vec<String> {
    let output = Command::new("ps")
        .args(["--no-headers", "-o", "pid", "--ppid", &parent.to_string()])
        .output();
    let text = output.map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&text)
        .split_whitespace()
        .map(str::to_owned)
        .collect()
}

/// Whether a process runs; one that only waits for its parent to notice its end does not.
fn is_running(pid: &str) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| {
        !stat
            .rsplit(')')
            .next()
            .unwrap_or_default()
            .trim_start()
            .starts_with('Z')
    })
}

/// A port of 127.0.0.1 on which nobody listens.
///
/// # Panics
/// Where the system has none.
pub async fn free_port() -> u16 {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    listener.local_addr().expect("bound").port()
}
