//! What a command says on its standard error when it fails: nothing of it is told, but for two reasons in words that are known.

use std::io::Read;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use zeroize::Zeroizing;

/// Bytes that are looked at.
const MOST: u64 = 16 << 10;

/// After the command's end all that it wrote is in the pipe.
const QUIET: Duration = Duration::from_millis(250);

/// Words of the programs of AWS, Google Cloud, Azure and Vault, in lower case.
const DENIED: [&str; 6] = [
    "accessdenied",
    "access denied",
    "permission_denied",
    "permission denied",
    "forbidden",
    "not authorized to perform",
];

/// As [`DENIED`], and looked for first: who is not signed in is denied access, too.
const NOT_SIGNED_IN: [&str; 9] = [
    "expiredtoken",
    "token has expired",
    "unable to locate credentials",
    "unrecognizedclientexception",
    "aws sso login",
    "gcloud auth login",
    "az login",
    "missing client token",
    "reauthentication",
];

/// Why it failed, by its own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    Denied,
    NotSignedIn,
}

/// How a command ended.
pub(super) struct Ended {
    /// `None` where a signal ended it.
    pub(super) code: Option<i32>,
    /// What it said of that, where it was listened to.
    pub(super) said: Option<Said>,
}

impl Said {
    fn of(text: &[u8]) -> Option<Said> {
        let text = Zeroizing::new(String::from_utf8_lossy(text).to_ascii_lowercase());
        let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
        if says(&NOT_SIGNED_IN) {
            Some(Said::NotSignedIn)
        } else {
            says(&DENIED).then_some(Said::Denied)
        }
    }

    /// As one process tells another.
    #[cfg(target_os = "linux")]
    pub(super) fn word(self) -> &'static str {
        match self {
            Said::Denied => "denied",
            Said::NotSignedIn => "not-signed-in",
        }
    }

    /// What [`Said::word`] stands for.
    #[cfg(target_os = "linux")]
    pub(super) fn of_word(word: &str) -> Option<Said> {
        [Said::Denied, Said::NotSignedIn]
            .into_iter()
            .find(|said| said.word() == word)
    }
}

/// Reads what a command writes there, also what nobody looks at: it must not wait for a reader.
pub(super) struct Listening(Receiver<Option<Said>>);

impl Listening {
    pub(super) fn to(mut pipe: impl Read + Send + 'static) -> Self {
        let (sender, said) = mpsc::channel();
        thread::spawn(move || {
            let mut text = Zeroizing::new(Vec::with_capacity(usize::try_from(MOST).unwrap_or(0)));
            pipe.by_ref().take(MOST).read_to_end(&mut text).ok();
            sender.send(Said::of(&text)).ok();
            std::io::copy(&mut pipe, &mut std::io::sink()).ok();
        });
        Listening(said)
    }

    /// What it said, once it has ended.
    pub(super) fn said(self) -> Option<Said> {
        self.0.recv_timeout(QUIET).ok().flatten()
    }
}
