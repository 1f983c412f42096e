//! A key store in another process, asked line by line.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::keyring::PrivateKeyring;

/// The service name in all tests; homes keep them apart.
pub(crate) const SERVICE: &str = "test.temporal-codec";

/// The keychain's deadline for one call, where a test wants to see it strike.
pub(crate) const DEADLINE: Duration = Duration::from_secs(4);

/// Nothing may take longer than this, whatever the keychain does.
const PATIENCE: Duration = Duration::from_secs(30);

/// The public key of Temporal's samples, and its fingerprint: `printf %s "$KEY" | sha256sum | cut -c -16`.
pub(crate) const SAMPLE: &str = "test-key-test-key-test-key-test!";
pub(crate) const SAMPLE_FINGERPRINT: &str = "2a3046b5cee8520d";

/// How a process dies that is killed, and one that writes more into a file than it may.
const SIGKILL: i32 = 9;
const SIGXFSZ: i32 = 25;

/// A process that has opened the home's key store.
pub(crate) struct Process {
    child: Child,
    requests: ChildStdin,
    answers: mpsc::Receiver<String>,
}

impl Process {
    pub(crate) fn start(keyring: &PrivateKeyring) -> Self {
        let mut child = keyring
            .command(env!("CARGO_BIN_EXE_key-store-process"))
            .arg(keyring.path().join("config/app/keys.json"))
            .arg(SERVICE)
            .arg(DEADLINE.as_millis().to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("cargo built it");
        let requests = child.stdin.take().expect("piped");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let (sender, answers) = mpsc::channel();
        // Ends with the process. A thread, since reading a line knows no deadline.
        thread::spawn(move || {
            lines
                .map_while(Result::ok)
                .try_for_each(|line| sender.send(line))
        });
        Process {
            child,
            requests,
            answers,
        }
    }

    /// A process that has loaded its keys; the state of the keychain must be as expected.
    #[track_caller]
    pub(crate) fn loaded(keyring: &PrivateKeyring, keychain: &str) -> Self {
        let mut process = Process::start(keyring);
        process.load(keychain);
        process
    }

    #[track_caller]
    pub(crate) fn ask(&mut self, request: &Value) -> Value {
        self.tell(request);
        let line = self
            .answers
            .recv_timeout(PATIENCE)
            .expect("an answer in time");
        serde_json::from_str(&line).expect("JSON")
    }

    /// Asks for what kills the process. `None` where it has died, and is waited for; its answer where it lived.
    pub(crate) fn ask_to_death(&mut self, request: &Value) -> Option<Value> {
        self.tell(request);
        match self.answers.recv_timeout(PATIENCE) {
            Ok(line) => Some(serde_json::from_str(&line).expect("JSON")),
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                let status = self.child.wait().expect("a child");
                assert!(
                    matches!(status.signal(), Some(SIGKILL | SIGXFSZ)),
                    "it was killed: {status}"
                );
                None
            }
            Err(mpsc::RecvTimeoutError::Timeout) => panic!("neither dead nor alive"),
        }
    }

    /// Asks for something, and to die at a step of it. Its answer where it has no such step.
    pub(crate) fn die_at(
        &mut self,
        step: u32,
        writing: Option<u32>,
        request: &Value,
    ) -> Option<Value> {
        self.ask_to_death(&json!({ "do": "die_at", "step": step, "writing": writing }))?;
        self.ask_to_death(request)
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn tell(&mut self, request: &Value) {
        writeln!(self.requests, "{request}").expect("the process reads");
    }

    #[track_caller]
    pub(crate) fn load(&mut self, keychain: &str) {
        assert_eq!(self.ask(&json!({ "do": "load" }))["keychain"], keychain);
    }

    /// Loads until the keychain is ready: a call that hung may take a moment to come back.
    #[track_caller]
    pub(crate) fn load_when_ready(&mut self) {
        let start = Instant::now();
        while self.ask(&json!({ "do": "load" }))["keychain"] != "Ready" {
            assert!(start.elapsed() < PATIENCE, "the keychain never recovered");
            thread::sleep(Duration::from_millis(20));
        }
    }

    #[track_caller]
    pub(crate) fn check(&mut self, keychain: &str) {
        assert_eq!(self.ask(&json!({ "do": "check" }))["keychain"], keychain);
    }

    #[track_caller]
    pub(crate) fn generate(&mut self, id: &str) -> Value {
        succeeded(self.ask(&json!({ "do": "generate", "id": id })))
    }

    #[track_caller]
    pub(crate) fn import(&mut self, id: &str, also_opens: &[&str], text: &str) -> Value {
        succeeded(
            self.ask(&json!({ "do": "import", "id": id, "also_opens": also_opens, "text": text })),
        )
    }

    #[track_caller]
    pub(crate) fn remove(&mut self, key: &Value) {
        succeeded(self.ask(&json!({ "do": "remove", "handle": key["handle"] })));
    }

    #[track_caller]
    pub(crate) fn list(&mut self) -> Vec<Value> {
        let answer = self.ask(&json!({ "do": "list" }));
        answer.as_array().expect("a list").clone()
    }

    /// The fingerprint of the key that an id opens, `null`, or the error's text.
    #[track_caller]
    pub(crate) fn opens(&mut self, id: &str) -> Value {
        let answer = self.ask(&json!({ "do": "key", "id": id }));
        answer
            .get("error")
            .unwrap_or(&answer["fingerprint"])
            .clone()
    }

    /// Ends the process at once: `kill -9`.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it runs");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[track_caller]
fn succeeded(answer: Value) -> Value {
    assert_eq!(answer.get("error"), None);
    answer
}

/// The keychain's account of a key.
pub(crate) fn account(key: &Value) -> String {
    format!("key/{}", key["handle"].as_str().expect("a handle"))
}

/// Runs `work` and holds it to a time.
#[track_caller]
pub(crate) fn within<T>(limit: Duration, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    let took = start.elapsed();
    assert!(took <= limit, "took {took:?}, may take {limit:?}");
    result
}
