//! How a key that this app just made gets to the Workers: copied once, by `core::secret_clipboard`.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use payload_codec::SecretKey;
use temporal_payload::shown_name;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::forget_port::Forget;
use super::view::{CopiedKeyView, CopyFormat};
use crate::core::secret_clipboard::{Question, SecretClipboard};
use crate::error::{AppError, Code};

/// The key that was made last, until it is copied, forgotten or locked away. Clones share it.
#[derive(Clone)]
pub(crate) struct CopyNewKey(Arc<Inner>);

struct Inner {
    clipboard: SecretClipboard,
    made: Mutex<Option<Made>>,
}

struct Made {
    handle: Uuid,
    id: String,
    key: SecretKey,
}

impl CopyNewKey {
    pub(crate) fn new(clipboard: SecretClipboard) -> Self {
        CopyNewKey(Arc::new(Inner {
            clipboard,
            made: Mutex::default(),
        }))
    }

    /// This key may be copied, and the one before it no longer.
    pub(super) fn made(&self, handle: Uuid, id: &str, key: SecretKey) {
        let id = id.to_owned();
        *lock(&self.0.made) = Some(Made { handle, id, key });
    }

    /// Puts the key on the clipboard, once, after the desktop asked the user: a page that was taken over cannot answer that.
    ///
    /// # Errors
    /// [`Code::KeyNotFound`] where it was copied already or is not the one that was made last, [`Code::Cancelled`] where the
    /// user said no, [`Code::Desktop`].
    pub(super) fn copy(&self, handle: &str, format: CopyFormat) -> Result<CopiedKeyView, AppError> {
        let mut made = lock(&self.0.made);
        let fresh = made
            .take_if(|made| made.handle.to_string() == handle)
            .ok_or_else(|| {
                AppError::new(
                    Code::KeyNotFound,
                    "a key can be copied once, right after it was made",
                )
                .hint("Export a bundle with it in Keys, or generate another key.")
            })?;
        // Not held while the user thinks about it.
        drop(made);
        self.ask_and_copy(&fresh, format).inspect_err(|_| {
            let mut made = lock(&self.0.made);
            made.get_or_insert(fresh);
        })
    }

    fn ask_and_copy(&self, made: &Made, format: CopyFormat) -> Result<CopiedKeyView, AppError> {
        let text = format!(
            "The key \"{}\" leaves this app unencrypted. It is on the clipboard for one minute, where other programs can read it. Paste it into the place where your Workers’ secrets are kept, and nowhere else.",
            shown_name(&made.id)
        );
        let key = match format {
            CopyFormat::Base64 => in_base64(made.key.expose()),
            CopyFormat::Hex => in_hex(made.key.expose()),
        };
        let question = Question {
            title: "Copy this key?",
            text: &text,
            yes: "Copy key",
            failed: "the key was not copied",
        };
        let seconds = self.0.clipboard.copy(key, &question)?;
        tracing::info!(fingerprint = %made.key.fingerprint(), "a new key was copied");
        Ok(CopiedKeyView { seconds })
    }

    /// The key cannot be copied any more.
    pub(super) fn done(&self) {
        *lock(&self.0.made) = None;
    }
}

impl Forget for CopyNewKey {
    fn forget(&self) {
        self.done();
        self.0.clipboard.clear();
    }
}

fn in_base64(key: &[u8]) -> Zeroizing<String> {
    // As long as it gets: a text that grows would leave copies behind.
    let mut text = Zeroizing::new(String::with_capacity(key.len().div_ceil(3) * 4));
    STANDARD.encode_string(key, &mut text);
    text
}

fn in_hex(key: &[u8]) -> Zeroizing<String> {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or_default();
    let mut text = Zeroizing::new(String::with_capacity(key.len() * 2));
    for byte in key {
        text.push(digit(byte >> 4));
        text.push(digit(byte & 0xf));
    }
    text
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What stands in it is replaced whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_spelled_as_it_is_read() {
        use key_store::material::{MaterialFormat, generate, parse};
        for bits in [128, 192, 256] {
            let key = generate(bits).expect("random");
            for (text, format) in [
                (in_base64(key.expose()), MaterialFormat::Base64),
                (in_hex(key.expose()), MaterialFormat::Hex),
            ] {
                let read = parse(&text, format).expect("a key");
                assert_eq!(read.fingerprint(), key.fingerprint());
            }
        }
    }
}
