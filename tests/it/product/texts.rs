//! House rules for what people read: errors say what happened and what to do now, name what exists, and sound alike.

use std::collections::BTreeSet;

use super::tidy::{has_extension, none, read, sources};

/// Crates whose texts people read.
const CORE: [&str; 7] = [
    "crates/app/src/",
    "crates/cli/src/",
    "crates/codec-server/src/",
    "crates/key-store/src/",
    "crates/payload-codec/src/",
    "crates/temporal-payload/src/",
    "src-tauri/src/",
];

/// Words that blame, plead or cheer; a text says what is wrong instead.
const FORBIDDEN: [&str; 6] = [
    "please",
    "sorry",
    "oops",
    "whoops",
    "successfully",
    "invalid",
];

/// A string of a Rust source that is no test's.
struct Text {
    /// `file:line`.
    place: String,
    /// The code before it, without white space.
    before: String,
    /// As it is at run time, placeholders excepted.
    text: String,
}

impl Text {
    fn follows(&self, code: &str) -> bool {
        let before = self.before.strip_suffix("format!(").unwrap_or(&self.before);
        before.ends_with(code)
    }

    /// What an error says happened.
    fn is_message(&self) -> bool {
        let before = self.before.strip_suffix("format!(").unwrap_or(&self.before);
        let call = before.rsplit_once("AppError::new(");
        let is_first = call.is_some_and(|(_, code)| {
            let code = code
                .strip_suffix(',')
                .and_then(|code| code.strip_prefix("Code::"));
            code.is_some_and(|code| code.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        });
        is_first || self.follows("#[error(")
    }

    /// What it says to do now.
    fn is_hint(&self) -> bool {
        let is_table = self.place.starts_with("crates/app/src/error.rs")
            || self.place.starts_with("crates/app/src/hints.rs");
        self.follows(".hint(") || is_table && (self.follows("=>") || self.follows("=>{"))
    }

    /// For programmers: never shown.
    fn is_proof(&self) -> bool {
        let words = ["expect(", "reason=", "expect_err(", "panic!(", "assert!("];
        words.iter().any(|word| self.before.ends_with(word))
    }

    fn shown(&self) -> String {
        format!("{}: {}", self.place, self.text)
    }
}

/// The strings of the core and its shells.
fn texts() -> Vec<Text> {
    let mut names = sources();
    names.retain(|name| {
        let is_test = name.ends_with("tests.rs") || name.contains("/tests/");
        name.ends_with(".rs") && !is_test && CORE.iter().any(|start| name.starts_with(start))
    });
    let texts: Vec<Text> = names
        .iter()
        .flat_map(|name| strings(name, &read(name)))
        .filter(|text| !text.is_proof())
        .collect();
    assert!(texts.len() > 1000, "{} texts", texts.len());
    texts
}

/// The strings of a source, down to its tests.
fn strings(name: &str, source: &str) -> Vec<Text> {
    let source = source.split("#[cfg(test)]").next().unwrap_or_default();
    let mut found = Vec::new();
    let mut before = String::new();
    let mut rest = source;
    while let Some(next) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if let Some(quoted) = character(rest) {
            quoted
        } else if next == '"' {
            let end = 2 + closing(&rest[1..]);
            let line = 1 + source[..source.len() - rest.len()].matches('\n').count();
            found.push(Text {
                place: format!("{name}:{line}"),
                before: before.clone(),
                text: unescaped(&rest[1..end - 1]),
            });
            before.push_str("\"\"");
            end
        } else {
            if !next.is_whitespace() {
                before.push(next);
            }
            next.len_utf8()
        };
        rest = &rest[skipped..];
        let far = before.len().saturating_sub(400);
        if far > 400 {
            before.retain(|char| char.is_ascii());
            before.drain(..before.len().saturating_sub(400));
        }
    }
    found
}

/// The length of a character's literal at the start of a source, such as `'"'`.
fn character(source: &str) -> Option<usize> {
    let inside = source.strip_prefix('\'')?;
    let escaped = inside.starts_with('\\');
    let one: usize = inside
        .chars()
        .take(1 + usize::from(escaped))
        .map(char::len_utf8)
        .sum();
    inside[one..].starts_with('\'').then_some(one + 2)
}

/// Where a string that has begun ends.
fn closing(source: &str) -> usize {
    let mut is_escaped = false;
    let end = source.bytes().position(|byte| {
        let ends = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        ends
    });
    end.expect("a string ends")
}

/// Escapes that texts have: quotes, and lines that go on.
fn unescaped(text: &str) -> String {
    let mut lines = text.split("\\\n");
    let first = lines.next().unwrap_or_default().to_owned();
    let text = lines.fold(first, |text, line| text + line.trim_start());
    text.replace("\\\"", "\"")
}

/// The window's sources, without what is generated, and without its tests.
fn window() -> Vec<String> {
    let mut names = sources();
    names.retain(|name| {
        name.starts_with("ui/src/")
            && has_extension(name, &["ts", "svelte"])
            && !name.ends_with(".test.ts")
            && !name.starts_with("ui/src/testing/")
    });
    assert!(names.len() > 80, "{} sources", names.len());
    names
}

/// What stands in “these quotes”.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split('“').skip(1);
    parts.filter_map(|part| part.split_once('”').map(|(name, _)| name))
}

/// Whether a word stands in a text for itself: not within a name in code.
fn has_word(text: &str, word: &str) -> bool {
    let text = text.to_lowercase();
    let in_a_name = |char: char| char.is_alphanumeric() || "-_'/".contains(char);
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(|char| char == '.' || in_a_name(char)) && !after.is_some_and(in_a_name)
    })
}

