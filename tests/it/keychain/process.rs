//! A process with a key store on the OS keychain. It reads one JSON request per line and answers each with one line, so that
//! tests can see what a *new* process finds, and what an old one makes of a keychain that went away.
//!
//! Arguments: the index file, the service name, the keychain's deadline in milliseconds. It never prints a key.

use std::io::{self, BufRead as _, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use key_store::{
    KeyNames, KeyRecord, KeyStore, KeyStoreError, Lifetime, MaterialFormat, NewKey, OsKeychain,
    material,
};
use payload_codec::{KeyId, KeyProvider as _};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

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
    Remove {
        handle: Uuid,
    },
    /// Adds and removes keys until the process is killed.
    Churn,
}

/// Everything happens on an async runtime's thread, where keychain libraries like to panic.
#[tokio::main(flavor = "current_thread")]
async fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, index, service, deadline] = arguments.as_slice() else {
        panic!("arguments: index, service, deadline in ms");
    };
    let deadline = Duration::from_millis(deadline.parse().expect("a number of milliseconds"));
    let keychain = Arc::new(OsKeychain::with_deadline(service, deadline));
    let store = KeyStore::open(Path::new(index), keychain).expect("a readable index");

    for line in io::stdin().lock().lines() {
        let request = serde_json::from_str(&line.expect("UTF-8")).expect("a request");
        let answer =
            answer(&store, request).unwrap_or_else(|error| json!({ "error": error.to_string() }));
        writeln!(io::stdout(), "{answer}").expect("the test reads");
    }
}

fn answer(store: &KeyStore, request: Request) -> Result<Value, KeyStoreError> {
    Ok(match request {
        Request::Load => json!({ "keychain": format!("{:?}", store.load()?) }),
        Request::Check => json!({ "keychain": format!("{:?}", store.check()) }),
        Request::List => Value::Array(store.list().iter().map(view).collect()),
        Request::Key { id } => {
            json!({ "fingerprint": store.key(&KeyId::new(&id))?.map(|key| key.fingerprint()) })
        }
        Request::Generate { id } => view(&store.generate(&new(&id, &[], Lifetime::Keychain), 256)?),
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
        Request::Remove { handle } => {
            store.remove(handle)?;
            json!({})
        }
        Request::Churn => loop {
            let id = Uuid::new_v4().to_string();
            let added = store.generate(&new(&id, &[], Lifetime::Keychain), 256)?;
            if added.handle.as_bytes()[0] % 3 == 0 {
                store.remove(added.handle)?;
            }
        },
    })
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
    }
}

fn view(record: &KeyRecord) -> Value {
    json!({
        "handle": record.handle,
        "id": record.id.as_str(),
        "bits": record.bits,
        "fingerprint": record.fingerprint,
        "state": format!("{:?}", record.state),
    })
}
