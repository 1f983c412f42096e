//! A process with a key store on the OS keychain. It reads one JSON request per line and answers each with one line, so that
//! tests can see what a *new* process finds, and what an old one makes of a keychain that went away.
//!
//! Arguments: the index file, the service name, the keychain's deadline in milliseconds. It never prints a key, and keeps no copy
//! of one: what it is asked to import from files is read into memory that is zeroized.

use std::fs::File;
use std::io::{self, BufRead as _, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use key_store::key_list::{self, FoundKey};
use key_store::{
    BundleKey, BundleSecret, BundleTo, KeyNames, KeyRecord, KeyStore, KeyStoreError, KeyUse,
    Lifetime, MaterialFormat, NewKey, NewPassphrase, OsKeychain, Vault, command, material,
    open_bundle,
};
use payload_codec::{KeyError, KeyId, KeyProvider as _, SecretKey};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;
use zeroize::Zeroizing;

#[path = "traffic.rs"]
mod traffic;

use traffic::Traffic;

#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
enum Request {
    Load,
    Check,
    List,
    /// The fingerprint of the key that an id opens.
    Key {
        id: String,
    },
    Generate {
        id: String,
        #[serde(default)]
        in_file: bool,
    },
    Import {
        id: String,
        also_opens: Vec<String>,
        text: String,
    },
    ImportForSession {
        id: String,
        text: String,
    },
    /// The key is in a file, in this spelling; without one, as raw bytes.
    ImportFile {
        id: String,
        path: PathBuf,
        spelling: Option<String>,
        #[serde(default)]
        in_file: bool,
    },
    Remove {
        handle: Uuid,
    },
    Retire {
        handle: Uuid,
    },
    /// Encodes and decodes with a key in every format of the gallery that takes it. The codecs stay.
    Traffic {
        id: String,
    },
    /// Decodes with a key on two threads, from now on.
    Serve {
        id: String,
    },
    /// How many Payloads these decoded, and how many they were refused, since this was asked last.
    Served,
    /// Imports the keys of a list in a file.
    ImportList {
        path: PathBuf,
    },
    /// Imports the key that a command prints.
    ImportPrinted {
        id: String,
        command: String,
    },
    /// Writes a key into a bundle.
    Bundle {
        handle: Uuid,
        path: PathBuf,
    },
    /// Imports the keys of a bundle.
    ImportBundle {
        path: PathBuf,
    },
    Lock,
    Unlock,
    CreateVault {
        passphrase: String,
    },
    OpenVault {
        passphrase: String,
    },
    /// Dies at the `step`th step from now of what the key store does with its vault: before and after each call are steps.
    DieAt {
        step: u32,
        /// Not there, but at this place in the next file that it writes, if that is longer.
        writing: Option<u32>,
    },
    /// Adds and removes keys until the process is killed.
    Churn {
        #[serde(default)]
        in_file: bool,
    },
}

/// Everything happens on an async runtime's thread, where keychain libraries like to panic.
fn main() -> ExitCode {
    command::supervise_if_asked().unwrap_or_else(process)
}

#[tokio::main(flavor = "current_thread")]
async fn process() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, index, service, deadline] = arguments.as_slice() else {
        panic!("arguments: index, service, deadline in ms");
    };
    let deadline = Duration::from_millis(deadline.parse().expect("a number of milliseconds"));
    let keychain = Arc::new(Mortal {
        vault: OsKeychain::with_deadline(service, deadline),
        steps: Mutex::default(),
        traffic: Traffic::default(),
    });
    let vault: Arc<dyn Vault> = Arc::<Mortal>::clone(&keychain);
    let store = KeyStore::open(Path::new(index), vault).expect("a readable index");

    for line in io::stdin().lock().lines() {
        let request = serde_json::from_str(&line.expect("UTF-8")).expect("a request");
        let answer = answer(&store, &keychain, request)
            .unwrap_or_else(|error| json!({ "error": error.to_string() }));
        writeln!(io::stdout(), "{answer}").expect("the test reads");
    }
    ExitCode::SUCCESS
}

