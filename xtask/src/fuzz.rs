//! Fuzzing: every target is run by libFuzzer for a bounded time, over what is committed in `tests/fuzz/seeds` and what it makes of it.
//!
//! The instruments are LLVM's own and need no nightly toolchain: a target is a plain program that is built with them. Only a
//! sanitizer of memory would, and the crates here have no unsafe code of their own.
//!
//! The product's own crates alone are instrumented: a fuzzer that also follows every compare of a decompressor or a cipher gets
//! through a tenth of the inputs. To that end cargo runs this program in the place of `rustc`.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use crate::failure::{Failure, io};
use crate::home::Home;
use crate::process::{cargo, output, run_within};

/// What `cargo fuzz` passes, without a sanitizer.
const INSTRUMENTS: [&str; 5] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];

/// Names the folder below which crates are instrumented, to this program when cargo runs it as its `rustc`.
const INSTRUMENTED_BELOW: &str = "XTASK_INSTRUMENTED_BELOW";

/// Bytes of one input: enough for every structure that a target knows, and few enough to be quick.
const MAX_LEN: usize = 16 << 10;

/// No input may take longer, or more memory: inputs are small, so that is a bomb that went off.
const SLOWEST_SECONDS: u32 = 20;
const MEMORY_MIB: u32 = 1024;

/// A cold build of the targets.
const BUILD: Duration = Duration::from_secs(25 * 60);

/// What is wanted of the fuzzers.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// For how long each target runs.
    pub(crate) seconds: u64,
    /// Which targets; none are all.
    pub(crate) targets: Vec<String>,
}

/// For `cargo xtask fuzz`: what is found of interest stays in `tests/fuzz/corpus`, which is not committed.
///
/// # Errors
/// When there is no such target, it cannot be built, or an input breaks a promise.
pub(crate) fn fuzz(root: &Path, wanted: &Wanted) -> Result<ExitCode, Failure> {
    run(root, wanted, &root.join("tests/fuzz/corpus"))?;
    Ok(ExitCode::SUCCESS)
}

/// For a test run, which leaves nothing in the checkout but inputs that break a promise.
///
/// # Errors
/// As [`fuzz`].
pub(crate) fn briefly(root: &Path, seconds: u64) -> Result<(), Failure> {
    let home = Home::new()?;
    let wanted = Wanted {
        seconds,
        targets: Vec::new(),
    };
    run(root, &wanted, &home.path().join("corpus"))
}

fn run(root: &Path, wanted: &Wanted, corpus: &Path) -> Result<(), Failure> {
    let all = targets(root)?;
    let targets = match wanted.targets.as_slice() {
        [] => all.clone(),
        some => some.to_vec(),
    };
    if let Some(unknown) = targets.iter().find(|target| !all.contains(target)) {
        let text = format!("no fuzz target `{unknown}`; there are {}", all.join(", "));
        return Err(Failure::Usage(text));
    }
    let programs = build(root)?;
    for target in &targets {
        let own = corpus.join(target);
        let artifacts = root.join("tests/fuzz/artifacts").join(target);
        for folder in [&own, &artifacts] {
            fs::create_dir_all(folder).map_err(io(folder.display().to_string()))?;
        }
        // The first folder takes what is new.
        let mut program = Command::new(programs.join(target));
        program
            .arg(format!("-max_total_time={}", wanted.seconds))
            .arg(format!("-max_len={MAX_LEN}"))
            .arg(format!("-timeout={SLOWEST_SECONDS}"))
            .arg(format!("-rss_limit_mb={MEMORY_MIB}"))
            .arg(format!("-artifact_prefix={}/", artifacts.display()))
            .args(["-print_final_stats=1", "-verbosity=0"])
            .arg(own)
            .arg(root.join("tests/fuzz/seeds").join(target))
            .current_dir(root);
        // Seeds come on top, and so does the last input.
        let limit = Duration::from_secs(wanted.seconds + 300);
        run_within(limit, Home::new()?.hide(&mut program))?;
    }
    Ok(())
}

/// The names of all targets.
fn targets(root: &Path) -> Result<Vec<String>, Failure> {
    let folder = root.join("tests/fuzz/fuzz_targets");
    let entries = fs::read_dir(&folder).map_err(io(folder.display().to_string()))?;
    let mut names: Vec<String> = entries
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            Some(path.file_stem()?.to_str()?.to_owned())
        })
        .collect();
    names.sort();
    Ok(names)
}

/// Looks whether the lock file of the targets, which are a workspace of their own, is what the crates below them need by now.
///
/// # Errors
/// When the targets could not be built with `--locked`.
pub(crate) fn lock_file(root: &Path) -> Result<(), Failure> {
    let mut update = cargo(root);
    update
        .args(["update", "--workspace", "--locked", "--quiet"])
        .arg("--manifest-path=tests/fuzz/Cargo.toml");
    run_within(BUILD, &mut update)
}

/// Builds all targets and says where they are.
fn build(root: &Path) -> Result<PathBuf, Failure> {
    let host = output(Command::new("rustc").arg("-vV").current_dir(root));
    let host = host
        .as_deref()
        .and_then(|text| text.lines().find_map(|line| line.strip_prefix("host: ")))
        .ok_or_else(|| Failure::Machine("`rustc -vV` does not say its host".to_owned()))?
        .to_owned();
    let own = std::env::current_exe().map_err(io("this program"))?;
    let mut build = cargo(root);
    build
        .args(["build", "--locked", "--manifest-path=tests/fuzz/Cargo.toml"])
        .args(["--target-dir=tests/fuzz/target", "--target", &host])
        .env("RUSTC_WRAPPER", own)
        .env(INSTRUMENTED_BELOW, root);
    run_within(BUILD, &mut build)?;
    Ok(root.join("tests/fuzz/target").join(host).join("debug"))
}

/// Where cargo runs this program in the place of `rustc`: the compiler's own answer.
pub(crate) fn as_rustc() -> Option<ExitCode> {
    let below = std::env::var_os(INSTRUMENTED_BELOW)?;
    let mut arguments = std::env::args_os().skip(1);
    let rustc = arguments.next()?;
    let arguments: Vec<OsString> = arguments.collect();
    let mut compile = Command::new(rustc);
    compile.args(&arguments);
    let package = std::env::var_os("CARGO_MANIFEST_DIR");
    if is_instrumented(&below, package.as_deref(), &arguments) {
        compile.args(INSTRUMENTS);
    }
    let ended = compile.status().ok().and_then(|status| status.code());
    Some(ended.map_or(ExitCode::FAILURE, |code| {
        u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from)
    }))
}

/// Whether a crate is the product's. Build scripts and macros run on the machine that compiles, and cargo names no target for them.
fn is_instrumented(below: &OsStr, package: Option<&OsStr>, arguments: &[OsString]) -> bool {
    package.is_some_and(|package| Path::new(package).starts_with(below))
        && arguments.iter().any(|argument| argument == "--target")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_products_own_crates_are_instrumented() {
        let is = |package: Option<&str>, arguments: &[&str]| {
            let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
            is_instrumented("/here".as_ref(), package.map(OsStr::new), &arguments)
        };
        let target = [
            "--crate-name",
            "app",
            "--target",
            "x86_64-unknown-linux-gnu",
        ];
        assert!(is(Some("/here/crates/app"), &target));
        assert!(!is(Some("/elsewhere/registry/aes-0.9"), &target));
        assert!(!is(
            Some("/here/crates/app"),
            &["--crate-name", "build_script_build"]
        ));
        assert!(!is(None, &["-vV"]));
    }
}
