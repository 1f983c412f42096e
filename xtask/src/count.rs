//! The instructions that a request takes, against what it took before. `callgrind` (of Valgrind) counts them: they say nothing of
//! memory and caches, but they are the same in every run, also on a machine that is busy, so that a few percent more are seen at once.
//!
//! They hang on the build, and on what the processor is said to be able to do. Valgrind emulates one of 2013 with AES, carry-less
//! multiplication and AVX2 on every x86-64 machine that has AVX2 itself, whatever else that can do; on others nothing is compared.
//! Instructions that repeat themselves (`rep stosb`) would count once for each byte, so that the C library is told to use none.

use std::path::Path;
use std::time::Duration;

use crate::failure::{Failure, io};
use crate::home::Home;
use crate::process::{cargo, run_within};

/// No build and no single count may take longer.
const LIMIT: Duration = Duration::from_secs(10 * 60);

/// Parts of a hundred that a count may grow by: other versions of the compiler and of the C library make so much of a difference.
const TOLERANCE_PERCENT: u64 = 5;

/// How cargo is told what to run programs by.
const RUNNER: &str = "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER";

/// One thing that is counted.
struct Figure {
    /// A workload of `crates/codec-server/benches/instructions.rs`.
    workload: &'static str,
    part: Part,
    /// What it took when it was counted last. Whoever makes it less writes down how much it is now.
    instructions: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// From a body to the answer's body: what the Codec Server does with Payloads.
    Work,
    /// All of a request but its socket: the checks, the work and the record.
    Request,
}

const FIGURES: [Figure; 5] = [
    figure("tiny", Part::Request, 43_300),
    figure("tiny", Part::Work, 20_300),
    figure("typical", Part::Work, 232_400),
    figure("again", Part::Request, 27_100),
    figure("big", Part::Work, 11_890_000),
];

const fn figure(workload: &'static str, part: Part, instructions: u64) -> Figure {
    Figure {
        workload,
        part,
        instructions,
    }
}

impl Part {
    fn name(self) -> &'static str {
        match self {
            Part::Work => "work",
            Part::Request => "request",
        }
    }

    /// The function that counting begins and ends with, as callgrind writes names.
    fn function(self) -> &'static str {
        match self {
            Part::Work => "codec_server::work::job::Job::run",
            Part::Request => "instructions::answer",
        }
    }
}

/// What became of one figure.
#[derive(Debug, PartialEq, Eq)]
enum Judgment {
    More,
    Less,
    Same,
}

fn judge(before: u64, now: u64) -> Judgment {
    let tolerance = before * TOLERANCE_PERCENT / 100;
    match now {
        _ if now > before + tolerance => Judgment::More,
        _ if now + tolerance < before => Judgment::Less,
        _ => Judgment::Same,
    }
}

/// Counts everything and compares it.
///
/// # Errors
/// When something takes more instructions than it may, or cannot be counted.
pub(crate) fn count(root: &Path) -> Result<(), Failure> {
    if !is_comparable() {
        println!("Nothing is compared: the figures are of Linux on x86-64 with AVX2.");
        return Ok(());
    }
    run_within(LIMIT, bench(root).arg("--no-run"))?;
    let mut lines = Vec::new();
    let mut more = Vec::new();
    for figure in &FIGURES {
        let now = count_one(root, figure)?;
        let (line, judgment) = told(figure, now);
        lines.push(line);
        if judgment == Judgment::More {
            more.push(format!("{} of {}", figure.part.name(), figure.workload));
        }
    }
    println!("{:<8} {:<8} {:>12} {:>12}", "", "", "before", "now");
    lines.iter().for_each(|line| println!("{line}"));
    match more.as_slice() {
        [] => Ok(()),
        more => Err(Failure::Broken(format!(
            "more instructions than before: {}. Make it cheaper, or write in xtask/src/count.rs what it costs, and in the commit why",
            more.join(", ")
        ))),
    }
}

