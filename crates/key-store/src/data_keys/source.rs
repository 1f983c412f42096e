//! Who unwraps which data keys: a pattern for the ids of wrapping keys, and a command.

use std::time::Duration;

use super::template::Template;
use crate::command::{BadCommand, CommandLine, DEADLINE};

/// The longest time that a command may be given, in seconds.
pub const MAX_DATA_KEY_SECONDS: u64 = 300;

/// Patterns of one source at most.
const MAX_PATTERNS: usize = 50;

/// The longest pattern, in bytes.
const MAX_PATTERN: usize = 1024;

/// Unwraps the data keys of some wrapping keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataKeySource {
    patterns: Vec<String>,
    template: Template,
    deadline: Duration,
    /// Whether its user agreed to run it.
    may_run: bool,
}

/// Why a text is no such source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadDataKeySource {
    /// The command is none.
    #[error("{0}")]
    Command(#[from] BadCommand),
    /// No key is named, or too many, or in too many words.
    #[error(
        "it names 1 to {MAX_PATTERNS} wrapping keys, each with 1 to {MAX_PATTERN} bytes and * for any text"
    )]
    Patterns,
    /// The time is none, or too long.
    #[error("a command may take 1 to {MAX_DATA_KEY_SECONDS} seconds")]
    Seconds,
}

impl DataKeySource {
    /// `patterns` are ids of wrapping keys, with `*` for any text; `command` is run as it stands, but for `{base64}`,
    /// `{base64url}`, `{hex}`, `{text}`, `{key}` and `{context}`. Without one of the first four, the wrapped bytes are its input.
    ///
    /// # Errors
    /// [`BadDataKeySource`].
    pub fn new(
        patterns: Vec<String>,
        command: &str,
        seconds: Option<u64>,
    ) -> Result<Self, BadDataKeySource> {
        let lengths = 1..=MAX_PATTERN;
        if !(1..=MAX_PATTERNS).contains(&patterns.len())
            || !patterns
                .iter()
                .all(|pattern| lengths.contains(&pattern.len()))
        {
            return Err(BadDataKeySource::Patterns);
        }
        let seconds = seconds.unwrap_or(DEADLINE.as_secs());
        if !(1..=MAX_DATA_KEY_SECONDS).contains(&seconds) {
            return Err(BadDataKeySource::Seconds);
        }
        Ok(DataKeySource {
            patterns,
            template: Template::new(CommandLine::parse(command)?),
            deadline: Duration::from_secs(seconds),
            may_run: false,
        })
    }

    /// The same source, whose user agreed to run its command.
    #[must_use]
    pub fn confirmed(mut self, confirmed: bool) -> Self {
        self.may_run = confirmed;
        self
    }

    /// The command as it was written: what its user agrees to.
    pub fn command(&self) -> &CommandLine {
        self.template.line()
    }

    /// What it is called in a sentence: the beginning of its command.
    pub fn by(&self) -> &str {
        self.template.called()
    }

    /// Whether its user agreed to run its command.
    pub fn may_run(&self) -> bool {
        self.may_run
    }

    pub(super) fn template(&self) -> &Template {
        &self.template
    }

    pub(super) fn deadline(&self) -> Duration {
        self.deadline
    }

    /// Whether it unwraps what this key wraps.
    pub fn serves(&self, wrapped_by: &str) -> bool {
        self.patterns
            .iter()
            .any(|pattern| matches(pattern, wrapped_by))
    }
}

/// Whether a text is a pattern's. Linear in both: each piece between stars is looked for once, from left to right.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut text) = text.strip_prefix(first) else {
        return false;
    };
    let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
    for piece in middle.split('*') {
        match text.find(piece) {
            Some(at) => text = &text[at + piece.len()..],
            None => return false,
        }
    }
    text.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_any_text() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("a*", "abc", true),
            ("a*c", "abc", true),
            ("a*c", "ac", true),
            ("ab*bc", "abc", false),
            ("a*b*c", "axxbxxc", true),
            ("a*b*c", "axxc", false),
            ("*b*", "abc", true),
            ("abc", "abcd", false),
            ("awskms://*", "gcpkms://k", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
