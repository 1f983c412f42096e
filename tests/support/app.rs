//! The product without its window, on folders and a vault of its own, and programs that ask it over a real socket.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use app::{App, AppError, AppEvent, AppPaths, Code, dispatch};
use key_store::{MemoryVault, Vault};
use payload_codec::KeyError;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::broadcast;
use zeroize::Zeroizing;

use crate::desktop::RecordingDesktop;
use crate::wire::Ask;

/// Nothing on loopback takes this long: a test that waits longer has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// An app with its folder, its vault and its reactor. Commands are called from the test's own thread, as a shell does.
pub struct TestApp {
    /// The app.
    pub app: App,
    /// Where its keys are kept.
    pub vault: Arc<SwitchVault>,
    /// The desktop it runs in.
    pub desktop: Arc<RecordingDesktop>,
    folder: Arc<TempDir>,
    runtime: Runtime,
}

/// The `main` of a test does not evaluate filters, that of the bridge does; it lies a folder above.
fn filter_by_the_bridge() {
    let own = std::env::current_exe().expect("a path");
    let folder = own.parent().and_then(Path::parent).expect("two folders");
    let name = format!("bridge{}", std::env::consts::EXE_SUFFIX);
    app::filter_by(folder.join(name));
}

impl Default for TestApp {
    fn default() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self::on(Arc::new(folder), Arc::new(SwitchVault::default()))
    }
}

impl TestApp {
    /// A fresh one, without settings and keys.
    pub fn new() -> Self {
        Self::default()
    }

    /// One on a folder and a vault that may have been used before.
    pub fn on(folder: Arc<TempDir>, vault: Arc<SwitchVault>) -> Self {
        Self::try_on(folder, vault).expect("opens")
    }

    /// As [`TestApp::on`].
    ///
    /// # Errors
    /// What the app says.
    pub fn try_on(folder: Arc<TempDir>, vault: Arc<SwitchVault>) -> Result<Self, AppError> {
        filter_by_the_bridge();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a reactor");
        let app = App::with_vault(
            &paths(folder.path()),
            vault.clone(),
            runtime.handle().clone(),
        )?;
        let desktop = Arc::new(RecordingDesktop::default());
        app.desktop().attach(desktop.clone());
        Ok(TestApp {
            app,
            vault,
            desktop,
            folder,
            runtime,
        })
    }

    /// A second one on the same folder and vault, as a second process has it.
    pub fn sibling(&self) -> Self {
        Self::on(self.folder.clone(), self.vault.clone())
    }

    /// The folder that holds its files.
    pub fn folder(&self) -> Arc<TempDir> {
        self.folder.clone()
    }

    /// Its settings file.
    pub fn settings_file(&self) -> PathBuf {
        paths(self.folder.path()).settings_file()
    }

    /// Runs a command by name.
    ///
    /// # Errors
    /// What the command says.
    pub fn call(&self, command: &str, request: Value) -> Result<Value, AppError> {
        dispatch(&self.app, command, request)
    }

    /// Runs a command that must succeed. Its answer comes without the number of the look at the state, so that states can be
    /// compared.
    #[track_caller]
    pub fn ok(&self, command: &str, request: Value) -> Value {
        let mut answer = self
            .call(command, request)
            .unwrap_or_else(|error| panic!("{command}: {error:?}"));
        if let Some(view) = answer.as_object_mut() {
            view.remove("revision");
        }
        answer
    }

    /// Runs a command that must fail, with this code.
    #[track_caller]
    pub fn fails(&self, command: &str, request: Value, code: Code) -> AppError {
        let error = self.call(command, request).expect_err(command);
        assert_eq!(error.code, code, "{command}: {error:?}");
        assert!(!error.message.is_empty(), "{command}");
        error
    }

    /// What asks `undo_settings` for the last change that can be taken back; for one that never was, where there is none.
    #[track_caller]
    pub fn last_change(&self) -> Value {
        let settings = self.ok("get_settings", Value::Null);
        json!({ "change": settings["undoable"].as_u64().unwrap_or(u64::from(u32::MAX)) })
    }

    /// The ticket of a file that the user chooses for something; the dialog asks before it takes one that is there.
    #[track_caller]
    pub fn ticket(&self, purpose: &str, path: impl AsRef<Path>) -> Value {
        self.desktop.choose(path.as_ref(), true);
        self.ok("choose_file", json!({ "purpose": purpose }))["ticket"].clone()
    }

    /// As [`TestApp::ticket`], where no dialog has asked whether a file may be replaced.
    #[track_caller]
    pub fn ticket_for_new(&self, purpose: &str, path: impl AsRef<Path>) -> Value {
        self.desktop.choose(path.as_ref(), false);
        self.ok("choose_file", json!({ "purpose": purpose }))["ticket"].clone()
    }

    /// Adds Temporal's sample key, for this session alone.
    #[track_caller]
    pub fn with_sample_key(self) -> Self {
        self.ok("add_sample_key", json!({ "lifetime": "session" }));
        self
    }

    /// Imports a key from text and returns its handle.
    #[track_caller]
    pub fn import(&self, id: &str, material: &str, format: &str, lifetime: &str) -> String {
        let keys = self.ok("import_key", import(id, material, format, lifetime));
        let keys = keys["keys"].as_array().cloned().unwrap_or_default();
        let key = keys.iter().find(|key| key["id"] == id).expect("imported");
        key["handle"].as_str().expect("a handle").to_owned()
    }

    /// Starts the Codec Server on any port, and returns it.
    #[track_caller]
    pub fn serve(&self) -> u16 {
        let server = self.app.server().start_server_on(0).expect("serves");
        let endpoint = server.endpoint.rsplit_once(':').expect("a port");
        endpoint.1.parse().expect("a number")
    }

