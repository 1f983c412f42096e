//! House rules that no compiler keeps: who may use what, what a file's first line says, what must not be committed.

mod circles;
mod dependencies;
mod licenses;

use std::path::{Path, PathBuf};
use std::process::Command;

/// Source lines that a file may have.
const MAX_LINES: usize = 500;

pub(super) fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    root.expect("tests lie in the workspace").to_owned()
}

/// Every file that is, or would be, committed.
fn files() -> Vec<String> {
    let output = Command::new("git")
        .args([
            "ls-files",
            "--cached",
            "--others",
            "--exclude-standard",
            "-z",
        ])
        .current_dir(root())
        .output()
        .expect("git runs");
    assert!(output.status.success(), "git ls-files in a work tree");
    let names = String::from_utf8(output.stdout).expect("UTF-8 names");
    let files: Vec<String> = names
        .split('\0')
        .filter(|name| !name.is_empty() && root().join(name).is_file())
        .map(str::to_owned)
        .collect();
    assert!(
        files.len() > 200,
        "{} files are not this repository",
        files.len()
    );
    files
}

pub(super) fn read(name: &str) -> String {
    let bytes = std::fs::read(root().join(name)).expect("a readable file");
    String::from_utf8_lossy(&bytes).into_owned()
}

pub(super) fn has_extension(name: &str, extensions: &[&str]) -> bool {
    let extension = Path::new(name).extension().and_then(|end| end.to_str());
    extension.is_some_and(|end| extensions.contains(&end))
}

/// Data that other programs made, and files that programs write.
fn is_made(name: &str) -> bool {
    name.starts_with("tests/vectors/")
        || name.starts_with("tests/histories/")
        || name.starts_with("ui/src/bindings/")
        || name.ends_with("package-lock.json")
        || name.ends_with("Cargo.lock")
}

/// Rust, TypeScript, Svelte and Python that people wrote.
pub(super) fn sources() -> Vec<String> {
    let mut sources = files();
    sources.retain(|name| has_extension(name, &["rs", "ts", "svelte", "py"]) && !is_made(name));
    assert!(sources.len() > 100, "{} sources", sources.len());
    sources
}

#[track_caller]
pub(super) fn none(what: &str, found: &[String]) {
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
}

