//! Commands that print keys: shown word by word, confirmed in a dialog of the system, and run.
//!
//! That the user agreed is nothing that the window's page could say for him: the dialog is the system's, and shows what will
//! run in full. What was confirmed once is remembered by its hash, and is not asked about again.

use std::sync::atomic::{AtomicBool, Ordering};

use key_store::KeyStore;
use key_store::command::{self, CommandError, CommandLine};
use zeroize::Zeroizing;

use super::KeySources;
use super::view::{CommandRequest, CommandWords};
use crate::core::desktop_port::DesktopPort;
use crate::error::{AppError, Code};
use crate::plan::key_messages::problem;

/// Lines of words that a dialog has room for on every screen.
const MAX_LINES: usize = 24;

/// Characters in such a line; no system breaks it then, or cuts it off.
const LINE: usize = 64;

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl KeySources {
    /// See the command table.
    ///
    /// # Errors
    /// None: what is wrong is in the answer.
    pub fn command_words(&self, request: CommandRequest) -> Result<CommandWords, AppError> {
        let parsed = parse(&request.command);
        Ok(match parsed.and_then(|line| shown(&line).map(|_| line)) {
            Ok(line) => CommandWords {
                confirmed: self.core.keys().trusts(&line),
                words: line.words().to_vec(),
                error: None,
            },
            Err(error) => CommandWords {
                words: Vec::new(),
                confirmed: false,
                error: Some(error),
            },
        })
    }

    /// See the command table. Forgetting one that was never confirmed changes nothing.
    ///
    /// # Errors
    /// [`Code::File`]; [`Code::Command`] where it is no command.
    pub fn forget_command(&self, request: CommandRequest) -> Result<CommandWords, AppError> {
        let keys = self.core.keys();
        keys.distrust(&parse(&request.command)?)
            .map_err(|error| problem(&error))?;
        // It may be one that unwraps data keys: it is asked about again from now on, and what it unwrapped is wiped.
        self.core.apply()?;
        self.command_words(request)
    }

    /// See the command table. Whoever waits for it is told that it was stopped.
    ///
    /// # Errors
    /// None.
    pub fn cancel_keys_command(&self, (): ()) -> Result<(), AppError> {
        self.running.cancel();
        Ok(())
    }
}

/// What a command prints, after the user agreed to run it, now or earlier.
///
/// # Errors
/// [`Code::Command`], [`Code::Desktop`] where nobody could be asked.
pub(super) fn output(
    keys: &KeyStore,
    desktop: &DesktopPort,
    line: &str,
    cancel: &AtomicBool,
) -> Result<Zeroizing<Vec<u8>>, AppError> {
    let command = parse(line)?;
    let question = "The command runs on this computer, as you. What it prints is read as keys and not shown. \
         You are not asked again for exactly this command.";
    confirm(keys, desktop, &command, &TO_RUN, question)?;
    // The dialog may have been open for long.
    if cancel.load(Ordering::Relaxed) {
        return Err(failed(&CommandError::Canceled));
    }
    command::run(&command, command::DEADLINE, cancel).map_err(|error| failed(&error))
}

/// What a user agrees to, in words.
pub(super) struct Agreement {
    title: &'static str,
    button: &'static str,
    /// What did not happen where he does not.
    undone: &'static str,
    hint: &'static str,
}

/// That a command is run.
pub(super) const TO_RUN: Agreement = Agreement {
    title: "Run this command?",
    button: "Run command",
    undone: "the command was not run",
    hint: "Review the command, then confirm it.",
};

/// That a server is asked.
pub(super) const TO_ASK: Agreement = Agreement {
    title: "Ask this server?",
    button: "Ask server",
    undone: "the server was not asked",
    hint: "Review the address, then confirm it.",
};

