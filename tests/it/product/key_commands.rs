//! A command that prints a key ends with everything it started, whatever it did to get away: after success, failure, too much
//! output, a cancel, its time, and the end of the app.
//!
//! In the bridge, which is the app in a process of its own: what is watched over is a process below it.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::app::eventually;
use support::bridge;
use support::wire::Ask;
use tempfile::TempDir;

use crate::commands::SOME_KEY;

/// Longer than a command may take.
const PATIENCE: Duration = Duration::from_secs(90);

/// Ways to start what outlives its parent; `WAY` is a program that never ends, and is told its own number.
const WAYS: [&str; 12] = [
    "WAY &",
    "nohup WAY >/dev/null 2>&1 &",
    "setsid WAY &",
    "(setsid WAY &)",
    "(sh -c 'WAY &' &)",
    "(env -i setsid WAY &)",
    "(env -i sh -c 'setsid sh -c \"WAY & WAY\" &' &)",
    "(trap '' TERM HUP INT; setsid WAY &)",
    "(setsid sh -c 'setsid sh -c \"setsid WAY &\" &' &)",
    "(setsid WAY </dev/null >/dev/null 2>&1 &)",
    "setsid sh -c 'WAY & kill -STOP $$' &",
    // Never the same process for long.
    "(setsid CHAIN &)",
];

/// The app, and scripts whose processes can be told from all others on this machine.
struct Bridge {
    child: Child,
    port: u16,
    scripts: TempDir,
}

impl Bridge {
    fn start() -> Self {
        let (child, port) = bridge::start(&mut Command::new(env!("CARGO_BIN_EXE_bridge")));
        Bridge {
            child,
            port,
            scripts: tempfile::tempdir().expect("a folder"),
        }
    }

    /// A script that starts something in every way, waits until all of it runs, and goes on so.
    fn script(&self, then: &str) -> String {
        let folder = self.scripts.path().display();
        let file = |name: &str, text: String| {
            let path = self.scripts.path().join(name);
            app::write_atomically(&path, text.as_bytes()).expect("written");
        };
        // By a path of its own it can be told from every other `sleep`.
        let sleep = Command::new("sh")
            .args(["-c", "cp \"$(command -v sleep)\" \"$0/sleep\""])
            .arg(self.scripts.path())
            .status();
        assert!(sleep.expect("a shell").success());
        file("way", format!(": > \"$1\"; exec {folder}/sleep 86400\n"));
        file(
            "chain",
            format!(": > \"$1\"; sleep 0.02; setsid sh {folder}/chain \"$1\" &\n"),
        );
        let mut script = String::new();
        for (n, way) in WAYS.iter().enumerate() {
            let started = format!("{folder}/started.{n}");
            let way = way
                .replace("WAY", &format!("sh {folder}/way {started}"))
                .replace("CHAIN", &format!("sh {folder}/chain {started}"));
            script.push_str(&format!("{way}\n"));
        }
        for n in 0..WAYS.len() {
            script.push_str(&format!(
                "until test -e {folder}/started.{n}; do sleep 0.01; done\n"
            ));
        }
        script.push_str(&format!(": > {folder}/all\n{then}\n"));
        file("command", script);
        format!("sh {folder}/command")
    }

    fn ask(&self, command: &str, request: &Value) -> (String, Value) {
        let path = format!("/ipc/{command}");
        let ask = Ask::post(&path, &request.to_string()).header("Connection", "close");
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).expect("listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("above zero");
        stream.write_all(&ask.bytes()).expect("written");
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
        let body = serde_json::from_str(body).unwrap_or_default();
        (head.lines().next().unwrap_or_default().to_owned(), body)
    }

    /// The user confirms the next command.
    fn agree(&self) {
        let ask = Ask::post("/desktop/agree", "yes").header("Connection", "close");
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).expect("listens");
        stream.write_all(&ask.bytes()).expect("written");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        assert!(answer.contains("200"), "{answer}");
    }

    fn preview(&self, command: &str) -> (String, Value) {
        self.agree();
        let source = json!({ "type": "command", "command": command });
        self.ask("preview_keys", &json!({ "source": source }))
    }

    fn wait_until_all_runs(&self) {
        eventually("everything runs", || {
            self.scripts.path().join("all").exists()
        });
    }

    #[track_caller]
    fn check_all_ended(&self) {
        assert!(
            self.scripts.path().join("all").exists(),
            "everything had been started"
        );
        let left = running(self.scripts.path());
        assert!(left.is_empty(), "still running: {left:#?}");
        // One that was about to appear would have by now.
        thread::sleep(Duration::from_millis(200));
        let left = running(self.scripts.path());
        assert!(left.is_empty(), "running again: {left:#?}");
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        // A failed test leaves nothing behind either.
        for (id, _) in running(self.scripts.path()) {
            let _ = Command::new("kill").args(["-9", &id]).status();
        }
    }
}

