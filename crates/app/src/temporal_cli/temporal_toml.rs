//! `temporal.toml`, the Temporal CLI's profiles: says which Codec Server each of them asks, and changes that one value.
//!
//! Source: temporalio/cli and the SDKs' environment configuration: `TEMPORAL_CONFIG_FILE`, else `temporalio/temporal.toml` in
//! the user's configuration folder; `profile.<name>.codec.endpoint`. Everything else in the file stays as it is, byte for
//! byte: comments, order, spelling, credentials. (The CLI's own `config set` writes the file anew and drops comments.)

use toml_edit::{DocumentMut, InlineTable, Item, Table, Value};

use crate::config::connected_cli::Before;

/// The largest file that is read, in bytes.
pub(crate) const MAX_BYTES: u64 = 1 << 20;

/// Why the file cannot be changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadToml {
    /// Not TOML.
    #[error("it is not TOML at line {line}, column {column}")]
    Syntax {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// Something else stands where a table should.
    #[error("\"{0}\" is not a table")]
    NotATable(String),
    /// Something else stands where the endpoint should.
    #[error("\"{0}\" is not a string")]
    NotAText(String),
}

/// A profile of the file, as far as it concerns a Codec Server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CliProfile {
    pub(crate) name: String,
    pub(crate) endpoint: Option<String>,
}

/// The profiles of a file, in its order.
pub(crate) fn profiles(text: &str) -> Result<Vec<CliProfile>, BadToml> {
    let document = parse(text)?;
    let Some(profiles) = document.get("profile") else {
        return Ok(Vec::new());
    };
    let profiles = profiles
        .as_table_like()
        .ok_or_else(|| BadToml::NotATable("profile".to_owned()))?;
    Ok(profiles
        .iter()
        .map(|(name, profile)| CliProfile {
            name: name.to_owned(),
            endpoint: endpoint(profile).map(str::to_owned),
        })
        .collect())
}

/// The file with another endpoint in one profile, and what was there before.
pub(crate) fn with_endpoint(
    text: &str,
    profile: &str,
    endpoint: &str,
) -> Result<(String, Before), BadToml> {
    let mut document = parse(text)?;
    let mut before = Before {
        had_last_end: text.is_empty() || text.ends_with('\n'),
        ..Before::default()
    };
    let profiles = table_in(document.as_item_mut(), "profile", "profile", true)?;
    before.had_profile = profiles.get(profile).is_some();
    let place = format!("profile.{profile}");
    let profile = table_in(profiles, profile, &place, false)?;
    before.had_codec = profile.get("codec").is_some();
    let codec = table_in(profile, "codec", &format!("{place}.codec"), false)?;
    let Some(codec) = codec.as_table_like_mut() else {
        return Err(BadToml::NotATable(format!("{place}.codec")));
    };
    if let Some(item) = codec.get_mut("endpoint") {
        let Some(old) = item.as_value_mut() else {
            return Err(BadToml::NotAText(format!("{place}.codec.endpoint")));
        };
        // What stands around the value (a comment behind it) stays.
        let mut value = Value::from(endpoint);
        *value.decor_mut() = old.decor().clone();
        let old = std::mem::replace(old, value);
        before.endpoint = Some(old.decorated("", "").to_string());
    } else {
        codec.insert("endpoint", toml_edit::value(endpoint));
    }
    Ok((written(&document, text), before))
}

/// The file as it was before [`with_endpoint`]; what was changed in it since stays.
pub(crate) fn taken_back(text: &str, profile: &str, before: &Before) -> Result<String, BadToml> {
    let mut document = parse(text)?;
    let root = document.as_table_mut();
    let profiles = root.get_mut("profile").and_then(Item::as_table_like_mut);
    let Some(profiles) = profiles else {
        return Ok(text.to_owned());
    };
    if let Some(table) = profiles.get_mut(profile).and_then(Item::as_table_like_mut) {
        if let Some(codec) = table.get_mut("codec").and_then(Item::as_table_like_mut) {
            let old = before.endpoint.as_ref();
            let old = old.and_then(|old| old.parse::<Value>().ok());
            match (codec.get_mut("endpoint"), old) {
                (Some(Item::Value(now)), Some(old)) => {
                    let around = now.decor().clone();
                    *now = old;
                    *now.decor_mut() = around;
                }
                _ => drop(codec.remove("endpoint")),
            }
            if codec.is_empty() && !before.had_codec {
                table.remove("codec");
            }
        }
        if table.is_empty() && !before.had_profile {
            profiles.remove(profile);
        }
    }
    let mut text = written(&document, text);
    if !before.had_last_end {
        text.truncate(text.trim_end_matches(['\r', '\n']).len());
    }
    Ok(text)
}

