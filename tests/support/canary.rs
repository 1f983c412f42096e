//! Canaries: secrets that must not come out, known in every spelling they could come out in; and a log that keeps everything.

use std::io;
use std::path::Path;
use std::sync::{Mutex, Once, PoisonError};

use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;

/// A secret, and the spellings that give it away.
pub struct Canary {
    /// What it is, for the message of a failed test: never the secret.
    pub name: &'static str,
    spellings: Vec<(String, String)>,
}

impl Canary {
    /// A canary of these bytes.
    ///
    /// # Panics
    /// Where they are too few to be told from chance.
    pub fn new(name: &'static str, secret: &[u8]) -> Self {
        assert!(secret.len() >= 12, "a canary is not to be found by chance");
        let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
        let spaced: Vec<String> = secret.iter().map(|byte| format!("{byte:02x}")).collect();
        let escaped = secret.escape_ascii().to_string();
        let decimal: Vec<String> = secret.iter().map(u8::to_string).collect();
        let numbers: Vec<String> = secret.iter().map(|byte| format!("{byte:x}")).collect();
        let mut spellings = vec![
            ("raw".to_owned(), latin1(secret)),
            ("escaped".to_owned(), escaped.clone()),
            // As `Bytes` print: they escape less.
            (
                "a byte string".to_owned(),
                escaped.replace("\\'", "'").replace("\\x00", "\\0"),
            ),
            ("hex".to_owned(), hex.clone()),
            ("upper-case hex".to_owned(), hex.to_uppercase()),
            // As in a hex dump, which breaks a line in two groups of eight.
            ("hex pairs".to_owned(), spaced[..8].join(" ")),
            // As `{:?}` and `{:x?}` print bytes.
            ("decimal numbers".to_owned(), decimal.join(", ")),
            ("hex numbers".to_owned(), numbers.join(", ")),
        ];
        for shift in 0..3 {
            for (alphabet, engine) in [("standard", STANDARD_NO_PAD), ("url-safe", URL_SAFE_NO_PAD)]
            {
                spellings.push((
                    format!("{alphabet} base64, shifted by {shift}"),
                    shifted_base64(&engine, secret, shift),
                ));
            }
        }
        Canary { name, spellings }
    }

    /// The first spelling that stands in `text`.
    pub fn found_in(&self, text: &[u8]) -> Option<&str> {
        self.found_in_latin1(&latin1(text))
    }

    /// The names of all spellings with the spellings, for the test of the test.
    pub fn spellings(&self) -> impl Iterator<Item = (&str, &str)> {
        let spellings = self.spellings.iter();
        spellings.map(|(name, text)| (name.as_str(), text.as_str()))
    }

    fn found_in_latin1(&self, text: &str) -> Option<&str> {
        let mut spellings = self.spellings.iter();
        spellings
            .find(|(_, spelling)| text.contains(spelling))
            .map(|(name, _)| name.as_str())
    }
}

/// The characters of base64 that are sure to stand in the base64 of a longer text that holds `secret` at an offset of
/// `shift` bytes from a group of three.
fn shifted_base64(engine: &impl base64::Engine, secret: &[u8], shift: usize) -> String {
    let mut bytes = vec![0; shift];
    bytes.extend_from_slice(secret);
    let text = engine.encode(&bytes);
    // Characters that hold bits of a neighbor are not known.
    let first = (shift * 8).div_ceil(6);
    let whole = bytes.len() * 8 / 6;
    text[first..whole].to_owned()
}

/// A character for each byte, so that a text search finds bytes.
fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|&byte| char::from(byte)).collect()
}

/// Fails where one of the canaries stands in `text`. The text itself is not shown.
///
/// # Panics
/// Then.
#[track_caller]
pub fn assert_silent(canaries: &[&Canary], place: &str, text: &[u8]) {
    let text = latin1(text);
    for canary in canaries {
        if let Some(spelling) = canary.found_in_latin1(&text) {
            panic!("{place}: holds {} as {spelling}", canary.name);
        }
    }
}

/// Fails where one of the canaries stands in a file below a folder, or in a file's name. Returns how many files there are.
///
/// # Panics
/// Then, and where a file cannot be read.
#[track_caller]
pub fn assert_folder_silent(canaries: &[&Canary], folder: &Path) -> usize {
    let mut files = 0;
    let entries = std::fs::read_dir(folder).expect("a folder");
    for entry in entries {
        let path = entry.expect("a readable folder").path();
        let shown = path.display().to_string();
        assert_silent(canaries, "a file's name", shown.as_bytes());
        if path.is_dir() {
            files += assert_folder_silent(canaries, &path);
        } else {
            let content = std::fs::read(&path).expect("a readable file");
            assert_silent(canaries, &shown, &content);
            files += 1;
        }
    }
    files
}

static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Keeps everything that is logged by this process from now on, dependencies included, at every level.
///
/// # Panics
/// Where another subscriber was set before.
pub fn keep_log() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing_subscriber::fmt()
            .with_max_level(LevelFilter::TRACE)
            .with_ansi(false)
            .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
            .with_writer(Log)
            // Also takes what goes through the `log` crate.
            .init();
    });
}

/// What was logged until now.
pub fn log() -> Vec<u8> {
    LOG.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

struct Log;

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Log;

    fn make_writer(&self) -> Log {
        Log
    }
}