fn answer(store: &KeyStore, keychain: &Mortal, request: Request) -> Result<Value, KeyStoreError> {
    Ok(match request {
        Request::Load => json!({ "keychain": format!("{:?}", store.load()?) }),
        Request::Check => json!({ "keychain": format!("{:?}", store.check()) }),
        Request::List => Value::Array(store.list().iter().map(view).collect()),
        Request::Key { id } => {
            json!({ "fingerprint": store.key(&KeyId::new(&id))?.map(|key| key.fingerprint()) })
        }
        Request::Generate { id, in_file } => {
            view(&store.generate(&new(&id, &[], lifetime(in_file)), 256)?)
        }
        Request::Import {
            id,
            also_opens,
            text,
        } => {
            let key = material::parse(&text, MaterialFormat::Utf8)?;
            view(&store.import(&new(&id, &also_opens, Lifetime::Keychain), key)?)
        }
        Request::ImportForSession { id, text } => {
            let key = material::parse(&text, MaterialFormat::Utf8)?;
            view(&store.import(&new(&id, &[], Lifetime::SessionOnly), key)?)
        }
        Request::ImportFile {
            id,
            path,
            spelling,
            in_file,
        } => {
            let key = from_file(&path, spelling.as_deref())?;
            view(&store.import(&new(&id, &[], lifetime(in_file)), key)?)
        }
        Request::Remove { handle } => {
            store.remove(handle)?;
            json!({})
        }
        Request::Retire { handle } => {
            let usage = KeyUse {
                retired: true,
                ..KeyUse::default()
            };
            view(&store.set_usage(handle, usage)?)
        }
        Request::Traffic { id } => {
            json!({ "formats": keychain.traffic.in_every_format(store, &id) })
        }
        Request::Serve { id } => {
            keychain.traffic.serve(store, &id);
            json!({})
        }
        Request::Served => keychain.traffic.served(),
        Request::ImportList { path } => {
            let found = key_list::parse(&bytes_of(&path)).expect("a list of keys");
            let import = |found: FoundKey| {
                let key = found.key.expect("a key");
                let id = found.names.id.as_str();
                store.import(&new(id, &[], Lifetime::Keychain), key)
            };
            let records = found.keys.into_iter().map(import);
            let records = records.collect::<Result<Vec<_>, _>>()?;
            Value::Array(records.iter().map(view).collect())
        }
        Request::ImportPrinted { id, command } => {
            let command = command::CommandLine::parse(&command).expect("words");
            let never = AtomicBool::new(false);
            let output = command::run(&command, command::DEADLINE, &never).expect("output");
            let text = std::str::from_utf8(&output).expect("UTF-8");
            let key = material::parse(text, MaterialFormat::Base64)?;
            view(&store.import(&new(&id, &[], Lifetime::Keychain), key)?)
        }
        Request::Bundle { handle, path } => {
            let bundle = store
                .bundle(
                    &[handle],
                    &key_store::BundleFormats::new(),
                    BundleTo::Passphrase(chosen("of a test")),
                )
                .expect("a bundle");
            let mut file = File::create(path).expect("a new file");
            file.write_all(&bundle).expect("a writable file");
            json!({})
        }
        Request::ImportBundle { path } => {
            let secret = BundleSecret::Passphrase("of a test");
            let bundle = open_bundle(&bytes_of(&path), secret).expect("a bundle");
            let import = |key: BundleKey| {
                let id = key.names.id.as_str();
                store.import(&new(id, &[], Lifetime::Keychain), key.key)
            };
            let records = bundle.keys.into_iter().map(import);
            let records = records.collect::<Result<Vec<_>, _>>()?;
            Value::Array(records.iter().map(view).collect())
        }
        Request::Lock => {
            store.lock();
            json!({})
        }
        Request::Unlock => json!({ "keychain": format!("{:?}", store.unlock()?) }),
        Request::CreateVault { passphrase } => {
            store.create_vault(chosen(&passphrase))?;
            json!({ "vault": format!("{:?}", store.vault_state()) })
        }
        Request::OpenVault { passphrase } => {
            store.open_vault(&passphrase)?;
            json!({ "vault": format!("{:?}", store.vault_state()) })
        }
        Request::DieAt { step, writing } => {
            keychain.die_at(step, writing);
            json!({})
        }
        Request::Churn { in_file } => loop {
            let id = Uuid::new_v4().to_string();
            let added = store.generate(&new(&id, &[], lifetime(in_file)), 256)?;
            if added.handle.as_bytes()[0] % 3 == 0 {
                store.remove(added.handle)?;
            }
        },
    })
}

