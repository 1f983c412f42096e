//! The command line as a shell runs it: the real binary, with pipes, signals, and a home of its own.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// A list with Temporal's sample key under every id that the samples write; the first one encodes.
pub const SAMPLE_KEYS: &str = r#"[
  {"id": "test-key-id", "material": "test-key-test-key-test-key-test!", "format": "utf8"},
  {"id": "test", "material": "dGVzdC1rZXktdGVzdC1rZXktdGVzdC1rZXktdGVzdCE="},
  {"id": "", "material": "746573742d6b65792d746573742d6b65792d746573742d6b65792d7465737421", "format": "hex"}
]"#;

/// Nothing here takes this long.
const PATIENCE: Duration = Duration::from_secs(20);

/// The built program.
///
/// # Panics
/// Where it is not built: a test of it must not pass without it.
pub fn program() -> PathBuf {
    let test = std::env::current_exe().expect("a test has a path");
    // target/debug/deps/product-… → target/debug/temporal-codec
    let folder = test.ancestors().nth(2).expect("a test lies in target");
    let name = format!("temporal-codec{}", std::env::consts::EXE_SUFFIX);
    let program = folder.join(name);
    assert!(
        program.is_file(),
        "{} is not there: run `cargo build -p cli` first",
        program.display()
    );
    program
}

/// A home without settings, keys and keychain, and files in it.
pub struct Home {
    folder: TempDir,
}

impl Default for Home {
    fn default() -> Self {
        Home {
            folder: tempfile::tempdir().expect("a folder"),
        }
    }
}

impl Home {
    /// A fresh one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Its folder.
    pub fn path(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// Puts a file into it, for its owner alone, and returns its path.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.folder.path().join(name);
        app::write_atomically(&path, content.as_ref()).expect("written");
        path.to_str().expect("UTF-8").to_owned()
    }

    /// A file with [`SAMPLE_KEYS`].
    pub fn sample_keys(&self) -> String {
        self.file("keys.json", SAMPLE_KEYS)
    }

    /// The program with these arguments, not started yet.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command
            .args(arguments)
            .env("HOME", self.folder.path())
            .env_remove("XDG_CONFIG_HOME")
            .env_remove("XDG_DATA_HOME")
            .env_remove("RUST_LOG")
            // No keychain: a test must not reach the one of whoever runs it.
            .env(
                "DBUS_SESSION_BUS_ADDRESS",
                format!("unix:path={}/no-bus", self.folder.path().display()),
            )
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// The program with these arguments, started by a shell that does something with its descriptors: `2>&-`.
    #[cfg(unix)]
    pub fn redirected(&self, arguments: &[&str], redirection: &str) -> Command {
        let plain = self.command(arguments);
        let mut shell = Command::new("sh");
        shell
            .arg("-c")
            .arg(format!("exec \"$0\" \"$@\" {redirection}"))
            .arg(plain.get_program())
            .args(plain.get_args())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        for (name, value) in plain.get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        shell
    }

    /// Runs the program to its end.
    pub fn run(&self, arguments: &[&str], stdin: &[u8]) -> Ran {
        run(self.command(arguments), stdin)
    }

    /// Starts `serve` with these arguments and waits until it says that it is ready.
    #[track_caller]
    pub fn serve(&self, arguments: &[&str]) -> Serving {
        let arguments: Vec<&str> = std::iter::once("serve").chain(arguments.to_vec()).collect();
        serve(self.command(&arguments), b"")
    }
}

