//! Every claim of SECURITY.md names a test that holds it, and the tests that it names exist.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::tidy;

/// What stands behind a claim: names of tests, in code type.
fn named(text: &str) -> Vec<&str> {
    let names = text.split('`').skip(1).step_by(2);
    names.filter(|name| is_name(name)).collect()
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c == '_' || c.is_ascii_lowercase() || c.is_ascii_digit())
}

/// The names of all tests in a Rust file.
fn tests_in(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut is_test = false;
    for line in source.lines().map(str::trim) {
        if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
            is_test = true;
        } else if let Some(rest) = line.split("fn ").nth(1).filter(|_| is_test) {
            let name = rest.split(['(', '<']).next().unwrap_or_default();
            found.push(name.to_owned());
            is_test = false;
        } else if !line.starts_with("#[") && !line.starts_with("//") {
            is_test = false;
        }
    }
    found
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() && path.file_name().is_none_or(|name| name != "target") {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn all_tests() -> BTreeSet<String> {
    let mut files = Vec::new();
    for folder in ["crates", "src-tauri/src", "tests"] {
        rust_files(&tidy::root().join(folder), &mut files);
    }
    let sources = files
        .iter()
        .map(|file| std::fs::read_to_string(file).expect("UTF-8"));
    sources.flat_map(|source| tests_in(&source)).collect()
}

/// Each claim with the tests that it names: rows of tables, whose last column they are, and items that end with them.
fn claims(page: &str) -> Vec<(String, Vec<String>)> {
    let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
    let rows = page
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| Threat"));
    let rows = rows.map(|row| {
        let tests = row
            .trim_end_matches('|')
            .rsplit('|')
            .next()
            .unwrap_or_default();
        (row.to_owned(), owned(named(tests)))
    });
    let items = page
        .split("\n- ")
        .skip(1)
        .map(|item| item.split("\n\n").next().unwrap_or_default());
    let items = items.filter(|item| item.contains("Tests: ")).map(|item| {
        let tests = item.rsplit("Tests: ").next().unwrap_or_default();
        (item.to_owned(), owned(named(tests)))
    });
    rows.chain(items).collect()
}

#[test]
fn every_claim_names_tests_and_they_exist() {
    let page = std::fs::read_to_string(tidy::root().join("SECURITY.md")).expect("the page");
    let tests = all_tests();
    let claims = claims(&page);
    assert!(claims.len() >= 15, "{} claims were found", claims.len());
    for (claim, named) in &claims {
        assert!(!named.is_empty(), "no test is named: {claim}");
        for name in named {
            assert!(tests.contains(name), "there is no test `{name}`: {claim}");
        }
    }
}

#[test]
fn the_check_finds_what_it_looks_for() {
    let page = "| Threat | Protection | Tests |\n|---|---|---|\n| A | `x` is so. | `one`, `two` |\n| B | y | |\n\n- C.\n- D. Tests: `three`.\n";
    let found = claims(page);
    let names: Vec<Vec<String>> = found.into_iter().map(|(_, names)| names).collect();
    assert_eq!(names, [vec!["one", "two"], vec![], vec!["three"]]);
    let source = "#[test]\nfn one() {}\nfn no() {}\n#[tokio::test(flavor = \"x\")]\n#[cfg(unix)]\nasync fn two() {}\n";
    assert_eq!(tests_in(source), ["one", "two"]);
    assert!(all_tests().contains("the_check_finds_what_it_looks_for"));
}
