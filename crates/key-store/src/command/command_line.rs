//! A command line's words, by the rules of quotes that POSIX shells share, and nothing else of a shell.

/// The longest command line, in bytes.
pub const MAX_COMMAND_BYTES: usize = 4096;

/// A program and its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandLine(Vec<String>);

impl CommandLine {
    /// Splits a text into words. White space separates them; in single quotes everything stands for itself, in double quotes
    /// a backslash takes the meaning off `"`, `\`, `$` and a backquote, and outside off any character. On Windows, where it
    /// separates folders, a backslash stands for itself unless a double quote follows. Nothing is expanded.
    ///
    /// # Errors
    /// [`BadCommand`].
    pub fn parse(text: &str) -> Result<Self, BadCommand> {
        split(text, cfg!(windows))
    }

    /// The words, the program first; there is at least one.
    pub fn words(&self) -> &[String] {
        &self.0
    }

    /// The same command with other words behind the program.
    pub(crate) fn with_arguments(&self, arguments: impl Iterator<Item = String>) -> Self {
        let program = self.0.iter().take(1).cloned();
        CommandLine(program.chain(arguments).collect())
    }
}

/// A text cannot be split into the words of a command. Columns are counted in characters, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadCommand {
    /// There is no word.
    #[error("no command")]
    Empty,
    /// It is longer than [`MAX_COMMAND_BYTES`].
    #[error("a command has at most {MAX_COMMAND_BYTES} bytes")]
    TooLong,
    /// A quote is opened and not closed.
    #[error("the quote at column {column} is not closed")]
    Unclosed {
        /// Where it is opened.
        column: usize,
    },
    /// Something that only a shell understands. It would be passed on as it stands, which nobody means.
    #[error(
        "{what} at column {column} needs a shell, and none is used: quote it, or put the command into a script"
    )]
    NeedsShell {
        /// What it is.
        what: &'static str,
        /// Where it is.
        column: usize,
    },
    /// A character that no argument can have.
    #[error("the character at column {column} cannot be part of a command")]
    Unprintable {
        /// Where it is.
        column: usize,
    },
}

fn split(text: &str, windows: bool) -> Result<CommandLine, BadCommand> {
    if text.len() > MAX_COMMAND_BYTES {
        return Err(BadCommand::TooLong);
    }
    let chars: Vec<char> = text.trim().chars().collect();
    let before = text.chars().take_while(|c| c.is_whitespace()).count();
    let mut reader = Reader {
        chars: &chars,
        at: 0,
        before,
        windows,
    };
    let mut words = Vec::new();
    while let Some(word) = reader.word(words.is_empty())? {
        words.push(word);
    }
    match words.first().is_some_and(|program| !program.is_empty()) {
        true => Ok(CommandLine(words)),
        false => Err(BadCommand::Empty),
    }
}

struct Reader<'a> {
    chars: &'a [char],
    at: usize,
    /// Characters of the text before the first of `chars`.
    before: usize,
    windows: bool,
}

