//! A secret that leaves this app on purpose: through the clipboard of the desktop and never through the window, after the desktop
//! asked the user, and taken off the clipboard after a minute.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use zeroize::Zeroizing;

use super::desktop_port::DesktopPort;
use crate::error::{AppError, Code};

/// How long a secret is on the clipboard.
const ON_CLIPBOARD: Duration = Duration::from_secs(60);

/// The clipboard, for secrets. Clones share it.
#[derive(Clone)]
pub(crate) struct SecretClipboard(Arc<Inner>);

struct Inner {
    desktop: DesktopPort,
    runtime: Handle,
    /// What is on the clipboard.
    copied: Mutex<Option<Arc<Zeroizing<String>>>>,
}

/// What the user is asked before a secret is copied.
pub(crate) struct Question<'a> {
    pub(crate) title: &'a str,
    pub(crate) text: &'a str,
    pub(crate) yes: &'a str,
    /// What is said if it was not copied.
    pub(crate) failed: &'a str,
}

impl SecretClipboard {
    pub(crate) fn new(desktop: DesktopPort, runtime: Handle) -> Self {
        SecretClipboard(Arc::new(Inner {
            desktop,
            runtime,
            copied: Mutex::default(),
        }))
    }

    /// Puts a secret on the clipboard if the user agrees: a page that was taken over cannot answer that. Returns for how many
    /// seconds it is there.
    ///
    /// # Errors
    /// [`Code::Cancelled`] where the user said no, [`Code::Desktop`].
    pub(crate) fn copy(
        &self,
        secret: Zeroizing<String>,
        question: &Question<'_>,
    ) -> Result<u32, AppError> {
        let secret = Arc::new(secret);
        let agreed = self.0.desktop.ask(question.failed, |desktop| {
            let agreed = desktop.confirm(question.title, question.text, question.yes)?;
            if agreed {
                desktop.copy_secret(&secret)?;
            }
            Ok(agreed)
        })?;
        if !agreed {
            return Err(AppError::new(Code::Cancelled, question.failed));
        }
        *self.copied() = Some(secret.clone());
        let later = self.clone();
        self.0.runtime.spawn(async move {
            tokio::time::sleep(ON_CLIPBOARD).await;
            let clearing = tokio::task::spawn_blocking(move || later.clear_only(Some(&secret)));
            if let Err(error) = clearing.await {
                tracing::error!(%error, "clearing the clipboard was cut off");
            }
        });
        Ok(u32::try_from(ON_CLIPBOARD.as_secs()).unwrap_or(u32::MAX))
    }

    /// Takes what was copied off the clipboard, if it is still there.
    pub(crate) fn clear(&self) {
        self.clear_only(None);
    }

    fn clear_only(&self, only: Option<&Arc<Zeroizing<String>>>) {
        let copied = self
            .copied()
            .take_if(|copied| only.is_none_or(|only| Arc::ptr_eq(copied, only)));
        let (Some(copied), Some(desktop)) = (copied, self.0.desktop.get()) else {
            return;
        };
        if let Err(error) = desktop.forget_copied(&copied) {
            tracing::warn!(%error, "the clipboard could not be cleared");
        }
    }

    fn copied(&self) -> MutexGuard<'_, Option<Arc<Zeroizing<String>>>> {
        // What stands in it is replaced whole.
        self.0.copied.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