/// The document as text, with the line ends of the text that it came from.
fn written(document: &DocumentMut, before: &str) -> String {
    let text = document.to_string();
    match before.contains("\r\n") {
        true => text.replace("\r\n", "\n").replace('\n', "\r\n"),
        false => text,
    }
}

/// A line that a change adds or takes away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ChangedLine {
    /// Its number in the text that has it, from 1.
    pub(crate) number: usize,
    /// Whether it is new.
    pub(crate) added: bool,
    pub(crate) text: String,
}

/// The lines that differ, without their surroundings: those may hold credentials. Changes of this module touch one place.
pub(crate) fn difference(before: &str, after: &str) -> Vec<ChangedLine> {
    let (old, new): (Vec<_>, Vec<_>) = (before.lines().collect(), after.lines().collect());
    let same = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (&old[same..], &new[same..]);
    let tail = old_rest.iter().rev().zip(new_rest.iter().rev());
    let same_tail = tail.take_while(|(a, b)| a == b).count();
    let changed = |lines: &[&str], added| {
        let lines = lines[..lines.len() - same_tail].iter().enumerate();
        lines
            .filter(|(_, text)| !text.trim().is_empty())
            .map(|(index, text)| ChangedLine {
                number: same + index + 1,
                added,
                text: (*text).to_owned(),
            })
            .collect::<Vec<_>>()
    };
    let mut lines = changed(old_rest, false);
    lines.extend(changed(new_rest, true));
    lines
}

fn parse(text: &str) -> Result<DocumentMut, BadToml> {
    text.parse::<DocumentMut>().map_err(|error| {
        // The error's own text quotes the line, which may be a credential.
        let at = error.span().map_or(0, |span| span.start).min(text.len());
        let before = text.get(..at).unwrap_or_default();
        BadToml::Syntax {
            line: before.matches('\n').count() + 1,
            column: before
                .rsplit('\n')
                .next()
                .map_or(0, |line| line.chars().count())
                + 1,
        }
    })
}

fn endpoint(profile: &Item) -> Option<&str> {
    profile
        .as_table_like()?
        .get("codec")?
        .as_table_like()?
        .get("endpoint")?
        .as_str()
}