/// `file:line` of every line that `is_bad`.
fn lines(names: &[String], is_bad: impl Fn(&str, &str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for name in names {
        for (number, line) in read(name).lines().enumerate() {
            if is_bad(name, line) {
                found.push(format!("{name}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    found
}

/// What stands at the top is few, and each is meant: what a program leaves there by mistake is not committed with it.
#[test]
fn the_top_has_what_is_meant_to_stand_there() {
    let meant = [
        ".cargo",
        ".ci",
        ".gitattributes",
        ".gitignore",
        "BENCHMARKS.md",
        "CHANGELOG.md",
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "SECURITY.md",
        "clippy.toml",
        "crates",
        "deny.toml",
        "icons",
        "src-tauri",
        "tests",
        "ui",
        "xtask",
    ];
    let stands = files();
    let stands = stands
        .iter()
        .map(|name| name.split('/').next().unwrap_or(name));
    let stands: std::collections::BTreeSet<&str> = stands.collect();
    assert_eq!(stands, meant.into());
}

#[test]
fn every_source_says_in_its_first_line_what_it_is() {
    let mut silent = Vec::new();
    for name in sources() {
        let text = read(&name);
        let mut lines = text.lines();
        let mut first = lines.next().unwrap_or_default();
        if name.ends_with(".py") && first.starts_with("#!") {
            first = lines.next().unwrap_or_default();
        }
        let says = match name.rsplit_once('.').map(|(_, end)| end) {
            Some("rs") => first.starts_with("//! "),
            Some("ts") => first.starts_with("// "),
            Some("svelte") => first.starts_with("<!-- "),
            _ => first.starts_with("# ") || first.starts_with("\"\"\""),
        };
        if !says || first.len() < 20 {
            silent.push(format!("{name}: {first}"));
        }
    }
    none("first lines that don't say what the file is", &silent);
}

#[test]
fn no_source_is_longer_than_a_person_can_hold() {
    let mut long = Vec::new();
    for name in sources() {
        let n_lines = read(&name).lines().count();
        if n_lines > MAX_LINES {
            long.push(format!("{name}: {n_lines} lines"));
        }
    }
    none("sources that are too long", &long);
}

#[test]
fn the_product_never_unwraps_and_leaves_nothing_to_do() {
    let mut product = sources();
    product.retain(|name| {
        let is_product = ["crates/", "src-tauri/", "xtask/"]
            .iter()
            .any(|folder| name.starts_with(folder));
        is_product && name.ends_with(".rs") && !name.contains("/tests")
    });
    assert!(product.len() > 60, "{} files", product.len());
    let mut found = Vec::new();
    for name in &product {
        let text = read(name);
        // Tests stand at a file's end.
        let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        for (number, line) in code.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            let bad = [
                ".unwrap()",
                "todo!(",
                "unimplemented!(",
                "dbg!(",
                ".unwrap_err()",
            ];
            if bad.iter().any(|bad| code.contains(bad)) {
                found.push(format!("{name}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    none("unfinished or unproven lines", &found);
}

/// The standard library's macros panic where their descriptor cannot be written, which ends the program in the middle of
/// something else. `logging::say` and `print` of the command line do not.
#[test]
fn the_product_prints_through_what_cannot_fail() {
    let mut product = sources();
    product.retain(|name| {
        (name.starts_with("crates/") || name.starts_with("src-tauri/")) && name.ends_with(".rs")
    });
    let macros = ["eprintln!", "println!", "eprint!", "print!", "dbg!"];
    let calls = |code: &str| {
        macros.iter().any(|call| {
            let mut starts = code.match_indices(call);
            starts.any(|(at, _)| {
                let before = code[..at].chars().next_back();
                before.is_none_or(|before| !before.is_alphanumeric() && before != '_')
            })
        })
    };
    assert!(calls("    std::eprintln!(\"\")"), "the search finds");
    let allowed = |line: &str| line.contains("clippy::print_std");
    let found = lines(&product, |_, line| {
        calls(line.split("//").next().unwrap_or_default()) || allowed(line)
    });
    none("prints that may panic", &found);
}

#[test]
fn colors_stand_in_the_tokens_alone() {
    let mut styled = files();
    styled.retain(|name| {
        name.starts_with("ui/")
            && has_extension(name, &["svelte", "css", "ts", "html"])
            && name != "ui/src/styles/tokens.css"
    });
    assert!(styled.len() > 50, "{} files", styled.len());
    assert!(
        has_color(&read("ui/src/styles/tokens.css")),
        "the search finds"
    );
    none(
        "colors outside of tokens.css",
        &lines(&styled, |_, line| has_color(line)),
    );
}

/// `#fff`, `#aabbcc80`, `rgb(…)`, `hsl(…)`, `oklch(…)`
fn has_color(line: &str) -> bool {
    let functions = [
        "rgb(", "rgba(", "hsl(", "hsla(", "oklch(", "oklab(", "color(",
    ];
    let is_hex = line.split('#').skip(1).any(|rest| {
        let digits = rest.bytes().take_while(u8::is_ascii_hexdigit).count();
        let after = rest.as_bytes().get(digits);
        // Private members are spelled alike: `#add(`.
        let ends = after.is_none_or(|byte| !byte.is_ascii_alphanumeric() && !b"-(".contains(byte));
        matches!(digits, 3 | 4 | 6 | 8) && ends
    });
    is_hex || functions.iter().any(|function| line.contains(function))
}

#[test]
fn no_file_knows_the_machine_it_was_written_on() {
    let mut texts = files();
    texts.retain(|name| !has_extension(name, &["png", "icns", "ico"]));
    // Spelled in two halves: this file is searched as well.
    let paths = [["/wo", "rk/"], ["/ro", "ot/"]].map(|halves| halves.concat());
    // `a/work/b` may be part of a URL or of a package's own path.
    let starts_a_path = |line: &str, path: &str| {
        line.match_indices(path).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            before.is_none_or(|before| !before.is_alphanumeric() && !"-_./".contains(before))
        })
    };
    let found = lines(&texts, |_, line| {
        paths.iter().any(|path| starts_a_path(line, path))
    });
    none("paths of one machine", &found);
}

#[test]
fn what_is_left_to_do_has_a_link() {
    let mut sources = files();
    sources.retain(|name| {
        !is_made(name)
            && has_extension(
                name,
                &[
                    "rs", "ts", "svelte", "py", "css", "toml", "sh", "md", "html",
                ],
            )
    });
    let words = [["TO", "DO"], ["FIX", "ME"], ["XX", "X"]].map(|halves| halves.concat());
    let found = lines(&sources, |_, line| {
        let mut words_of = line.split(|char: char| !char.is_alphanumeric());
        words_of.any(|word| words.iter().any(|bad| bad == word)) && !line.contains("https://")
    });
    none("work without a link", &found);
}

#[test]
fn no_test_is_left_out() {
    let mut tests = sources();
    tests.retain(|name| !name.ends_with("product/tidy.rs"));
    let found = lines(&tests, |name, line| {
        let line = line.trim_start();
        if name.ends_with(".rs") {
            line.starts_with("#[ignore") || line.starts_with("#[should_panic")
        } else if has_extension(name, &["ts", "svelte"]) {
            ["test", "it", "describe"].iter().any(|word| {
                [".skip(", ".only(", ".todo(", ".fixme("]
                    .iter()
                    .any(|call| line.contains(&format!("{word}{call}")))
            })
        } else {
            line.starts_with("@pytest.mark.skip") || line.contains("unittest.skip")
        }
    });
    none("tests that don't run", &found);
}

#[test]
fn only_the_keychain_file_talks_to_the_keychain_and_only_the_log_sets_a_subscriber() {
    let mut product = sources();
    product.retain(|name| name.starts_with("crates/") || name.starts_with("src-tauri/"));
    let found = lines(&product, |name, line| {
        let code = line.split("//").next().unwrap_or_default();
        let keychain = code.contains("keyring::") || code.contains("keyring_core::");
        let subscriber = code.contains("tracing_subscriber::");
        (keychain && name != "crates/key-store/src/keychain.rs")
            || (subscriber && !name.starts_with("crates/logging/src/"))
    });
    none("calls in the wrong room", &found);
}
