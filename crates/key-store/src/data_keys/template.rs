//! A command that unwraps data keys, with places for what stands in a Payload. Anybody may write a Payload: what is put into a
//! command is a key's name or encoded bytes, never an option, and never what programs take for the name of a file to send.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use payload_codec::WrappedKey;

use crate::command::CommandLine;

/// The longest name that is put into a command, in bytes.
const MAX_NAME: usize = 2048;

/// Words that a command is called by at most.
const MAX_CALLED: usize = 3;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Template {
    line: CommandLine,
    called: String,
}

/// A name that may not stand in a command.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct UnsafeName;

/// What is run: the words, and the input.
pub(super) struct Filled {
    pub(super) command: CommandLine,
    pub(super) input: Vec<u8>,
}

impl Template {
    pub(super) fn new(line: CommandLine) -> Self {
        let called = called(line.words());
        Template { line, called }
    }

    pub(super) fn called(&self) -> &str {
        &self.called
    }

    /// The command for a data key.
    pub(super) fn fill(&self, wrapped: &WrappedKey) -> Result<Filled, UnsafeName> {
        let arguments = self.line.words().iter().skip(1);
        let holds = |place: &str| arguments.clone().any(|word| word.contains(place));
        let mut places: Vec<(&str, String)> = Vec::new();
        let bytes = wrapped.bytes();
        for (place, spell) in SPELLINGS {
            if holds(place) {
                places.push((place, spell(bytes).ok_or(UnsafeName)?));
            }
        }
        let input = match places.is_empty() {
            true => bytes.to_vec(),
            false => Vec::new(),
        };
        if holds(KEY) {
            places.push((KEY, safe(key_name(wrapped.wrapped_by())).ok_or(UnsafeName)?));
        }
        if holds(CONTEXT) {
            places.push((CONTEXT, wrapped.context().to_owned()));
        }
        let filled = arguments.map(|word| filled(word, &places));
        Ok(Filled {
            command: self.line.with_arguments(filled),
            input,
        })
    }
}

type Spell = fn(&[u8]) -> Option<String>;

const KEY: &str = "{key}";

/// A JSON object: it begins with a brace, and so is neither an option nor a file where it is a word of its own.
const CONTEXT: &str = "{context}";

const SPELLINGS: [(&str, Spell); 4] = [
    ("{base64}", |bytes| Some(STANDARD.encode(bytes))),
    ("{base64url}", |bytes| {
        // It may begin with a hyphen, which would make an option of it.
        let text = URL_SAFE_NO_PAD.encode(bytes);
        (!text.starts_with('-')).then_some(text)
    }),
    ("{hex}", |bytes| {
        Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }),
    ("{text}", |bytes| safe(std::str::from_utf8(bytes).ok()?)),
];

/// The key without the scheme and the options that only a library knows: `awskms:///arn:aws:…?region=eu-west-1`.
fn key_name(wrapped_by: &str) -> &str {
    let name = wrapped_by
        .split_once("://")
        .map_or(wrapped_by, |(_, name)| name);
    let name = name.split_once('?').map_or(name, |(name, _)| name);
    name.trim_start_matches('/')
}

fn safe(name: &str) -> Option<String> {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"._:/@+=-".contains(&byte);
    let is_name = !name.is_empty()
        && name.len() <= MAX_NAME
        && name.bytes().all(letter)
        && !name.starts_with(['-', '@', '='])
        && !name.contains("..")
        && !name.starts_with("file")
        && !name.starts_with("http");
    is_name.then(|| name.to_owned())
}

/// The word with its places filled, from left to right: what is put in is not looked at again.
fn filled(word: &str, places: &[(&str, String)]) -> String {
    let mut filled = String::with_capacity(word.len());
    let mut rest = word;
    while let Some(at) = rest.find('{') {
        filled.push_str(&rest[..at]);
        rest = &rest[at..];
        match places.iter().find(|(place, _)| rest.starts_with(place)) {
            Some((place, value)) => {
                filled.push_str(value);
                rest = &rest[place.len()..];
            }
            None => {
                filled.push('{');
                rest = &rest[1..];
            }
        }
    }
    filled.push_str(rest);
    filled
}

