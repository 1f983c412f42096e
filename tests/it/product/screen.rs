//! Locking with the screen: a screen saver and a logind that are not real, on D-Buses of the test's own.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use app::Buses;
use serde_json::{Value, json};
use support::app::{TestApp, eventually};
use zbus::blocking::{Connection, connection};

/// A D-Bus that ends with the test.
struct PrivateBus {
    daemon: Child,
    address: String,
    _folder: tempfile::TempDir,
}

impl PrivateBus {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let config = folder.path().join("bus.conf");
        let socket = folder.path().join("bus");
        let text = format!(
            r#"<busconfig><type>session</type><listen>unix:path={}</listen><auth>EXTERNAL</auth>
            <policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
            </busconfig>"#,
            socket.display()
        );
        app::write_atomically(&config, text.as_bytes()).expect("written");
        let mut daemon = Command::new("dbus-daemon")
            .arg(format!("--config-file={}", config.display()))
            .args(["--nofork", "--nopidfile", "--print-address"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus-daemon is installed");
        let mut address = String::new();
        let output = daemon.stdout.take().expect("piped");
        BufReader::new(output)
            .read_line(&mut address)
            .expect("an address");
        PrivateBus {
            daemon,
            address: address.trim().to_owned(),
            _folder: folder,
        }
    }

    /// A program on it, under a name.
    fn owner(&self, name: &str) -> Connection {
        connection::Builder::address(self.address.as_str())
            .and_then(|builder| builder.name(name.to_owned()))
            .and_then(connection::Builder::build)
            .expect("on the bus")
    }
}

impl Drop for PrivateBus {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

struct Scene {
    app: TestApp,
    saver: Connection,
    logind: Connection,
    _buses: [PrivateBus; 2],
}

impl Scene {
    fn new(asked: bool) -> Self {
        let buses = [PrivateBus::new(), PrivateBus::new()];
        let app = TestApp::new();
        app.import("a", crate::commands::SOME_KEY, "base64", "keychain");
        app.ok("update_settings", json!({ "lock_with_screen": asked }));
        app.app.desktop().lock_with_screen(Buses {
            session: Some(buses[0].address.clone()),
            system: Some(buses[1].address.clone()),
        });
        Scene {
            app,
            saver: buses[0].owner("org.freedesktop.ScreenSaver"),
            logind: buses[1].owner("org.freedesktop.login1"),
            _buses: buses,
        }
    }

    fn is_locked(&self) -> bool {
        self.app.ok("list_keys", Value::Null)["locked"] == true
    }

    fn says(&self, active: bool) {
        emit(
            &self.saver,
            "/ScreenSaver",
            "org.freedesktop.ScreenSaver",
            "ActiveChanged",
            &active,
        );
    }

    /// Repeats what is told until it is heard: nobody says when somebody listens.
    fn locks_after(&self, what: &str, mut tell: impl FnMut()) {
        eventually(what, || {
            tell();
            std::thread::sleep(std::time::Duration::from_millis(40));
            self.is_locked()
        });
        self.app.ok("unlock", Value::Null);
    }
}

fn emit<B: serde::Serialize + zbus::zvariant::DynamicType>(
    from: &Connection,
    path: &str,
    interface: &str,
    member: &str,
    body: &B,
) {
    from.emit_signal(None::<&str>, path, interface, member, body)
        .expect("sent");
}

const LOGIND: &str = "org.freedesktop.login1.Manager";

#[test]
fn the_screen_the_session_and_the_sleep_lock_the_app() {
    let scene = Scene::new(true);
    scene.locks_after("the screen", || scene.says(true));
    let path = "/org/freedesktop/login1";
    scene.locks_after("sleep", || {
        emit(&scene.logind, path, LOGIND, "PrepareForSleep", &true);
    });
    let session = "org.freedesktop.login1.Session";
    scene.locks_after("the session", || {
        emit(
            &scene.logind,
            "/org/freedesktop/login1/session/_31",
            session,
            "Lock",
            &(),
        );
    });

    // Ends of them, and other signals, lock nothing. The one that does comes last.
    scene.says(false);
    emit(&scene.logind, path, LOGIND, "PrepareForSleep", &false);
    emit(
        &scene.logind,
        "/org/freedesktop/login1/session/_31",
        session,
        "Unlock",
        &(),
    );
    emit(
        &scene.saver,
        "/ScreenSaver",
        "org.freedesktop.ScreenSaver",
        "Other",
        &true,
    );
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert!(!scene.is_locked());
    scene.locks_after("again", || scene.says(true));
}

#[test]
fn it_locks_only_where_the_settings_ask_for_it() {
    let scene = Scene::new(false);
    for _ in 0..10 {
        scene.says(true);
        std::thread::sleep(std::time::Duration::from_millis(40));
    }
    assert!(!scene.is_locked());
    // It does listen: the setting counts at once.
    scene
        .app
        .ok("update_settings", json!({ "lock_with_screen": true }));
    scene.locks_after("the screen", || scene.says(true));
}