    /// Sets a free port and starts the Codec Server on it.
    #[track_caller]
    pub fn serve_on_set_port(&self) -> u16 {
        // Another test may take a port between the look and the start.
        for _ in 0..20 {
            let port = free_port();
            if self.call("set_port", json!({ "port": port })).is_ok()
                && self.call("start_server", Value::Null).is_ok()
            {
                return port;
            }
        }
        panic!("no port stays free");
    }

    /// Waits for the event that `wanted` picks something from.
    #[track_caller]
    pub fn wait_for<T>(
        &self,
        events: &mut broadcast::Receiver<AppEvent>,
        mut wanted: impl FnMut(AppEvent) -> Option<T>,
    ) -> T {
        let waiting = async {
            loop {
                let event = events.recv().await.expect("the app tells");
                if let Some(found) = wanted(event) {
                    return found;
                }
            }
        };
        // The timer must be made on the reactor.
        let waited = async { tokio::time::timeout(PATIENCE, waiting).await };
        self.runtime.block_on(waited).expect("the event in time")
    }
}

fn paths(folder: &Path) -> AppPaths {
    AppPaths {
        config: folder.join("config"),
        logs: folder.join("logs"),
        home: Some(folder.join("home")),
        temporal_toml: Some(folder.join("temporal.toml")),
    }
}

/// The request of `import_key`.
pub fn import(id: &str, material: &str, format: &str, lifetime: &str) -> Value {
    json!({ "id": id, "label": "", "material": material, "format": format, "lifetime": lifetime })
}

/// A port that nothing listens on now, under either address.
///
/// # Panics
/// Where the system gives no port.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    listener.local_addr().expect("bound").port()
}

/// Waits until `now` is true.
///
/// # Panics
/// When it takes too long.
#[track_caller]
pub fn eventually(what: &str, mut now: impl FnMut() -> bool) {
    let start = Instant::now();
    while !now() {
        assert!(start.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Sends bytes to a port and reads until the other side closes.
///
/// # Panics
/// Where nothing listens, or nothing closes.
pub fn exchange(port: u16, bytes: &[u8]) -> Vec<u8> {
    talk(port, bytes, false)
}

/// As [`exchange`], and says that nothing more will come.
///
/// # Panics
/// As [`exchange`].
pub fn exchange_and_hang_up(port: u16, bytes: &[u8]) -> Vec<u8> {
    talk(port, bytes, true)
}

fn talk(port: u16, bytes: &[u8], hang_up: bool) -> Vec<u8> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("listens");
    stream
        .set_read_timeout(Some(PATIENCE))
        .expect("a time above zero");
    // Who is refused early may find the connection closed before all is written.
    let _ = stream.write_all(bytes);
    if hang_up {
        let _ = stream.shutdown(Shutdown::Write);
    }
    let mut answer = Vec::new();
    let mut chunk = [0; 1 << 16];
    loop {
        match stream.read(&mut chunk) {
            Ok(0) => return answer,
            Ok(read) => answer.extend_from_slice(&chunk[..read]),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => return answer,
            // A read with a deadline is not taken up again by itself when a child of some other test ends.
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => panic!("an answer in time: {error}"),
        }
    }
}

/// An answer to one request on a connection of its own.
pub struct Answer {
    /// Everything before the empty line.
    pub head: String,
    /// Everything after it.
    pub body: String,
}

impl Answer {
    /// `422 Key not found: prod-2024`
    pub fn status_line(&self) -> &str {
        let line = self.head.lines().next().unwrap_or_default();
        line.split_once(' ').map_or("", |(_, rest)| rest)
    }

    /// The status code, 0 where there was no answer.
    pub fn status(&self) -> u16 {
        let code = self.status_line().split(' ').next().unwrap_or_default();
        code.parse().unwrap_or_default()
    }
}

/// Sends one request.
pub fn send(port: u16, ask: Ask<'_>) -> Answer {
    answer(&exchange(port, &ask.header("Connection", "close").bytes()))
}

/// POSTs JSON as a program does: no Origin.
pub fn post(port: u16, path: &str, body: &str) -> Answer {
    send(port, Ask::post(path, body))
}

/// An answer from its bytes.
pub fn answer(bytes: &[u8]) -> Answer {
    let text = String::from_utf8_lossy(bytes);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    Answer {
        head: head.to_owned(),
        body: body.to_owned(),
    }
}

/// A vault in memory that fails while it is told to, as a locked or missing keychain does.
#[derive(Default)]
pub struct SwitchVault {
    held: MemoryVault,
    problem: Mutex<Option<KeyError>>,
}

impl SwitchVault {
    /// Fails from now on, or works again.
    pub fn set_problem(&self, problem: Option<KeyError>) {
        *self.problem.lock().unwrap_or_else(PoisonError::into_inner) = problem;
    }

    /// The accounts that have a secret.
    pub fn accounts(&self) -> Vec<String> {
        self.held.accounts()
    }

    fn works(&self) -> Result<(), KeyError> {
        match *self.problem.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(problem) => Err(problem),
            None => Ok(()),
        }
    }
}

impl Vault for SwitchVault {
    fn get(&self, account: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyError> {
        self.works()?;
        self.held.get(account)
    }

    fn set(&self, account: &str, label: &str, secret: &[u8]) -> Result<(), KeyError> {
        self.works()?;
        self.held.set(account, label, secret)
    }

    fn remove(&self, account: &str) -> Result<(), KeyError> {
        self.works()?;
        self.held.remove(account)
    }
}
