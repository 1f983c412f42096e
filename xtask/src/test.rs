//! `cargo xtask test`: runs the chosen steps in order, stops at the first that fails, and says how long each took.

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::arguments::Chosen;
use crate::failure::Failure;
use crate::packages::{COMPILING, TESTING, WINDOW};
use crate::setup;
use crate::steps::{self, Checkout, Step};

/// Lists the steps or runs them. The last line is `N passed, N failed`, whatever happens.
///
/// # Errors
/// None: what fails is told and counted.
pub(crate) fn test(root: &Path, chosen: &Chosen) -> Result<ExitCode, Failure> {
    let steps = match chosen {
        Chosen::List => {
            for step in steps::ALL.into_iter().chain(steps::RELEASE) {
                println!("{:<9} {}", step.name(), step.about());
            }
            return Ok(ExitCode::SUCCESS);
        }
        Chosen::Steps(steps) => steps,
    };
    let (n_passed, n_failed) = match prepare(root) {
        Ok(checkout) => run_all(steps, |step| checkout.perform(step)),
        Err(failure) => {
            println!("\nThis machine cannot run the tests: {failure}");
            (0, 1)
        }
    };
    println!("{n_passed} passed, {n_failed} failed");
    Ok(if n_failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn prepare(root: &Path) -> Result<Checkout, Failure> {
    setup::system(&[COMPILING, WINDOW, TESTING])?;
    setup::rust_parts(root)?;
    Checkout::new(root)
}

/// Performs the steps until one fails. Returns how many passed and how many failed.
fn run_all(steps: &[Step], mut perform: impl FnMut(Step) -> Result<(), Failure>) -> (usize, usize) {
    let n_steps = steps.len();
    let mut times = Vec::new();
    let mut failed = None;
    for (index, step) in steps.iter().enumerate() {
        println!(
            "\n== {}/{n_steps} {}: {}",
            index + 1,
            step.name(),
            step.about()
        );
        let start = Instant::now();
        let result = perform(*step);
        let time = start.elapsed();
        match result {
            Ok(()) => {
                println!("== {} passed in {}", step.name(), seconds(time));
                times.push((step, "passed", time));
            }
            Err(failure) => {
                println!(
                    "== {} FAILED after {}: {failure}",
                    step.name(),
                    seconds(time)
                );
                times.push((step, "FAILED", time));
                failed = Some(index);
                break;
            }
        }
    }
    println!();
    for (step, outcome, time) in &times {
        println!("{:<9} {outcome} {:>9}", step.name(), seconds(*time));
    }
    for step in &steps[times.len()..] {
        println!("{:<9} not run", step.name());
    }
    (failed.unwrap_or(n_steps), usize::from(failed.is_some()))
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_stops_the_run_and_is_counted() {
        let mut performed = Vec::new();
        let counts = run_all(&steps::ALL, |step| {
            performed.push(step);
            if step == Step::Clippy {
                return Err(Failure::Broken("a lint".to_owned()));
            }
            Ok(())
        });
        assert_eq!(counts, (2, 1));
        assert_eq!(performed, [Step::Fmt, Step::UiBuild, Step::Clippy]);
    }

    #[test]
    fn all_that_hold_are_counted() {
        assert_eq!(run_all(&steps::ALL, |_| Ok(())), (steps::ALL.len(), 0));
        assert_eq!(run_all(&[Step::Docs], |_| Ok(())), (1, 0));
    }
}
