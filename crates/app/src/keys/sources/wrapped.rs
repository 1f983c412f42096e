//! Commands and servers that unwrap data keys: saved in settings, shown and confirmed before they are asked, tested on a Payload.
//! What they give goes into the key store's memory, and nowhere else.

use key_store::DataKeySource;
use payload_codec::{CodecError, DataKeys as _, wrapped_keys};
use temporal_payload::Document;

use super::KeySources;
use super::command::{TO_ASK, TO_RUN, confirm};
use super::wrapped_state::view;
use super::wrapped_view::{
    SaveWrappedKeysRequest, TestWrappedKeysRequest, WrappedKeysRequest, WrappedKeysTest,
    WrappedKeysView,
};
use crate::config::wrapped_keys::WrappedKeySettings;
use crate::error::{AppError, Code};
use crate::payload::{not_recognized, problem};

/// What the desktop asks before such a command is run for the first time.
const QUESTION: &str = "The command runs on this computer, as you, once for each data key that is to be unwrapped. Words in braces \
     stand for the wrapped key and its wrapping key’s name. What it prints is read as a key and not shown. \
     You are not asked again for exactly this command.";

/// What it asks before such a server is asked for the first time.
const QUESTION_OF_SERVER: &str = "Wrapped data keys are sent to this address on this computer, without TLS, each once; its answers \
     are used as data keys and not shown. Nothing else is sent. You are not asked again for exactly this address.";

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl KeySources {
    /// See the command table.
    ///
    /// # Errors
    /// None.
    pub fn list_wrapped_keys(&self, (): ()) -> Result<WrappedKeysView, AppError> {
        Ok(view(&self.core, None))
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::InvalidSetting`], [`Code::File`].
    pub fn save_wrapped_keys(
        &self,
        request: SaveWrappedKeysRequest,
    ) -> Result<WrappedKeysView, AppError> {
        let place = request.place.map(|place| place as usize);
        if let Some(place) = place {
            self.saved(place)?;
        }
        let patterns = request.wrapped_by.iter().map(|pattern| pattern.trim());
        let patterns = patterns.filter(|pattern| !pattern.is_empty());
        let saved = WrappedKeySettings {
            wrapped_by: patterns.map(str::to_owned).collect(),
            command: request.command.trim().to_owned(),
            seconds: request.seconds.map(u64::from),
            unknown: serde_json::Map::new(),
        };
        saved.source()?;
        let changed = self.import.settings().change_with_undo(|settings| {
            let list = &mut settings.wrapped_keys;
            match place.and_then(|place| list.get_mut(place)) {
                Some(here) => *here = saved,
                None => list.push(saved),
            }
        })?;
        Ok(self.told(changed.change))
    }

    /// See the command table. Its data keys are wiped.
    ///
    /// # Errors
    /// [`Code::InvalidSetting`] where there is none, [`Code::File`].
    pub fn remove_wrapped_keys(
        &self,
        request: WrappedKeysRequest,
    ) -> Result<WrappedKeysView, AppError> {
        let place = request.place as usize;
        self.saved(place)?;
        let changed = self.import.settings().change_with_undo(|settings| {
            if place < settings.wrapped_keys.len() {
                settings.wrapped_keys.remove(place);
            }
        })?;
        Ok(self.told(changed.change))
    }

    /// See the command table. The desktop asks, with the command in full.
    ///
    /// # Errors
    /// [`Code::Command`] where it was not agreed to, [`Code::Desktop`] where nobody could be asked.
    pub fn confirm_wrapped_keys(
        &self,
        request: WrappedKeysRequest,
    ) -> Result<WrappedKeysView, AppError> {
        let source = self.saved(request.place as usize)?.source()?;
        self.agree(&source)?;
        Ok(self.told(None))
    }

    /// See the command table. A command that is not confirmed is asked about first.
    ///
    /// # Errors
    /// As [`KeySources::confirm_wrapped_keys`]; [`Code::NotRecognized`] where no Payload in the text has such a data key,
    /// [`Code::DataKeyUnavailable`] where it was not unwrapped.
    pub fn test_wrapped_keys(
        &self,
        request: TestWrappedKeysRequest,
    ) -> Result<WrappedKeysTest, AppError> {
        let source = self.saved(request.place as usize)?.source()?;
        let document = Document::parse(request.source).map_err(|error| not_recognized(&error))?;
        let mut payloads = document.slots().iter().filter_map(|slot| {
            let payload = document.payload(slot).ok()?;
            let mut wrapped = wrapped_keys(&payload).into_iter();
            let its = wrapped.find(|wrapped| source.serves(wrapped.wrapped_by()))?;
            Some((payload, its))
        });
        let (payload, wrapped) = payloads.next().ok_or_else(|| {
            AppError::new(
                Code::NotRecognized,
                "no Payload in it has a data key that this command or server unwraps",
            )
            .hint("Paste a Payload whose wrapping key is one of those that it unwraps for.")
        })?;
        self.agree(&source)?;
        let keys = self.core.keys();
        keys.data_keys().forget_refusals();
        keys.data_keys()
            .ask_and_wait(vec![wrapped.clone()], &|| true);
        match keys.data_keys().data_key(&wrapped) {
            Ok(key) => Ok(WrappedKeysTest {
                bits: u32::from(key.bits()),
                opens: !self.core.chain(None)?.decode(payload).steps.is_empty(),
            }),
            Err(why) => {
                let error = CodecError::DataKey {
                    wrapped,
                    problem: why,
                };
                Err(problem(&error, &payload))
            }
        }
    }

    /// See the command table. Whoever waits is told that it was canceled.
    ///
    /// # Errors
    /// None.
    pub fn cancel_unwrapping(&self, (): ()) -> Result<WrappedKeysView, AppError> {
        self.core.keys().data_keys().cancel();
        Ok(view(&self.core, None))
    }

    fn agree(&self, source: &DataKeySource) -> Result<(), AppError> {
        let keys = self.core.keys();
        let command = source.command();
        let (agreement, question) = match source.is_server() {
            true => (TO_ASK, QUESTION_OF_SERVER),
            false => (TO_RUN, QUESTION),
        };
        confirm(&keys, &self.desktop, command, &agreement, question)?;
        if !keys.trusts(command) {
            // It runs later, for whoever asks: where it cannot be kept that he agreed, that counts until the app is quit.
            keys.trust_for_session(command);
        }
        self.core.apply()
    }

    fn saved(&self, place: usize) -> Result<WrappedKeySettings, AppError> {
        let settings = self.core.settings().get();
        settings.wrapped_keys.get(place).cloned().ok_or_else(|| {
            AppError::new(Code::InvalidSetting, "it is no longer there")
                .hint("Look for it in Keys, under “Wrapped keys”.")
        })
    }

    fn told(&self, change: Option<u32>) -> WrappedKeysView {
        let view = view(&self.core, change);
        self.tell.tell(WrappedKeysView {
            change: None,
            ..view.clone()
        });
        view
    }
}