impl Reader<'_> {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn column(&self) -> usize {
        self.before + self.at + 1
    }

    fn needs_shell(&self, what: &'static str) -> BadCommand {
        let column = self.column();
        BadCommand::NeedsShell { what, column }
    }

    /// The next word; `None` at the end.
    fn word(&mut self, is_program: bool) -> Result<Option<String>, BadCommand> {
        while self.peek(0).is_some_and(|c| matches!(c, ' ' | '\t')) {
            self.at += 1;
        }
        let Some(first) = self.peek(0) else {
            return Ok(None);
        };
        if first == '~' && !self.windows {
            return Err(self.needs_shell("\"~\""));
        }
        let start = self.column();
        let mut word = String::new();
        let mut quoted = false;
        while let Some(c) = self.peek(0) {
            match c {
                ' ' | '\t' => break,
                '\'' => {
                    self.single(&mut word)?;
                    quoted = true;
                }
                '"' => {
                    self.double(&mut word)?;
                    quoted = true;
                }
                '\\' => self.backslash(&mut word)?,
                _ => {
                    self.check_plain(c)?;
                    word.push(c);
                    self.at += 1;
                }
            }
        }
        let assigns = word.split_once('=').is_some_and(|(name, _)| {
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        });
        if is_program && !quoted && assigns {
            return Err(BadCommand::NeedsShell {
                what: "a variable",
                column: start,
            });
        }
        Ok(Some(word))
    }

    fn single(&mut self, word: &mut String) -> Result<(), BadCommand> {
        let column = self.column();
        self.at += 1;
        loop {
            match self.peek(0).ok_or(BadCommand::Unclosed { column })? {
                '\'' => break,
                c => {
                    self.check_printable(c)?;
                    word.push(c);
                    self.at += 1;
                }
            }
        }
        self.at += 1;
        Ok(())
    }

    fn double(&mut self, word: &mut String) -> Result<(), BadCommand> {
        let column = self.column();
        self.at += 1;
        loop {
            match self.peek(0).ok_or(BadCommand::Unclosed { column })? {
                '"' => break,
                '\\' => {
                    let takes = |c: &char| match self.windows {
                        true => *c == '"',
                        false => matches!(c, '"' | '\\' | '$' | '`'),
                    };
                    if let Some(next) = self.peek(1).filter(takes) {
                        word.push(next);
                        self.at += 2;
                    } else {
                        word.push('\\');
                        self.at += 1;
                    }
                }
                c => {
                    self.check_expansion(c)?;
                    self.check_printable(c)?;
                    word.push(c);
                    self.at += 1;
                }
            }
        }
        self.at += 1;
        Ok(())
    }

    fn backslash(&mut self, word: &mut String) -> Result<(), BadCommand> {
        match self.peek(1) {
            Some('"') if self.windows => word.push('"'),
            _ if self.windows => {
                word.push('\\');
                self.at += 1;
                return Ok(());
            }
            Some('\n') => return Err(self.needs_shell("a line break")),
            Some(c) => {
                self.check_printable(c)?;
                word.push(c);
            }
            None => {
                return Err(BadCommand::Unclosed {
                    column: self.column(),
                });
            }
        }
        self.at += 2;
        Ok(())
    }

    fn check_plain(&self, c: char) -> Result<(), BadCommand> {
        let what = match c {
            '|' => "\"|\"",
            '>' => "\">\"",
            '<' => "\"<\"",
            ';' => "\";\"",
            '&' => "\"&\"",
            '(' => "\"(\"",
            ')' => "\")\"",
            '\n' | '\r' => "a line break",
            _ => {
                self.check_expansion(c)?;
                return self.check_printable(c);
            }
        };
        Err(self.needs_shell(what))
    }

    fn check_expansion(&self, c: char) -> Result<(), BadCommand> {
        match (c, self.peek(1)) {
            ('`', _) => Err(self.needs_shell("a backquote")),
            ('$', Some('(')) => Err(self.needs_shell("\"$(\"")),
            ('$', Some('{' | '_' | 'a'..='z' | 'A'..='Z' | '0'..='9')) => {
                Err(self.needs_shell("a variable"))
            }
            _ => Ok(()),
        }
    }

    fn check_printable(&self, c: char) -> Result<(), BadCommand> {
        match c.is_control() && !matches!(c, '\n' | '\t') {
            true => Err(BadCommand::Unprintable {
                column: self.column(),
            }),
            false => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &[&str]) {
        let command = split(text, false).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(command.words(), expect, "{text}");
    }

    #[track_caller]
    fn check_bad(text: &str, expect: &str) {
        let error = split(text, false).expect_err(text);
        assert_eq!(error.to_string(), expect, "{text}");
    }

    #[test]
    fn splits_as_a_shell_does() {
        check(
            "op read op://Team/Codec/key",
            &["op", "read", "op://Team/Codec/key"],
        );
        check("  vault\tkv  get ", &["vault", "kv", "get"]);
        check(
            r#"op read "op://Team/My Item/key" 'it is $HOME' a\ b ''"#,
            &[
                "op",
                "read",
                "op://Team/My Item/key",
                "it is $HOME",
                "a b",
                "",
            ],
        );
        check(r#"x "a\"b\\c\$d\`e\n" "#, &["x", r#"a"b\c$d`e\n"#]);
        check(r"x \$HOME \| \;", &["x", "$HOME", "|", ";"]);
        check("x a'b'\"c\"d", &["x", "abcd"]);
        check(
            "x --query SecretString=1 a=b",
            &["x", "--query", "SecretString=1", "a=b"],
        );
        check(
            "x 100$ $.a #no-comment *",
            &["x", "100$", "$.a", "#no-comment", "*"],
        );
        check("x 'two\nlines'", &["x", "two\nlines"]);
        check("ключ 🔑", &["ключ", "🔑"]);
    }

    #[test]
    fn what_only_a_shell_understands_is_refused() {
        let needs = |what: &str, column: usize| {
            format!(
                "{what} at column {column} needs a shell, and none is used: quote it, or put the command into a script"
            )
        };
        check_bad("a | b", &needs("\"|\"", 3));
        check_bad("a > b", &needs("\">\"", 3));
        check_bad("a 2>&1", &needs("\">\"", 4));
        check_bad("a < b", &needs("\"<\"", 3));
        check_bad("a; b", &needs("\";\"", 2));
        check_bad("a && b", &needs("\"&\"", 3));
        check_bad("(a)", &needs("\"(\"", 1));
        check_bad("a $(b)", &needs("\"$(\"", 3));
        check_bad("a \"$(b)\"", &needs("\"$(\"", 4));
        check_bad("a `b`", &needs("a backquote", 3));
        check_bad("  a $HOME", &needs("a variable", 5));
        check_bad("a \"${HOME}\"", &needs("a variable", 4));
        check_bad("TOKEN=x op read", &needs("a variable", 1));
        check_bad("cat ~/key", &needs("\"~\"", 5));
        check_bad("a\nb", &needs("a line break", 2));
    }

    #[test]
    fn what_is_no_command_is_named() {
        check_bad("", "no command");
        check_bad(" \n", "no command");
        check_bad("''", "no command");
        check_bad("a 'b", "the quote at column 3 is not closed");
        check_bad("a \"b\\\"", "the quote at column 3 is not closed");
        check_bad("a \\", "the quote at column 3 is not closed");
        check_bad(
            "a \0",
            "the character at column 3 cannot be part of a command",
        );
        check_bad(
            "a '\u{1b}'",
            "the character at column 4 cannot be part of a command",
        );
        check_bad(&"x".repeat(4097), "a command has at most 4096 bytes");
    }

    proptest! {
        #[test]
        fn any_text_is_split_without_panic(text in "[ab'\"\\\\$`|;~= \n({é]{0,30}") {
            for windows in [true, false] {
                if let Ok(command) = split(&text, windows) {
                    prop_assert!(!command.words().is_empty());
                }
            }
        }

        #[test]
        fn quoted_words_come_out_as_they_went_in(all in prop::collection::vec("\\PC{1,8}", 1..5)) {
            let quoted = all.iter().map(|word| format!("'{}'", word.replace('\'', r"'\''")));
            let text = quoted.collect::<Vec<_>>().join(" ");
            prop_assert_eq!(split(&text, false).map(|command| command.0), Ok(all));
        }
    }

    #[test]
    fn backslashes_separate_folders_on_windows() {
        let command = split(r#"C:\Tools\op.exe read "C:\My Keys\k" a\"b ~x"#, true);
        let command = command.expect("a command");
        assert_eq!(
            command.words(),
            [r"C:\Tools\op.exe", "read", r"C:\My Keys\k", "a\"b", "~x"]
        );
    }
}