#[test]
fn what_happened_is_lower_case_and_open() {
    let (mut bad, mut n) = (Vec::new(), 0);
    let shells = ["crates/app/", "crates/cli/", "src-tauri/"];
    for text in texts() {
        let words: Vec<&str> = text.text.split(' ').collect();
        let first = words[0];
        // A text that begins lower-case is a message, or becomes one.
        let begins_lower = first.starts_with(char::is_lowercase) && !first.contains('.');
        let is_shown = shells.iter().any(|start| text.place.starts_with(start));
        if is_shown && begins_lower && words.len() > 2 && text.text.ends_with('.') {
            bad.push(text.shown());
        } else if text.is_message() {
            n += 1;
            // Names keep their letters: HTTP, POST, Temporal.
            let is_name = first.chars().skip(1).any(char::is_uppercase)
                || ["Temporal", "Namespace"].contains(&first);
            let is_upper = first.starts_with(char::is_uppercase) && !is_name;
            if is_upper || text.text.ends_with('.') {
                bad.push(text.shown());
            }
        }
    }
    assert!(n > 200, "{n} messages");
    none("messages that are sentences already", &bad);
}

#[test]
fn what_to_do_now_is_a_sentence() {
    let (mut bad, mut n) = (Vec::new(), 0);
    for text in texts().iter().filter(|text| text.is_hint()) {
        n += 1;
        let is_upper = text.text.starts_with(char::is_uppercase);
        if !is_upper || !text.text.ends_with('.') {
            bad.push(text.shown());
        }
    }
    assert!(n > 90, "{n} hints");
    none("hints that are no sentences", &bad);
}

#[test]
fn a_hint_names_only_what_is_in_the_window() {
    let window: String = window().iter().map(|name| read(name)).collect();
    // What a button says may be cut by an icon, and stands in either kind of quotes in code.
    let (mut bad, mut n) = (Vec::new(), 0);
    let views: BTreeSet<&str> = [
        "Inspector",
        "Server",
        "Keys",
        "Requests",
        "Settings",
        "Formats",
        "Namespaces",
        "Access",
    ]
    .into();
    for view in &views {
        assert!(window.contains(&format!(": '{view}',")), "{view} is a view");
    }
    for text in texts() {
        // Its names are those of the clients that it explains.
        let of_clients = ["server/connect.rs", "doctor/findings/browsers.rs"];
        let is_of = |file: &str| text.place.starts_with(&format!("crates/app/src/{file}"));
        if of_clients.into_iter().any(is_of) {
            continue;
        }
        for name in quoted(&text.text) {
            n += 1;
            if name.contains('{') || !window.contains(name) {
                bad.push(text.shown());
            }
        }
        if !text.is_hint() {
            continue;
        }
        for place in text.text.split(" in ").skip(1) {
            let place = place
                .split([' ', ',', ';', '.', ':'])
                .next()
                .unwrap_or_default();
            let known = ["Temporal", "JSON", "Namespace"];
            if place.starts_with(char::is_uppercase)
                && !views.contains(place)
                && !known.contains(&place)
            {
                bad.push(text.shown());
            }
        }
    }
    assert!(n > 15, "{n} names");
    none("hints that lead nowhere", &bad);
}

#[test]
fn no_text_pleads_cheers_or_types_three_dots() {
    let is_bad = |text: &str| {
        let is_prose = text.contains(' ');
        let has_dots = text
            .match_indices("...")
            .any(|(at, _)| text[..at].ends_with(char::is_alphabetic));
        is_prose && (has_dots || FORBIDDEN.iter().any(|word| has_word(text, word)))
    };
    let core = texts().into_iter().filter(|text| is_bad(&text.text));
    let mut bad: Vec<String> = core.map(|text| text.shown()).collect();
    let comment = ["//", "*", "/*", "<!--"];
    for name in window() {
        for (number, line) in read(&name).lines().enumerate() {
            let line = line.trim();
            if !comment.iter().any(|start| line.starts_with(start)) && is_bad(line) {
                bad.push(format!("{name}:{}: {line}", number + 1));
            }
        }
    }
    none("words that help nobody", &bad);
}

#[test]
fn apostrophes_are_typographic_where_people_read() {
    let shells = ["crates/app/", "crates/cli/", "src-tauri/"];
    let bad: Vec<String> = texts()
        .into_iter()
        .filter(|text| shells.iter().any(|start| text.place.starts_with(start)))
        .filter(|text| {
            let mut parts = text.text.split('\'').map(str::chars);
            let mut before = parts.next().and_then(|mut part| part.next_back());
            parts.any(|mut after| {
                let is_one = before.is_some_and(char::is_alphabetic)
                    && after.clone().next().is_some_and(char::is_alphabetic);
                before = after.next_back();
                is_one
            })
        })
        .map(|text| text.shown())
        .collect();
    none("typewriter apostrophes", &bad);
}

#[test]
fn the_rules_find_what_they_look_for() {
    let source = "fn f() { let quote = '\"'; // \"no\"\n AppError::new(\n Code::File, format!(\"Bad \\\"it\\\".\"))\n .hint(\"do \\\n   this\") }\n#[cfg(test)] \"none\"";
    let found = strings("x.rs", source);
    let [message, hint] = &found[..] else {
        panic!("{} strings", found.len())
    };
    assert!(message.is_message() && !message.is_hint());
    assert_eq!((&*message.place, &*message.text), ("x.rs:3", "Bad \"it\"."));
    assert!(hint.is_hint() && !hint.is_message());
    assert_eq!((&*hint.place, &*hint.text), ("x.rs:4", "do this"));
    assert_eq!(
        quoted("Press “Retry” in “Keys”.").collect::<Vec<_>>(),
        ["Retry", "Keys"]
    );
    assert!(has_word("It is invalid.", "invalid") && !has_word("aria-invalid=", "invalid"));
}
