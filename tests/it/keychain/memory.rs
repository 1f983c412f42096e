//! Where key bytes are in the memory of a process: there while keys are in use, and nowhere once they are locked or removed.
//!
//! The test looks from outside, so that what it looks for is not in the process by the looking.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::FileExt as _;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use support::keyring::PrivateKeyring;
use uuid::Uuid;

use crate::store::{Process, SERVICE, account};

/// Any piece of a key that is so long counts, as bytes or in a spelling. It is also the size of an AES round key, the first of
/// which is the key itself.
const PIECE: usize = 16;

/// What is looked for.
pub(crate) struct Traces {
    pieces: HashSet<Vec<u8>>,
    /// By the first two bytes: most of memory is passed over by this.
    starts: Vec<bool>,
}

impl Traces {
    pub(crate) fn of(key: &[u8]) -> Self {
        let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        let spellings = [
            key.to_vec(),
            STANDARD.encode(key).into_bytes(),
            hex.to_uppercase().into_bytes(),
            hex.into_bytes(),
        ];
        let pieces: HashSet<Vec<u8>> = spellings
            .iter()
            .flat_map(|spelling| spelling.windows(PIECE).map(<[u8]>::to_vec))
            .collect();
        let mut starts = vec![false; 1 << 16];
        for piece in &pieces {
            starts[usize::from(u16::from_le_bytes([piece[0], piece[1]]))] = true;
        }
        Traces { pieces, starts }
    }

    /// How many pieces stand in the memory that a process can write to, and where.
    pub(crate) fn find(&self, id: u32) -> Vec<String> {
        let maps = fs::read_to_string(format!("/proc/{id}/maps")).expect("its memory map");
        let memory = File::open(format!("/proc/{id}/mem")).expect("a child's memory may be read");
        let mut found = Vec::new();
        for line in maps.lines() {
            let mut words = line.split_whitespace();
            let range = words.next().expect("a range");
            if !words.next().expect("permissions").starts_with("rw") {
                continue;
            }
            let (start, end) = range.split_once('-').expect("from-to");
            let number = |hex| u64::from_str_radix(hex, 16).expect("an address");
            let (start, end) = (number(start), number(end));
            let mut bytes = vec![0; usize::try_from(end - start).expect("fits")];
            // A page may go between the map and the look; what is gone holds no key.
            if memory.read_exact_at(&mut bytes, start).is_err() {
                continue;
            }
            for (place, window) in bytes.windows(PIECE).enumerate() {
                let first = usize::from(u16::from_le_bytes([window[0], window[1]]));
                if self.starts[first] && self.pieces.contains(window) {
                    found.push(format!("{:x} of {line}", start + place as u64));
                }
            }
        }
        found
    }

    #[track_caller]
    fn check_there(&self, process: &Process) {
        assert!(
            !self.find(process.id()).is_empty(),
            "the look finds what is there"
        );
    }

    #[track_caller]
    pub(crate) fn check_gone(&self, process: &Process, when: &str) {
        let found = self.find(process.id());
        assert!(found.is_empty(), "{when}: {found:#?}");
    }
}

/// A key that nobody else has, in a file.
fn random_key(keyring: &PrivateKeyring, spelling: Option<&str>) -> (Vec<u8>, PathBuf) {
    // 16 bytes of text count in UTF-8 as they are.
    let id = Uuid::new_v4();
    let key = match spelling {
        Some("utf8") => id.simple().to_string().into_bytes(),
        Some(_) | None => [id.into_bytes(), Uuid::new_v4().into_bytes()].concat(),
    };
    let text = match spelling {
        Some("base64") => STANDARD.encode(&key).into_bytes(),
        Some("hex") => key
            .iter()
            .flat_map(|byte| format!("{byte:02x}").into_bytes())
            .collect(),
        Some(_) | None => key.clone(),
    };
    let path = keyring.path().join(format!("{id}.key"));
    let mut file = File::create(&path).expect("a new file");
    file.write_all(&text).expect("a writable file");
    (key, path)
}

fn import(process: &mut Process, path: &PathBuf, spelling: Option<&str>, in_file: bool) -> Value {
    let id = path.to_string_lossy();
    let request = json!({ "do": "import_file", "id": id, "path": path, "spelling": spelling, "in_file": in_file });
    let key = process.ask(&request);
    assert_eq!(key["state"], "Loaded", "{key}");
    key
}

#[test]
fn keys_of_the_keychain() {
    let keyring = PrivateKeyring::unlocked();
    let key = Process::start(&keyring).generate("canary");
    let bytes = keyring.lookup(SERVICE, &account(&key));
    assert_eq!(bytes.len(), 32);
    let traces = Traces::of(&bytes);

    let mut process = Process::loaded(&keyring, "Ready");
    assert_eq!(process.opens("canary"), key["fingerprint"]);
    traces.check_there(&process);
    process.ask(&json!({ "do": "lock" }));
    traces.check_gone(&process, "locked");
    assert_eq!(
        process.opens("canary"),
        "the app is locked",
        "it is still the process that had it"
    );

    assert_eq!(process.ask(&json!({ "do": "unlock" }))["keychain"], "Ready");
    assert_eq!(process.opens("canary"), key["fingerprint"]);
    traces.check_there(&process);
    process.ask(&json!({ "do": "retire", "handle": key["handle"] }));
    assert_eq!(process.opens("canary"), Value::Null);
    process.ask(&json!({ "do": "lock" }));
    traces.check_gone(&process, "retired and locked");

    process.ask(&json!({ "do": "unlock" }));
    traces.check_there(&process);
    process.remove(&key);
    traces.check_gone(&process, "removed");
}

