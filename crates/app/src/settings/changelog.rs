//! What is new, read from the changelog that the product was built with: versions, their sections, entries as plain text.
//!
//! The form is that of Keep a Changelog: `## [version] - date`, `### Kind`, `- entry`. What is none of these is left out.

use super::transfer_view::{ReleaseSection, ReleaseView};

const CHANGELOG: &str = include_str!("../../../../CHANGELOG.md");

/// Releases of the product that have anything to say, the newest first.
pub(super) fn releases() -> Vec<ReleaseView> {
    parse(CHANGELOG)
}

/// Releases that have anything to say.
fn parse(changelog: &str) -> Vec<ReleaseView> {
    let mut releases: Vec<ReleaseView> = Vec::new();
    // Whether the next line may go on with the last entry.
    let mut in_entry = false;
    for line in changelog.lines() {
        let text = line.trim();
        let starts = |mark: &str| line.strip_prefix(mark);
        if let Some(title) = starts("## ") {
            in_entry = false;
            releases.push(release(title));
        } else if let (Some(title), Some(release)) = (starts("### "), releases.last_mut()) {
            in_entry = false;
            release.sections.push(ReleaseSection {
                title: title.trim().to_owned(),
                entries: Vec::new(),
            });
        } else if let Some(section) = releases
            .last_mut()
            .and_then(|release| release.sections.last_mut())
        {
            if let Some(entry) = starts("- ") {
                in_entry = true;
                section.entries.push(entry.trim().to_owned());
            } else if text.is_empty() {
                in_entry = false;
            } else if let Some(entry) = section.entries.last_mut().filter(|_| in_entry) {
                entry.push(' ');
                entry.push_str(text);
            }
        }
    }
    for release in &mut releases {
        for section in &mut release.sections {
            for entry in &mut section.entries {
                *entry = plain(entry);
            }
        }
        release
            .sections
            .retain(|section| !section.entries.is_empty());
    }
    releases.retain(|release| !release.sections.is_empty());
    releases
}

/// `[0.2.0] - 2026-11-24`
fn release(title: &str) -> ReleaseView {
    let (version, date) = match title.split_once(" - ") {
        Some((version, date)) => (version, Some(date.trim().to_owned())),
        None => (title, None),
    };
    ReleaseView {
        version: version.trim().trim_matches(['[', ']']).to_owned(),
        date,
        sections: Vec::new(),
    }
}

/// Markdown's marks within a line, without them: code, emphasis, the text of a link.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    let mut in_code = false;
    while let Some(next) = rest.chars().next() {
        let after = &rest[next.len_utf8()..];
        match next {
            '`' => in_code = !in_code,
            '*' if !in_code => {}
            '[' if !in_code => {
                if let Some((label, after)) = link(after) {
                    plain.push_str(label);
                    rest = after;
                    continue;
                }
                plain.push('[');
            }
            other => plain.push(other),
        }
        rest = after;
    }
    plain
}

/// `label](address)…`: the label, and what comes behind.
fn link(text: &str) -> Option<(&str, &str)> {
    let (label, after) = text.split_once("](")?;
    let (_address, after) = after.split_once(')')?;
    // Another bracket in between belongs to something else.
    (!label.contains(['[', ']'])).then_some((label, after))
}

#[cfg(test)]
mod tests {
    use super::{CHANGELOG, parse, plain};

    #[test]
    fn the_changelog_of_this_version_is_read() {
        let releases = parse(CHANGELOG);
        let added = &releases[0].sections[0];
        assert_eq!(added.title, "Added");
        assert!(added.entries.len() > 5);
        let server = "A Codec Server on 127.0.0.1 and [::1], port 8081";
        assert!(
            added.entries.iter().any(|entry| entry.starts_with(server)),
            "{:?}",
            added.entries
        );
        for entry in releases
            .iter()
            .flat_map(|release| &release.sections)
            .flat_map(|section| &section.entries)
        {
            assert!(!entry.contains(['`', '\n']), "{entry}");
        }
    }

    #[test]
    fn versions_sections_and_entries() {
        let text = "# Changelog\n\nintro [x](y)\n\n## [Unreleased]\n\n## [0.2.0] - 2026-11-24\n\nwords\n\n### Added\n\n\
            - one\n  goes on\n- two\n\nnot an entry\n\n### Removed\n\n## 0.1.0\n### Fixed\n- three";
        let releases = parse(text);
        assert_eq!(releases.len(), 2);
        assert_eq!(releases[0].version, "0.2.0");
        assert_eq!(releases[0].date.as_deref(), Some("2026-11-24"));
        assert_eq!(releases[0].sections.len(), 1);
        assert_eq!(releases[0].sections[0].entries, ["one goes on", "two"]);
        assert_eq!(releases[1].version, "0.1.0");
        assert_eq!(releases[1].sections[0].entries, ["three"]);
    }

    #[test]
    fn marks_go_and_words_stay() {
        for (text, expect) in [
            ("`a*b` and **bold**, *soft*", "a*b and bold, soft"),
            ("[docs](https://a.example/b)!", "docs!"),
            ("on [::1], not [a] (b)", "on [::1], not [a] (b)"),
            ("", ""),
            ("`", ""),
            ("[", "["),
            ("[a](", "[a]("),
            ("[é](ü)ß", "éß"),
        ] {
            assert_eq!(plain(text), expect);
        }
    }

    #[test]
    fn nothing_is_expected_of_a_text() {
        for text in [
            "",
            "## ",
            "### a\n- b",
            "- c",
            "## [\n### \n-  \n",
            "##\n###\n-",
        ] {
            parse(text);
        }
    }
}
