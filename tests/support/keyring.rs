//! A private machine for keychain tests: its own home folder, its own D-Bus, and a real gnome-keyring that can be started,
//! locked, frozen and killed. Everything ends when the value is dropped, and with the test's thread at the latest.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long a daemon may take to come up on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// Whether the bus starts a Secret Service by itself when somebody asks for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// As on a desktop.
    On,
    /// The Secret Service is there while [`PrivateKeyring::start_daemon`]'s runs, and not otherwise.
    Off,
}

/// A home folder, and what runs in it.
pub struct PrivateKeyring {
    home: TempDir,
    bus: Option<Child>,
    daemon: Option<Child>,
}

impl PrivateKeyring {
    /// A home without a bus.
    pub fn without_bus() -> Self {
        let home = tempfile::Builder::new()
            .prefix("keyring-")
            .tempdir()
            .expect("a temporary folder");
        for folder in ["data", "config", "cache", "run"] {
            let mut builder = std::fs::DirBuilder::new();
            builder
                .mode(0o700)
                .create(home.path().join(folder))
                .expect("a new folder");
        }
        PrivateKeyring {
            home,
            bus: None,
            daemon: None,
        }
    }

    /// A home with a bus, and no keyring on it yet.
    pub fn with_bus(activation: Activation) -> Self {
        let mut keyring = PrivateKeyring::without_bus();
        let config = keyring.home.path().join("bus.conf");
        let services = match activation {
            Activation::On => "<standard_session_servicedirs/>",
            Activation::Off => "",
        };
        let mut file = std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&config)
            .expect("a new file");
        write!(
            file,
            r#"<busconfig><type>session</type><listen>unix:path={}</listen><auth>EXTERNAL</auth>{services}
            <policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
            </busconfig>"#,
            keyring.home.path().join("bus").display(),
        )
        .expect("a writable file");