/// How a run ended.
#[derive(Debug)]
pub struct Ran {
    /// The exit status; `None` after a signal.
    pub status: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Ran {
            status: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// Runs a command to its end, with this standard input.
pub fn run(mut command: Command, stdin: &[u8]) -> Ran {
    command.stdin(Stdio::piped());
    let mut child = command.spawn().expect("starts");
    let mut pipe = child.stdin.take().expect("piped");
    let stdin = stdin.to_vec();
    // A thread of its own: a program that fails early does not read, and one that answers early must be read.
    let writer = std::thread::spawn(move || {
        let _ = pipe.write_all(&stdin);
    });
    let output = child.wait_with_output().expect("ends");
    writer.join().expect("no panic");
    output.into()
}

/// Starts a command that serves, hands it this standard input, and waits for its line.
///
/// # Panics
/// Where it ends instead, or prints something else.
#[track_caller]
pub fn serve(mut command: Command, stdin: &[u8]) -> Serving {
    command.stdin(Stdio::piped());
    let mut child = command.spawn().expect("starts");
    child
        .stdin
        .take()
        .expect("piped")
        .write_all(stdin)
        .expect("it reads");
    let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
    // A test may have put something else there.
    let stderr = child.stderr.take().map(|mut stderr| {
        std::thread::spawn(move || {
            let mut text = String::new();
            let _ = stderr.read_to_string(&mut text);
            text
        })
    });
    let mut line = String::new();
    stdout.read_line(&mut line).expect("piped");
    let mut serving = Serving {
        child,
        stdout,
        stderr,
        line,
    };
    if serving.line.is_empty() {
        let ended = serving.child.wait();
        panic!("it ended: {ended:?}, {}", serving.stderr());
    }
    serving
}

/// A serving program. It is ended when it is dropped.
pub struct Serving {
    child: Child,
    stdout: BufReader<ChildStdout>,
    stderr: Option<JoinHandle<String>>,
    /// What it printed when it was ready.
    pub line: String,
}

impl Serving {
    /// The URLs it listens on.
    pub fn urls(&self) -> Vec<String> {
        let ready: Value = serde_json::from_str(&self.line).expect("a line of JSON");
        let urls = ready["listening"].as_array().cloned().unwrap_or_default();
        let urls = urls.iter().filter_map(Value::as_str);
        urls.map(str::to_owned).collect()
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        let urls = self.urls();
        let (_, port) = urls[0].rsplit_once(':').expect("a port");
        port.parse().expect("a number")
    }

    /// The memory that it has, in bytes.
    #[cfg(target_os = "linux")]
    pub fn resident_bytes(&self) -> usize {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id()));
        let status = status.expect("it runs");
        let line = status.lines().find(|line| line.starts_with("VmRSS:"));
        let kib = line.and_then(|line| line.split_whitespace().nth(1));
        kib.and_then(|kib| kib.parse::<usize>().ok())
            .expect("a number of kB")
            << 10
    }

    /// Its port for HTTPS.
    pub fn https_port(&self) -> u16 {
        let urls = self.urls();
        let secure = urls.iter().find(|url| url.starts_with("https://"));
        let (_, port) = secure.and_then(|url| url.rsplit_once(':')).expect("HTTPS");
        port.parse().expect("a number")
    }

    /// Sends it a signal by name.
    #[track_caller]
    pub fn signal(&self, signal: &str) {
        let sent = Command::new("kill")
            .args([&format!("-{signal}"), &self.child.id().to_string()])
            .status();
        assert!(sent.is_ok_and(|status| status.success()), "kill -{signal}");
    }

    /// Sends it a signal by name and waits for its end.
    #[track_caller]
    pub fn end(mut self, signal: &str) -> Ran {
        self.signal(signal);
        let start = Instant::now();
        let status = loop {
            match self.child.try_wait().expect("a child") {
                Some(status) => break status,
                None => assert!(start.elapsed() < PATIENCE, "it ends on {signal}"),
            }
            std::thread::sleep(Duration::from_millis(10));
        };
        let mut stdout = std::mem::take(&mut self.line);
        let _ = self.stdout.read_to_string(&mut stdout);
        Ran {
            status: status.code(),
            stdout,
            stderr: self.stderr(),
        }
    }

    fn stderr(&mut self) -> String {
        let reader = self.stderr.take();
        reader.map_or_else(String::new, |reader| reader.join().expect("no panic"))
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // Both fail for a child that has ended, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
