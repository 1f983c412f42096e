//! Who unwraps which data keys: a pattern for the ids of wrapping keys, and a command, or the address of an extension server.

use std::time::Duration;

use extension_client::{Address, BadAddress};

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
    way: Way,
    /// The command, or the address as its one word.
    line: CommandLine,
    by: String,
    deadline: Duration,
    /// Whether its user agreed to run it.
    may_run: bool,
}

/// How it is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Command(Template),
    /// Temporal Proxy's extension service.
    Server(Address),
}

impl Way {
    fn of(line: &CommandLine) -> Result<Self, BadAddress> {
        match line.words() {
            [word, rest @ ..] if Address::is_meant(word) => {
                let address = Address::parse(word)?;
                // An address has no arguments.
                rest.is_empty()
                    .then_some(Way::Server(address))
                    .ok_or(BadAddress::Malformed)
            }
            _ => Ok(Way::Command(Template::new(line.clone()))),
        }
    }
}

/// Why a text is no such source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadDataKeySource {
    /// The command is none.
    #[error("{0}")]
    Command(#[from] BadCommand),
    /// The address is none, or of another machine.
    #[error("{0}")]
    Address(#[from] BadAddress),
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
    /// `grpc://127.0.0.1:9443` in its place is the address of an extension server as Temporal Proxy has them, on this machine.
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
        let line = CommandLine::parse(command)?;
        let way = Way::of(&line)?;
        let by = match &way {
            Way::Command(template) => template.called().to_owned(),
            Way::Server(address) => format!("the extension server at {address}"),
        };
        Ok(DataKeySource {
            patterns,
            way,
            line,
            by,
            deadline: Duration::from_secs(seconds),
            may_run: false,
        })
    }

    /// The same source, whose user agreed to run its command, or to ask its server.
    #[must_use]
    pub fn confirmed(mut self, confirmed: bool) -> Self {
        self.may_run = confirmed;
        self
    }

    /// The command as it was written, or the address: what its user agrees to.
    pub fn command(&self) -> &CommandLine {
        &self.line
    }

    /// Whether a server is asked, and no command is run.
    pub fn is_server(&self) -> bool {
        matches!(self.way, Way::Server(_))
    }

    /// What it is called in a sentence: the beginning of its command, or the server by its address.
    pub fn by(&self) -> &str {
        &self.by
    }

    /// Whether its user agreed to run its command, or to ask its server.
    pub fn may_run(&self) -> bool {
        self.may_run
    }

    pub(super) fn way(&self) -> &Way {
        &self.way
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

    #[test]
    fn an_address_is_asked_and_a_command_is_run() {
        let source = |command| DataKeySource::new(vec!["*".to_owned()], command, None);
        let server = source(" grpc://127.0.0.1:9443 ").expect("an address");
        assert!(server.is_server());
        assert_eq!(server.by(), "the extension server at 127.0.0.1:9443");
        assert_eq!(server.command().words(), ["grpc://127.0.0.1:9443"]);
        let command = source("curl grpc://127.0.0.1:9443").expect("a command");
        assert!(!command.is_server());
        for (text, expected) in [
            ("grpc://10.0.0.1:9443", BadAddress::Elsewhere),
            ("https://127.0.0.1:9443", BadAddress::Scheme),
            ("grpc://127.0.0.1:9443 {base64}", BadAddress::Malformed),
        ] {
            assert_eq!(source(text), Err(BadDataKeySource::Address(expected)));
        }
    }
}
