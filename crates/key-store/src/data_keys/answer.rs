//! One question for a data key: the command is run, and what it prints is read; or the server is asked.

use std::sync::atomic::AtomicBool;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use extension_client::{Address, Refusal, Why};
use payload_codec::{DataKeyForm, DataKeyProblem, SecretKey, ServerRefusal, WrappedKey};
use zeroize::Zeroizing;

use super::source::{DataKeySource, Way};
use super::template::{Template, UnsafeName};
use crate::command::{self, CommandError};

/// Asks for a data key.
pub(super) fn unwrap(
    source: &DataKeySource,
    wrapped: &WrappedKey,
    cancel: &AtomicBool,
) -> Result<SecretKey, DataKeyProblem> {
    let key = match source.way() {
        Way::Command(template) => run(template, source, wrapped, cancel)?,
        Way::Server(server) => ask(server, source, wrapped, cancel)?,
    };
    key.map_err(|not_a_key| match not_a_key {
        NotAKey::Garbage => DataKeyProblem::NoKey {
            by: source.by().to_owned(),
        },
        NotAKey::Length(bytes) => DataKeyProblem::WrongLength {
            by: source.by().to_owned(),
            bytes,
        },
    })
}

fn run(
    template: &Template,
    source: &DataKeySource,
    wrapped: &WrappedKey,
    cancel: &AtomicBool,
) -> Result<Result<SecretKey, NotAKey>, DataKeyProblem> {
    let filled = template.fill(wrapped);
    let filled = filled.map_err(|UnsafeName| DataKeyProblem::UnsafeName)?;
    let printed =
        command::run_with_input(&filled.command, &filled.input, source.deadline(), cancel)
            .map_err(|error| problem(error, source.by()))?;
    Ok(read(&printed, wrapped.form()))
}

fn ask(
    server: &Address,
    source: &DataKeySource,
    wrapped: &WrappedKey,
    cancel: &AtomicBool,
) -> Result<Result<SecretKey, NotAKey>, DataKeyProblem> {
    let answer = extension_client::unwrap(server, wrapped.bytes(), source.deadline(), cancel);
    let answer = answer.map_err(|refusal| refused(refusal, source.by()))?;
    // It answers with bytes: no spelling is guessed.
    Ok(key_of(&answer, wrapped.form()))
}

fn refused(refusal: Refusal, by: &str) -> DataKeyProblem {
    let by = by.to_owned();
    match refusal {
        Refusal::Unreachable(why) => DataKeyProblem::Answered {
            by,
            refusal: ServerRefusal::Unreachable,
            said: why,
        },
        Refusal::TimedOut(time) => DataKeyProblem::TimedOut {
            by,
            seconds: time.as_secs(),
        },
        Refusal::Canceled => DataKeyProblem::Canceled { by },
        Refusal::Status { why, said } => DataKeyProblem::Answered {
            by,
            refusal: match why {
                Why::Denied => ServerRefusal::Denied,
                Why::Unauthenticated => ServerRefusal::Unauthenticated,
                Why::Unavailable => ServerRefusal::Unavailable,
                Why::Other => ServerRefusal::Other,
            },
            said,
        },
        Refusal::NotGrpc => DataKeyProblem::Failed {
            by,
            why: "answered what is not gRPC".to_owned(),
        },
        Refusal::TooLarge => DataKeyProblem::Failed {
            by,
            why: format!(
                "answered more than {} KiB",
                extension_client::MAX_ANSWER_BYTES >> 10
            ),
        },
    }
}

fn problem(error: CommandError, by: &str) -> DataKeyProblem {
    let by = by.to_owned();
    let failed = |why: &str| DataKeyProblem::Failed {
        by: by.clone(),
        why: why.to_owned(),
    };
    match error {
        CommandError::Denied => DataKeyProblem::Denied { by },
        CommandError::NotSignedIn => DataKeyProblem::NotSignedIn { by },
        CommandError::TimedOut(time) => DataKeyProblem::TimedOut {
            by,
            seconds: time.as_secs(),
        },
        CommandError::Canceled => DataKeyProblem::Canceled { by },
        CommandError::NotFound => failed("is not installed"),
        CommandError::NotStarted(_) => failed("could not be started"),
        CommandError::Failed(code) => failed(&format!("failed with exit status {code}")),
        CommandError::Killed => failed("was terminated by a signal"),
        CommandError::NoOutput => failed("printed nothing"),
        CommandError::Unreadable => failed("printed what could not be read"),
        CommandError::TooMuchOutput => DataKeyProblem::NoKey { by },
    }
}

#[derive(Debug, PartialEq, Eq)]
enum NotAKey {
    Garbage,
    /// So many bytes once it is decoded.
    Length(usize),
}