/// `aws kms decrypt`: the program's name, and the words behind it up to the first option.
fn called(words: &[String]) -> String {
    let program = words.first().map_or("", |program| {
        program.rsplit(['/', '\\']).next().unwrap_or(program)
    });
    let is_word = |word: &&String| {
        !word.is_empty()
            && word.len() <= 24
            && !word.starts_with('-')
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
    };
    let words = words.iter().skip(1).take_while(is_word);
    let words = words.take(MAX_CALLED - 1).map(String::as_str);
    let called: Vec<&str> = std::iter::once(program).chain(words).collect();
    let called: String = called.join(" ").chars().take(80).collect();
    called.replace(|letter: char| letter.is_control(), "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use payload_codec::DataKeyForm;
    use proptest::prelude::*;

    fn fill(command: &str, wrapped_by: &str, bytes: &[u8]) -> Option<(Vec<String>, Vec<u8>)> {
        let template = Template::new(CommandLine::parse(command).expect("a command"));
        let wrapped = WrappedKey::new(wrapped_by, bytes, DataKeyForm::Raw).expect("a key");
        let filled = template.fill(&wrapped).ok()?;
        Some((filled.command.words().to_vec(), filled.input))
    }

    #[test]
    fn places_are_filled_and_without_one_the_bytes_are_the_input() {
        let (words, input) = fill("cat", "awskms://k", b"\x01\xff").expect("fills");
        assert_eq!(
            (words.join(" "), &input[..]),
            ("cat".to_owned(), &b"\x01\xff"[..])
        );
        let template = "x --a={base64} {hex} {base64url} {key} {other} {";
        let key = "awskms:///arn:aws:kms:eu-west-1:1:key/a?region=eu-west-1";
        let (words, input) = fill(template, key, b"\x01\xff").expect("fills");
        assert_eq!(
            words.join(" "),
            "x --a=Af8= 01ff Af8 arn:aws:kms:eu-west-1:1:key/a {other} {"
        );
        assert!(input.is_empty());
        let (words, _) = fill("vault write x={text}", "k", b"vault:v1:{key}a").unwrap_or_default();
        assert!(words.is_empty(), "braces are no name");
    }

    #[test]
    fn the_context_is_one_word_and_not_looked_at_again() {
        let template =
            Template::new(CommandLine::parse("x --c {context} {hex}").expect("a command"));
        let words = |wrapped: Option<WrappedKey>| {
            let filled = template.fill(&wrapped.expect("a key")).expect("fills");
            filled.command.words().to_vec()
        };
        let raw = DataKeyForm::Raw;
        let said = r#"{"{hex}": "-x y"}"#;
        let told = words(WrappedKey::in_context("k", b"\x01", raw, said));
        assert_eq!(told, ["x", "--c", said, "01"]);
        let none = words(WrappedKey::new("k", b"\x01", raw));
        assert_eq!(none, ["x", "--c", "{}", "01"]);
    }

    #[test]
    fn what_a_payload_says_becomes_no_option_and_no_file() {
        for name in ["-x", "@/etc/passwd", "a b", "a\nb", "../x", "é", "", "=x"] {
            assert_eq!(fill("x {key}", name, b"k"), None, "{name}");
        }
        for text in [
            "-x",
            "@/etc/passwd",
            "file:///etc/passwd",
            "fileb://x",
            "https://x",
            "a b",
        ] {
            assert_eq!(fill("x a={text}", "k", text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn a_command_is_called_by_its_first_words() {
        for (command, expected) in [
            ("aws kms decrypt --query x", "aws kms decrypt"),
            ("/usr/bin/gcloud kms decrypt", "gcloud kms decrypt"),
            (
                "vault write -field=plaintext transit/decrypt/k",
                "vault write",
            ),
            ("unwrap.sh", "unwrap.sh"),
        ] {
            let line = CommandLine::parse(command).expect("a command");
            assert_eq!(Template::new(line).called(), expected);
        }
    }

    proptest! {
        #[test]
        fn no_word_begins_with_what_a_payload_says_unless_it_is_safe(name in "\\PC{0,20}", bytes in prop::collection::vec(any::<u8>(), 1..20)) {
            if let Some((words, _)) = fill("x {key} {text}", &name, &bytes) {
                for word in &words[1..] {
                    prop_assert!(!word.starts_with(['-', '@']));
                    prop_assert!(word.bytes().all(|byte| byte.is_ascii_graphic()));
                }
            }
        }
    }
}