/// A line of the table.
fn told(figure: &Figure, now: u64) -> (String, Judgment) {
    let before = figure.instructions;
    let judgment = judge(before, now);
    let remark = match judgment {
        Judgment::More => "  MORE",
        Judgment::Less => "  less: write it down in xtask/src/count.rs, so that it stays so",
        Judgment::Same => "",
    };
    let (workload, part) = (figure.workload, figure.part.name());
    let line = format!("{workload:<8} {part:<8} {before:>12} {now:>12}{remark}");
    (line, judgment)
}

fn is_comparable() -> bool {
    cfg!(all(target_os = "linux", target_env = "gnu")) && has_avx2()
}

#[cfg(target_arch = "x86_64")]
fn has_avx2() -> bool {
    std::is_x86_feature_detected!("avx2")
}

#[cfg(not(target_arch = "x86_64"))]
fn has_avx2() -> bool {
    false
}

fn bench(root: &Path) -> std::process::Command {
    let mut bench = cargo(root);
    bench.args(["bench", "--profile", "count", "-p", "codec-server"]);
    bench.args(["--bench", "instructions"]);
    // Compiled in smaller pieces, less is inlined.
    bench.env("CARGO_INCREMENTAL", "0");
    bench
}

/// What one more request takes, once everything is there that only the first ones make.
fn count_one(root: &Path, figure: &Figure) -> Result<u64, Failure> {
    const FEW: u64 = 2;
    const MORE: u64 = 6;
    let home = Home::new()?;
    let total = |n_requests: u64| {
        let out = home.path().join(n_requests.to_string());
        let mut counted = bench(root);
        counted.env(
            RUNNER,
            format!(
                "valgrind --quiet --tool=callgrind --toggle-collect={} --callgrind-out-file={}",
                figure.part.function(),
                out.display()
            ),
        );
        counted.env("GLIBC_TUNABLES", "glibc.cpu.hwcaps=-ERMS");
        counted.args(["--", figure.workload, &n_requests.to_string()]);
        run_within(LIMIT, &mut counted)?;
        let written = std::fs::read_to_string(&out).map_err(io(out.display().to_string()))?;
        total_of(&written)
            .filter(|total| *total > 0)
            .ok_or_else(|| {
                let function = figure.part.function();
                Failure::Broken(format!(
                    "nothing was counted below `{function}`: has it another name now?"
                ))
            })
    };
    let (few, more) = (total(FEW)?, total(MORE)?);
    Ok(more.saturating_sub(few) / (MORE - FEW))
}

/// The line of a callgrind profile that has the sum of all.
fn total_of(profile: &str) -> Option<u64> {
    let mut totals = profile
        .lines()
        .filter_map(|line| line.strip_prefix("totals: "));
    totals.next_back()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_percent_more_are_too_much() {
        for (now, expect) in [
            (10_000, Judgment::Same),
            (10_500, Judgment::Same),
            (10_501, Judgment::More),
            (20_000, Judgment::More),
            (9_500, Judgment::Same),
            (9_499, Judgment::Less),
            (0, Judgment::Less),
        ] {
            assert_eq!(judge(10_000, now), expect, "{now}");
        }
    }

    #[test]
    fn what_is_more_is_said_in_the_table() {
        let figure = figure("tiny", Part::Work, 7_000);
        let (line, judgment) = told(&figure, 7_400);
        assert_eq!(judgment, Judgment::More);
        assert!(
            line.starts_with("tiny ") && line.ends_with("7400  MORE"),
            "{line}"
        );
        assert_eq!(told(&figure, 7_000).1, Judgment::Same);
    }

    #[test]
    fn the_last_total_counts() {
        let profile = "events: Ir\nsummary: 7\n\nfn=(1) a\n1 2\n\ntotals: 12\n";
        assert_eq!(total_of(profile), Some(12));
        assert_eq!(total_of("events: Ir\n"), None);
        assert_eq!(total_of("totals: x"), None);
    }

    #[test]
    fn each_figure_is_there_once() {
        for (at, figure) in FIGURES.iter().enumerate() {
            let same =
                |other: &&Figure| other.workload == figure.workload && other.part == figure.part;
            assert_eq!(FIGURES.iter().position(|it| same(&it)), Some(at));
        }
    }
}