#[test]
fn keys_that_were_imported() {
    let keyring = PrivateKeyring::unlocked();
    let mut process = Process::start(&keyring);
    for spelling in [None, Some("base64"), Some("hex"), Some("utf8")] {
        let (key, path) = random_key(&keyring, spelling);
        let traces = Traces::of(&key);
        traces.check_gone(&process, "not imported yet");
        let record = import(&mut process, &path, spelling, false);
        traces.check_there(&process);
        process.remove(&record);
        traces.check_gone(&process, &format!("imported as {spelling:?} and removed"));

        let (key, path) = random_key(&keyring, spelling);
        let traces = Traces::of(&key);
        import(&mut process, &path, spelling, false);
        traces.check_there(&process);
        process.ask(&json!({ "do": "lock" }));
        traces.check_gone(&process, &format!("imported as {spelling:?} and locked"));
        process.ask(&json!({ "do": "unlock" }));
    }
}

#[test]
fn keys_of_the_encrypted_file() {
    let keyring = PrivateKeyring::without_bus();
    let mut process = Process::start(&keyring);
    let opened = json!({ "vault": "Open" });
    let create = json!({ "do": "create_vault", "passphrase": "of a test" });
    assert_eq!(process.ask(&create), opened);
    let (key, path) = random_key(&keyring, None);
    let traces = Traces::of(&key);
    let record = import(&mut process, &path, None, true);
    traces.check_there(&process);
    process.ask(&json!({ "do": "lock" }));
    traces.check_gone(&process, "locked");

    process.ask(&json!({ "do": "unlock" }));
    let open = json!({ "do": "open_vault", "passphrase": "of a test" });
    assert_eq!(process.ask(&open), opened);
    assert_eq!(
        process.opens(&path.to_string_lossy()),
        record["fingerprint"]
    );
    traces.check_there(&process);
    process.remove(&record);
    traces.check_gone(&process, "removed");
}

#[test]
fn keys_that_encoded_and_decoded() {
    let keyring = PrivateKeyring::unlocked();
    let key = Process::start(&keyring).generate("canary");
    let traces = Traces::of(&keyring.lookup(SERVICE, &account(&key)));
    let mut process = Process::loaded(&keyring, "Ready");
    let answer = process.ask(&json!({ "do": "traffic", "id": "canary" }));
    let formats = answer["formats"].as_array().expect("names");
    assert!(formats.contains(&json!("sdk-samples")));
    assert!(formats.len() >= 8, "{formats:?}");
    traces.check_there(&process);
    process.ask(&json!({ "do": "lock" }));
    traces.check_gone(&process, "locked");

    process.ask(&json!({ "do": "unlock" }));
    let again = process.ask(&json!({ "do": "traffic", "id": "canary" }));
    assert_eq!(again, answer);
    process.remove(&key);
    traces.check_gone(&process, "removed");
}

#[test]
fn keys_of_lists_and_commands() {
    let keyring = PrivateKeyring::unlocked();
    let mut process = Process::start(&keyring);
    let list = keyring.path().join("list");
    for form in [
        r#"[{"id": "ID", "key": "KEY"}]"#,
        "- id: ID\n  key: KEY # a comment\n",
        "- id: 'ID'\n  key: \"KEY\"\n",
        "# a comment\nID='KEY'\nOTHER=1\n",
    ] {
        let (key, _) = random_key(&keyring, None);
        let text = form
            .replace("ID", &format!("K{}", Uuid::new_v4().simple()))
            .replace("KEY", &STANDARD.encode(&key));
        let mut file = File::create(&list).expect("a file");
        file.write_all(text.as_bytes()).expect("a writable file");
        let traces = Traces::of(&key);
        let answer = process.ask(&json!({ "do": "import_list", "path": list }));
        assert_eq!(answer[0]["state"], "Loaded", "{answer}");
        traces.check_there(&process);
        process.remove(&answer[0]);
        traces.check_gone(&process, form);
    }

    let (key, path) = random_key(&keyring, Some("base64"));
    let traces = Traces::of(&key);
    let command = format!("cat {}", path.display());
    let record = process.ask(&json!({ "do": "import_printed", "id": "p", "command": command }));
    traces.check_there(&process);
    process.remove(&record);
    traces.check_gone(&process, "printed by a command and removed");
}

#[test]
fn keys_of_bundles() {
    let keyring = PrivateKeyring::unlocked();
    let (key, path) = random_key(&keyring, None);
    let traces = Traces::of(&key);
    let bundle = keyring.path().join("bundle.age");
    let mut process = Process::start(&keyring);
    let record = import(&mut process, &path, None, false);
    process.ask(&json!({ "do": "bundle", "handle": record["handle"], "path": bundle }));
    traces.check_there(&process);
    process.remove(&record);
    traces.check_gone(&process, "bundled and removed");

    let answer = process.ask(&json!({ "do": "import_bundle", "path": bundle }));
    assert_eq!(answer[0]["fingerprint"], record["fingerprint"]);
    traces.check_there(&process);
    process.remove(&answer[0]);
    traces.check_gone(&process, "imported from a bundle and removed");
}