/// base64 in either alphabet, padded or not.
const fn engine(alphabet: &alphabet::Alphabet) -> GeneralPurpose {
    GeneralPurpose::new(
        alphabet,
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
    )
}

const ENGINES: [GeneralPurpose; 2] = [engine(&alphabet::STANDARD), engine(&alphabet::URL_SAFE)];

/// A key from what was printed: its bytes, or base64 or hex of them as text. Keys of 32 bytes are what envelopes have nearly
/// always, so that a reading which gives one is meant.
fn read(printed: &[u8], form: DataKeyForm) -> Result<SecretKey, NotAKey> {
    let text = std::str::from_utf8(printed).ok().map(str::trim);
    let mut readings: Vec<Zeroizing<Vec<u8>>> = Vec::new();
    for engine in &ENGINES {
        if let Some(bytes) = text.and_then(|text| engine.decode(text).ok()) {
            readings.push(Zeroizing::new(bytes));
        }
    }
    readings.extend(text.and_then(hex));
    let is_encoded = !readings.is_empty();
    readings.push(Zeroizing::new(printed.to_vec()));
    let keys = readings.iter().filter_map(|bytes| in_form(bytes, form));
    let mut keys: Vec<Zeroizing<Vec<u8>>> = keys.collect();
    keys.sort_by_key(|key| std::cmp::Reverse(key.len()));
    if let Some(key) = keys.into_iter().next() {
        return SecretKey::new(key).map_err(|error| NotAKey::Length(error.len));
    }
    // Text that spells no bytes is a message; bytes that are no text have a length.
    match (form, readings.first()) {
        (DataKeyForm::Raw, Some(bytes)) if is_encoded || text.is_none() => {
            Err(NotAKey::Length(bytes.len()))
        }
        _ => Err(NotAKey::Garbage),
    }
}

/// A key from exactly these bytes.
fn key_of(bytes: &[u8], form: DataKeyForm) -> Result<SecretKey, NotAKey> {
    let key = in_form(bytes, form).ok_or(match form {
        DataKeyForm::Raw => NotAKey::Length(bytes.len()),
        DataKeyForm::Tink => NotAKey::Garbage,
    })?;
    SecretKey::new(key).map_err(|error| NotAKey::Length(error.len))
}

fn in_form(bytes: &[u8], form: DataKeyForm) -> Option<Zeroizing<Vec<u8>>> {
    match form {
        DataKeyForm::Raw => {
            let is_key = matches!(bytes.len(), 16 | 24 | 32);
            is_key.then(|| Zeroizing::new(bytes.to_vec()))
        }
        DataKeyForm::Tink => of_tink(bytes),
    }
}

fn hex(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let digits = text.as_bytes();
    if digits.is_empty() || !digits.len().is_multiple_of(2) {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let pairs = digits.chunks_exact(2);
    let bytes = pairs.map(|pair| u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok());
    bytes.collect::<Option<Vec<u8>>>().map(Zeroizing::new)
}

/// Tink's `AesGcmKey`: a version, which is 0 and left out, and the key's bytes in field 3.
fn of_tink(bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let bytes = bytes.strip_prefix(&[0x08, 0x00]).unwrap_or(bytes);
    let [0x1a, len, key @ ..] = bytes else {
        return None;
    };
    let fits = matches!(key.len(), 16 | 32) && usize::from(*len) == key.len();
    fits.then(|| Zeroizing::new(key.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_key_is_read_in_any_spelling() {
        let key = b"0123456789abcdef0123456789abcdef";
        let secret = |printed: &[u8]| {
            read(printed, DataKeyForm::Raw)
                .expect("a key")
                .expose()
                .to_vec()
        };
        assert_eq!(secret(key), key);
        assert_eq!(
            secret(b"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n"),
            key
        );
        let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(secret(hex.as_bytes()), key);
        assert_eq!(secret(&[0xff; 32]), [0xff; 32]);
        let mut tink = vec![0x1a, 32];
        tink.extend(key);
        assert_eq!(read(&tink, DataKeyForm::Tink).expect("a key").expose(), key);
    }

    #[test]
    fn what_is_no_key_says_why() {
        let why = |printed: &[u8], form| read(printed, form).err().expect("no key");
        let raw = DataKeyForm::Raw;
        assert_eq!(why(b"<html>no</html>", raw), NotAKey::Garbage);
        assert_eq!(why(b"AQID\n", raw), NotAKey::Length(3));
        assert_eq!(why(&[0xff; 33], raw), NotAKey::Length(33));
        assert_eq!(why(&[7; 32], DataKeyForm::Tink), NotAKey::Garbage);
    }

    proptest! {
        #[test]
        fn anything_is_read_to_its_end(printed in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&printed, DataKeyForm::Raw);
            let _ = read(&printed, DataKeyForm::Tink);
        }
    }
}