        let mut bus = keyring
            .daemon_command("dbus-daemon")
            .arg(format!("--config-file={}", config.display()))
            .args(["--nofork", "--nopidfile", "--print-address"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("dbus-daemon is installed");
        let mut address = String::new();
        BufReader::new(bus.stdout.take().expect("piped"))
            .read_line(&mut address)
            .expect("an address");
        assert!(
            address.starts_with("unix:path="),
            "the bus did not start: {address:?}"
        );
        keyring.bus = Some(bus);
        keyring
    }

    /// The address of its bus.
    pub fn bus_address(&self) -> String {
        format!("unix:path={}", self.home.path().join("bus").display())
    }

    /// A home with a bus and an unlocked keyring, as after logging in.
    pub fn unlocked() -> Self {
        let mut keyring = PrivateKeyring::with_bus(Activation::Off);
        keyring.start_daemon("test");
        keyring.wait_for("a login keyring", |keyring| {
            keyring.default_collection().is_some()
        });
        keyring
    }

    /// Starts gnome-keyring and gives it a password. Its first one makes the login keyring; a wrong one leaves it locked.
    pub fn start_daemon(&mut self, password: &str) {
        let mut daemon = self
            .daemon_command("gnome-keyring-daemon")
            .args(["--unlock", "--components=secrets", "--foreground"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("gnome-keyring is installed");
        let mut stdin = daemon.stdin.take().expect("piped");
        stdin
            .write_all(password.as_bytes())
            .expect("the daemon reads its password");
        drop(stdin);
        self.daemon = Some(daemon);
        self.wait_for("the Secret Service", PrivateKeyring::has_service);
    }

    /// Ends gnome-keyring at once, as a crash would.
    pub fn kill_daemon(&mut self) {
        end(self.daemon.take());
        if self.bus.is_some() {
            self.wait_for("the Secret Service to be gone", |keyring| {
                !keyring.has_service()
            });
        }
    }

    /// Freezes gnome-keyring: it stays on the bus and answers nothing.
    pub fn freeze_daemon(&self) {
        self.signal("STOP");
    }

    /// Lets a frozen gnome-keyring go on.
    pub fn thaw_daemon(&self) {
        self.signal("CONT");
    }

    /// Ends the bus at once; clients lose their connections.
    pub fn kill_bus(&mut self) {
        end(self.daemon.take());
        end(self.bus.take());
    }

    /// Locks the login keyring, as a screen lock may.
    pub fn lock(&self) {
        let collection = self.default_collection().expect("a login keyring");
        let output = self.call_service(&[
            "org.freedesktop.Secret.Service.Lock",
            &format!("[objectpath '{collection}']"),
        ]);
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// A folder of this home that nothing else uses.
    pub fn path(&self) -> &Path {
        self.home.path()
    }

    /// A command that lives in this home and knows no other bus or display.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        self.enter(&mut command);
        command
    }

    /// The accounts that have an entry under a service name, by `secret-tool`, sorted.
    pub fn accounts(&self, service: &str) -> Vec<String> {
        let output = self.secret_tool(&["search", "--all", "service", service]);
        // Attributes go to stderr, and the rest to stdout.
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        let names = text
            .lines()
            .filter_map(|line| line.strip_prefix("attribute.username = "));
        let mut accounts: Vec<String> = names.map(str::to_owned).collect();
        accounts.sort();
        accounts
    }

    /// The secret of an account, by `secret-tool`; empty where there is none.
    pub fn lookup(&self, service: &str, account: &str) -> Vec<u8> {
        self.secret_tool(&["lookup", "service", service, "username", account])
            .stdout
    }

    /// Keeps a secret for an account, by `secret-tool`.
    pub fn store(&self, service: &str, account: &str, secret: &[u8]) {
        let mut child = self
            .command("secret-tool")
            .args(["store", "--label", "test"])
            .args(["service", service, "username", account])
            .stdin(Stdio::piped())
            .spawn()
            .expect("libsecret-tools is installed");
        let mut stdin = child.stdin.take().expect("piped");
        stdin.write_all(secret).expect("it reads");
        drop(stdin);
        assert!(child.wait().expect("ends").success());
    }

    /// The file in which gnome-keyring keeps the login keyring.
    pub fn keyring_file(&self) -> PathBuf {
        self.home.path().join("data/keyrings/login.keyring")
    }

    fn secret_tool(&self, arguments: &[&str]) -> Output {
        self.command("secret-tool")
            .args(arguments)
            .output()
            .expect("libsecret-tools is installed")
    }

    fn enter(&self, command: &mut Command) {
        let home = self.home.path();
        command.env("HOME", home);
        for (name, folder) in [
            ("XDG_DATA_HOME", "data"),
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_CACHE_HOME", "cache"),
            ("XDG_RUNTIME_DIR", "run"),
        ] {
            command.env(name, home.join(folder));
        }
        // Where there is no bus this is a dead address, so that nothing finds the machine's own.
        command.env(
            "DBUS_SESSION_BUS_ADDRESS",
            format!("unix:path={}", home.join("bus").display()),
        );
        for name in [
            "DISPLAY",
            "WAYLAND_DISPLAY",
            "GNOME_KEYRING_CONTROL",
            "DBUS_STARTER_ADDRESS",
        ] {
            command.env_remove(name);
        }
    }

    /// A daemon that is killed with the thread that started it, even where that is killed itself.
    fn daemon_command(&self, program: &str) -> Command {
        let mut command = self.command("setpriv");
        command
            .args(["--pdeathsig", "KILL", program])
            .stderr(Stdio::null());
        command
    }

    fn signal(&self, signal: &str) {
        let daemon = self.daemon.as_ref().expect("a daemon that runs");
        let status = Command::new("kill")
            .args([&format!("-{signal}"), &daemon.id().to_string()])
            .status();
        assert!(status.expect("kill is installed").success());
    }

    fn has_service(&self) -> bool {
        let name = [
            "org.freedesktop.DBus.NameHasOwner",
            "org.freedesktop.secrets",
        ];
        let output = self.gdbus("org.freedesktop.DBus", "/org/freedesktop/DBus", &name);
        output.stdout.starts_with(b"(true,)")
    }

    fn default_collection(&self) -> Option<String> {
        let output = self.call_service(&["org.freedesktop.Secret.Service.ReadAlias", "default"]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let path = text.split('\'').nth(1)?;
        (path.len() > 1).then(|| path.to_owned())
    }

    fn call_service(&self, method: &[&str]) -> Output {
        self.gdbus(
            "org.freedesktop.secrets",
            "/org/freedesktop/secrets",
            method,
        )
    }

    fn gdbus(&self, name: &str, object: &str, method: &[&str]) -> Output {
        self.command("gdbus")
            .args([
                "call",
                "--session",
                "--dest",
                name,
                "--object-path",
                object,
                "--method",
            ])
            .args(method)
            .output()
            .expect("gdbus is installed")
    }

    fn wait_for(&self, what: &str, condition: impl Fn(&Self) -> bool) {
        let start = Instant::now();
        while !condition(self) {
            assert!(start.elapsed() < PATIENCE, "waited in vain for {what}");
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for PrivateKeyring {
    fn drop(&mut self) {
        self.kill_bus();
    }
}

fn end(child: Option<Child>) {
    if let Some(mut child) = child {
        // It may have ended by itself; what counts is that it is gone and waited for.
        child.kill().ok();
        child.wait().ok();
    }
}