/// The table of this name, made where there is none: inline in an inline table.
fn table_in<'a>(
    parent: &'a mut Item,
    name: &str,
    place: &str,
    implicit: bool,
) -> Result<&'a mut Item, BadToml> {
    let is_inline = parent.is_value();
    let not_a_table = || BadToml::NotATable(place.to_owned());
    let table = parent.as_table_like_mut().ok_or_else(not_a_table)?;
    if !table.contains_key(name) {
        let item = if is_inline {
            Item::Value(Value::InlineTable(InlineTable::new()))
        } else {
            let mut table = Table::new();
            table.set_implicit(implicit);
            Item::Table(table)
        };
        table.insert(name, item);
    }
    let found = table.get_mut(name).ok_or_else(not_a_table)?;
    match found.is_table_like() {
        true => Ok(found),
        false => Err(not_a_table()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &str = "http://127.0.0.1:8081";

    /// Sets our endpoint, expects `after`, takes it back, expects `text`.
    #[track_caller]
    fn check(text: &str, profile: &str, after: &str) {
        let (changed, before) = with_endpoint(text, profile, OURS).expect("a change");
        assert_eq!(changed, after);
        let found = profiles(&changed).expect("still TOML");
        let found = found.iter().find(|found| found.name == profile);
        assert_eq!(
            found.and_then(|found| found.endpoint.as_deref()),
            Some(OURS)
        );
        assert_eq!(taken_back(&changed, profile, &before).as_deref(), Ok(text));
    }

    #[test]
    fn a_file_that_is_not_there_yet() {
        check(
            "",
            "default",
            "[profile.default]\n\n[profile.default.codec]\nendpoint = \"http://127.0.0.1:8081\"\n",
        );
    }

    #[test]
    fn comments_order_and_other_profiles_stay() {
        check(
            "# mine\n[profile.default]\naddress = \"localhost:7233\" # here\n\n[profile.prod]\napi_key='s'\n  [profile.prod.tls]\n  disabled=true\n",
            "default",
            "# mine\n[profile.default]\naddress = \"localhost:7233\" # here\n\n[profile.default.codec]\nendpoint = \"http://127.0.0.1:8081\"\n\n[profile.prod]\napi_key='s'\n  [profile.prod.tls]\n  disabled=true\n",
        );
    }

    #[test]
    fn a_codec_that_is_there_keeps_its_other_values() {
        check(
            "[profile.a.codec]\nauth = 'x'\n",
            "a",
            "[profile.a.codec]\nauth = 'x'\nendpoint = \"http://127.0.0.1:8081\"\n",
        );
        check(
            "[profile.a.codec]\nendpoint   =  'https://old'   # the team's\n",
            "a",
            "[profile.a.codec]\nendpoint   =  \"http://127.0.0.1:8081\"   # the team's\n",
        );
    }

    #[test]
    fn inline_and_dotted_tables() {
        check(
            "profile = { a = { address = 'x' } }\n",
            "a",
            "profile = { a = { address = 'x' , codec = { endpoint = \"http://127.0.0.1:8081\" } } }\n",
        );
        check(
            "[profile.a]\ncodec.auth = 'x'\n",
            "a",
            "[profile.a]\ncodec.auth = 'x'\ncodec.endpoint = \"http://127.0.0.1:8081\"\n",
        );
    }

    #[test]
    fn a_last_line_without_an_end() {
        check(
            "[profile.a]\naddress = 'x'",
            "a",
            "[profile.a]\naddress = 'x'\n\n[profile.a.codec]\nendpoint = \"http://127.0.0.1:8081\"\n",
        );
    }

    #[test]
    fn names_that_need_quotes() {
        check(
            "[profile.\"my team.x\"]\n",
            "my team.x",
            "[profile.\"my team.x\"]\n\n[profile.\"my team.x\".codec]\nendpoint = \"http://127.0.0.1:8081\"\n",
        );
    }

    #[test]
    fn line_ends_of_windows_stay() {
        check(
            "# a\r\n[profile.a]\r\naddress = 'x'\r\n",
            "a",
            "# a\r\n[profile.a]\r\naddress = 'x'\r\n\r\n[profile.a.codec]\r\nendpoint = \"http://127.0.0.1:8081\"\r\n",
        );
    }

    #[test]
    fn what_is_no_table_is_named_and_nothing_is_quoted() {
        let no_table = |place: &str| Err(BadToml::NotATable(place.to_owned()));
        let change = |text| with_endpoint(text, "a", OURS).map(|(text, _)| text);
        assert_eq!(change("profile = 1"), no_table("profile"));
        assert_eq!(change("[profile]\na = 1"), no_table("profile.a"));
        assert_eq!(
            change("[profile.a]\ncodec = 1"),
            no_table("profile.a.codec")
        );
        assert_eq!(
            profiles("x = 1\napi_key = canary"),
            Err(BadToml::Syntax {
                line: 2,
                column: 11
            })
        );
    }

    #[test]
    fn the_difference_shows_changed_lines_alone() {
        let text = "[profile.a]\napi_key = 'secret'\n\n[profile.b]\nx = 1\n";
        let (changed, _) = with_endpoint(text, "a", OURS).expect("a change");
        let lines = difference(text, &changed);
        assert!(lines.iter().all(|line| line.added), "{lines:?}");
        let shown: Vec<_> = lines
            .iter()
            .map(|line| (line.number, &*line.text))
            .collect();
        assert_eq!(
            shown,
            [
                (4, "[profile.a.codec]"),
                (5, "endpoint = \"http://127.0.0.1:8081\"")
            ]
        );
        assert_eq!(difference(text, text), []);
    }
}