fn lifetime(in_file: bool) -> Lifetime {
    match in_file {
        true => Lifetime::Vault,
        false => Lifetime::Keychain,
    }
}

/// Reads a file as a careful program does: into one buffer of the right size, zeroized.
fn bytes_of(path: &Path) -> Zeroizing<Vec<u8>> {
    let mut file = File::open(path).expect("the test made it");
    let len = file.metadata().expect("its length").len();
    let mut bytes = Zeroizing::new(vec![0; usize::try_from(len).expect("a small file")]);
    file.read_exact(&mut bytes).expect("as long as it says");
    bytes
}

fn from_file(path: &Path, spelling: Option<&str>) -> Result<SecretKey, KeyStoreError> {
    let bytes = bytes_of(path);
    let text = || std::str::from_utf8(&bytes).expect("UTF-8");
    Ok(match spelling {
        None => material::raw(&bytes)?,
        Some("base64") => material::parse(text(), MaterialFormat::Base64)?,
        Some("hex") => material::parse(text(), MaterialFormat::Hex)?,
        Some("utf8") => material::parse_any(text(), MaterialFormat::Utf8)?,
        Some(other) => panic!("no such spelling: {other}"),
    })
}

/// A keychain at which this process can be killed, before and after each call.
struct Mortal {
    vault: OsKeychain,
    steps: Mutex<Steps>,
    traffic: Traffic,
}

#[derive(Default)]
struct Steps {
    gone: u32,
    die_at: Option<u32>,
    writing: Option<u32>,
}

impl Mortal {
    fn die_at(&self, step: u32, writing: Option<u32>) {
        *self.steps.lock().expect("nothing panics") = Steps {
            gone: 0,
            die_at: Some(step),
            writing,
        };
        self.step();
    }

    /// Step 0 is when dying is asked for.
    fn step(&self) {
        let mut steps = self.steps.lock().expect("nothing panics");
        let now = steps.gone;
        steps.gone += 1;
        if steps.die_at != Some(now) {
            return;
        }
        let id = std::process::id().to_string();
        match steps.writing {
            // The system kills a process that writes beyond this. Pipes do not count.
            Some(place) => {
                let limit = format!("--fsize={place}:{place}");
                run("prlimit", &["--pid", &id, &limit, "--core=0:0"]);
            }
            None => {
                run("kill", &["-KILL", &id]);
                thread::sleep(Duration::from_secs(60));
            }
        }
    }

    fn around<T>(&self, call: impl FnOnce(&OsKeychain) -> T) -> T {
        self.step();
        let answer = call(&self.vault);
        self.step();
        answer
    }
}

fn run(program: &str, arguments: &[&str]) {
    let status = Command::new(program).args(arguments).status();
    assert!(status.expect("it is installed").success(), "{program}");
}

impl Vault for Mortal {
    fn get(&self, account: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyError> {
        self.around(|vault| vault.get(account))
    }

    fn set(&self, account: &str, label: &str, secret: &[u8]) -> Result<(), KeyError> {
        self.around(|vault| vault.set(account, label, secret))
    }

    fn remove(&self, account: &str) -> Result<(), KeyError> {
        self.around(|vault| vault.remove(account))
    }
}

fn new(id: &str, also_opens: &[String], lifetime: Lifetime) -> NewKey {
    NewKey {
        names: KeyNames {
            id: KeyId::new(id),
            also_opens: also_opens.iter().map(|id| KeyId::new(id)).collect(),
            label: format!("label of {id}"),
        },
        created: jiff::Timestamp::UNIX_EPOCH,
        lifetime,
        usage: KeyUse::default(),
    }
}

fn view(record: &KeyRecord) -> Value {
    json!({
        "handle": record.handle,
        "id": record.id.as_str(),
        "bits": record.bits,
        "fingerprint": record.fingerprint,
        "state": format!("{:?}", record.state),
        "lifetime": format!("{:?}", record.lifetime),
    })
}

fn chosen(passphrase: &str) -> NewPassphrase<'_> {
    NewPassphrase::although_weak(passphrase).expect("not empty")
}