/// Processes that have the folder in their arguments; zombies have none.
fn running(folder: &Path) -> Vec<(String, String)> {
    let name = folder.to_str().expect("UTF-8");
    let processes = std::fs::read_dir("/proc").expect("Linux").flatten();
    let found = processes.filter_map(|process| {
        let id = process.file_name().into_string().ok()?;
        id.parse::<u32>().ok()?;
        let arguments = std::fs::read(process.path().join("cmdline")).ok()?;
        let arguments = String::from_utf8_lossy(&arguments).replace('\0', " ");
        arguments.contains(name).then_some((id, arguments))
    });
    found.collect()
}

#[test]
fn at_its_own_end() {
    let bridge = Bridge::start();
    let start = Instant::now();
    let (line, seen) = bridge.preview(&bridge.script(&format!("echo {SOME_KEY}")));
    assert!(line.contains("200"), "{line} {seen}");
    assert_eq!(seen["entries"][0]["bits"], 256);
    bridge.check_all_ended();
    assert!(
        start.elapsed() < key_store::command::DEADLINE,
        "what holds its output is not waited for"
    );
}

#[test]
fn when_it_fails_or_prints_too_much() {
    for (then, message) in [
        ("exit 3", "exit status 3"),
        ("kill -9 $$", "terminated by a signal"),
        ("yes", "more than"),
    ] {
        let bridge = Bridge::start();
        let (line, refused) = bridge.preview(&bridge.script(then));
        assert!(line.contains("400"), "{line}");
        let told = refused["message"].as_str().expect("a message");
        assert!(told.contains(message), "{told}");
        bridge.check_all_ended();
    }
}

#[test]
fn when_it_is_canceled() {
    for stop in ["cancel_keys_command", "lock"] {
        let bridge = Bridge::start();
        let command = bridge.script("sleep 86400");
        thread::scope(|scope| {
            let ran = scope.spawn(|| bridge.preview(&command));
            bridge.wait_until_all_runs();
            bridge.ask(
                stop,
                &match stop {
                    "lock" => json!({ "forget_session_keys": true }),
                    _ => Value::Null,
                },
            );
            let (_, refused) = ran.join().expect("no panic");
            let told = refused["message"].as_str().expect("a message");
            assert!(told.contains("canceled"), "{told}");
            bridge.check_all_ended();
        });
    }
}

#[test]
fn when_its_time_is_over() {
    let bridge = Bridge::start();
    let (_, refused) = bridge.preview(&bridge.script("sleep 86400"));
    let told = refused["message"].as_str().expect("a message");
    assert!(told.contains("30 seconds"), "{told}");
    bridge.check_all_ended();
}

#[test]
fn when_the_app_is_killed() {
    let mut bridge = Bridge::start();
    let command = bridge.script("sleep 86400");
    thread::scope(|scope| {
        let ran = scope.spawn({
            let bridge = &bridge;
            let command = &command;
            move || bridge.preview(command)
        });
        bridge.wait_until_all_runs();
        let killed = Command::new("kill")
            .args(["-9", &bridge.child.id().to_string()])
            .status();
        assert!(killed.expect("kill is there").success());
        ran.join().expect("no panic");
    });
    bridge.child.wait().expect("it was killed");
    eventually("all of it ended", || {
        running(bridge.scripts.path()).is_empty()
    });
    bridge.check_all_ended();
}

#[test]
fn how_it_could_not_be_started_is_told() {
    let bridge = Bridge::start();
    for (command, message) in [
        ("no-such-program-here", "The program was not found."),
        ("/", "The program could not be started: permission denied."),
        ("true", "The command printed nothing."),
    ] {
        let (line, refused) = bridge.preview(command);
        assert!(line.contains("400"), "{line}");
        assert_eq!(refused["message"], message);
    }
}

/// Many scripts end their own process group; what watches over them is not in it.
#[test]
fn a_command_may_signal_its_own_group() {
    let bridge = Bridge::start();
    let script = bridge.scripts.path().join("signals");
    let text = format!("trap '' TERM\nkill -TERM 0\necho {SOME_KEY}\n");
    app::write_atomically(&script, text.as_bytes()).expect("written");
    let (line, seen) = bridge.preview(&format!("sh {}", script.display()));
    assert!(line.contains("200"), "{line} {seen}");
}