/// Has the user agree to a command or an address, now or earlier.
///
/// # Errors
/// [`Code::Command`] where he does not, [`Code::Desktop`] where nobody could be asked.
pub(super) fn confirm(
    keys: &KeyStore,
    desktop: &DesktopPort,
    command: &CommandLine,
    agreement: &Agreement,
    question: &str,
) -> Result<(), AppError> {
    let shown = shown(command)?;
    if keys.trusts(command) {
        return Ok(());
    }
    let question = format!("{question}\n\n{shown}");
    let agreed = desktop.ask(agreement.undone, |desktop| {
        desktop.confirm(agreement.title, &question, agreement.button)
    })?;
    if !agreed {
        let undone = format!("{}, because it was not confirmed", agreement.undone);
        return Err(AppError::new(Code::Command, undone).hint(agreement.hint));
    }
    // The user agreed to this run in any case; where it cannot be kept, the next one is asked about again.
    if let Err(error) = keys.trust(command) {
        tracing::warn!(%error, "the confirmed command is not remembered");
    }
    Ok(())
}

/// A command line, word by word.
///
/// # Errors
/// [`Code::Command`].
pub(super) fn parse(line: &str) -> Result<CommandLine, AppError> {
    CommandLine::parse(line).map_err(|error| AppError::new(Code::Command, error.to_string()))
}

/// The words as a dialog shows them, one after the other and numbered. Everything of them can be seen there: a word is in
/// quotes where its ends or its characters would not show, and long ones go on in the next line.
///
/// # Errors
/// [`Code::Command`] where they are too long to be seen whole.
pub(super) fn shown(command: &CommandLine) -> Result<String, AppError> {
    let mut lines = Vec::new();
    for (at, word) in command.words().iter().enumerate() {
        let plain = !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && byte != b'"');
        let word = match plain {
            true => word.clone(),
            // As Rust writes it: what is not printed, or goes the other way, is its number.
            false => format!("{word:?}"),
        };
        let characters: Vec<char> = word.chars().collect();
        for (part, line) in characters.chunks(LINE).enumerate() {
            let line: String = line.iter().collect();
            lines.push(match part {
                0 => format!("{}.  {line}", at + 1),
                _ => format!("      {line}"),
            });
        }
    }
    match lines.len() <= MAX_LINES {
        true => Ok(lines.join("\n")),
        false => Err(AppError::new(
            Code::Command,
            "the command is too long to be shown whole when it is confirmed",
        )
        .hint("Put it into a script, and enter the script’s path.")),
    }
}

fn failed(error: &CommandError) -> AppError {
    let hint = match error {
        CommandError::NotFound | CommandError::NotStarted(_) => {
            "Enter the program’s full path, or install it."
        }
        CommandError::TimedOut(_) => {
            "Log in to your password manager first; the command may be waiting for input."
        }
        CommandError::Canceled => "Run it again whenever you want.",
        CommandError::NotSignedIn => "Sign in with the program’s own command, then try again.",
        CommandError::Failed(_)
        | CommandError::Denied
        | CommandError::Killed
        | CommandError::TooMuchOutput
        | CommandError::NoOutput
        | CommandError::Unreadable => {
            "Run it in a terminal to see its output, which is not shown here because it may contain secrets."
        }
    };
    AppError::new(Code::Command, error.to_string()).hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(line: &str) -> Result<String, AppError> {
        shown(&parse(line).expect("a command"))
    }

    #[test]
    fn every_character_of_a_command_can_be_seen() {
        assert_eq!(
            show("op read 'op://My Vault/key' ''").expect("fits"),
            "1.  op\n2.  read\n3.  \"op://My Vault/key\"\n4.  \"\""
        );
        // A space that looks like one, a text that goes backwards, and quotes that are not there.
        assert_eq!(
            show("a\u{a0}b '\u{202e}c' '\"d\"'").expect("fits"),
            "1.  \"a\\u{a0}b\"\n2.  \"\\u{202e}c\"\n3.  \"\\\"d\\\"\""
        );
    }

    #[test]
    fn nothing_of_a_command_is_out_of_sight() {
        let long = format!("cat {}", "x".repeat(3 * LINE));
        let lines = show(&long).expect("fits");
        assert!(
            lines.lines().all(|line| line.chars().count() <= LINE + 6),
            "{lines}"
        );
        assert_eq!(lines.matches('x').count(), 3 * LINE);
        assert_eq!(
            show(&format!("sh {}", "-x ".repeat(MAX_LINES)))
                .expect_err("too long")
                .code,
            Code::Command
        );
        assert!(show(&format!("cat {}", "x".repeat(MAX_LINES * LINE))).is_err());
    }
}
