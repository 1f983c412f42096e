//! The command line of `cargo xtask`, parsed once at the edge.

use crate::failure::Failure;
use crate::fuzz::Wanted;
use crate::steps::{self, Step};

/// One parsed command line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Task {
    Help,
    Run { release: bool, rest: Vec<String> },
    Test(Chosen),
    Bench(Bench),
    Soak { rest: Vec<String> },
    Fuzz(Wanted),
}

/// What is measured.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Bench {
    /// Decoding, whole servers, histories, then the window.
    All,
    Decode,
    /// The program itself knows its options.
    Server {
        rest: Vec<String>,
    },
    History,
    Window,
}

/// Which steps of the test run are wanted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Chosen {
    List,
    Steps(Vec<Step>),
}

/// Parses the arguments after `cargo xtask`.
pub(crate) fn parse(arguments: &[String]) -> Result<Task, Failure> {
    let Some((task, rest)) = arguments.split_first() else {
        return Ok(Task::Help);
    };
    match task.as_str() {
        "help" | "--help" | "-h" => Ok(Task::Help),
        "run" => parse_run(rest),
        "test" => parse_test(rest).map(Task::Test),
        "release-test" if rest.is_empty() => Ok(Task::Test(Chosen::Steps(steps::RELEASE.to_vec()))),
        "e2e" if rest.is_empty() => Ok(Task::Test(Chosen::Steps(steps::END_TO_END.to_vec()))),
        "soak" => parse_soak(rest),
        "bench" => parse_bench(rest).map(Task::Bench),
        "fuzz" => parse_fuzz(rest).map(Task::Fuzz),
        "release-test" | "e2e" => Err(Failure::Usage(format!("`{task}` takes no arguments"))),
        unknown => Err(Failure::Usage(format!("unknown task `{unknown}`"))),
    }
}

fn parse_run(arguments: &[String]) -> Result<Task, Failure> {
    let own = arguments.iter().take_while(|it| *it != "--");
    let mut release = false;
    for argument in own.clone() {
        match argument.as_str() {
            "--release" => release = true,
            other => {
                let text = format!(
                    "`run` has no option `{other}`; arguments for the program go after `--`"
                );
                return Err(Failure::Usage(text));
            }
        }
    }
    let rest = arguments.iter().skip(own.count() + 1).cloned().collect();
    Ok(Task::Run { release, rest })
}

fn parse_bench(arguments: &[String]) -> Result<Bench, Failure> {
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => Ok(Bench::All),
        ["decode"] => Ok(Bench::Decode),
        ["history"] => Ok(Bench::History),
        ["window"] => Ok(Bench::Window),
        ["server", ..] => Ok(Bench::Server {
            rest: arguments[1..].to_vec(),
        }),
        _ => Err(Failure::Usage(
            "`bench` takes nothing, or one of `decode`, `server`, `history` and `window`"
                .to_owned(),
        )),
    }
}

/// The program itself knows which numbers it takes.
fn parse_soak(arguments: &[String]) -> Result<Task, Failure> {
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] | ["--https"] | ["--minutes", _] | ["--https", "--minutes", _] => Ok(Task::Soak {
            rest: arguments.to_vec(),
        }),
        _ => Err(Failure::Usage(
            "`soak` takes nothing but `--https` and `--minutes N`, in that order".to_owned(),
        )),
    }
}

fn parse_test(arguments: &[String]) -> Result<Chosen, Failure> {
    let mut from = None;
    let mut only = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--list" => return Ok(Chosen::List),
            "--from" => from = Some(step(argument, rest.next())?),
            "--only" => only.push(step(argument, rest.next())?),
            other => return Err(Failure::Usage(format!("`test` has no option `{other}`"))),
        }
    }
    let steps = match (from, only.is_empty()) {
        (None, true) => steps::ALL.to_vec(),
        (Some(first), true) if steps::RELEASE.contains(&first) => {
            return Err(Failure::Usage(format!(
                "`{}` is no step of every run; `--only` takes it",
                first.name()
            )));
        }
        (Some(first), true) => steps::ALL.into_iter().filter(|it| *it >= first).collect(),
        (None, false) => only,
        (Some(_), false) => {
            return Err(Failure::Usage(
                "`--from` and `--only` cannot be used together".to_owned(),
            ));
        }
    };
    Ok(Chosen::Steps(steps))
}

fn parse_fuzz(arguments: &[String]) -> Result<Wanted, Failure> {
    let mut wanted = Wanted {
        seconds: 60,
        targets: Vec::new(),
    };
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--seconds" => {
                wanted.seconds = rest
                    .next()
                    .and_then(|seconds| seconds.parse().ok())
                    .ok_or_else(|| Failure::Usage("`--seconds` needs a number".to_owned()))?;
            }
            option if option.starts_with('-') => {
                return Err(Failure::Usage(format!("`fuzz` has no option `{option}`")));
            }
            target => wanted.targets.push(target.to_owned()),
        }
    }
    Ok(wanted)
}

fn step(option: &str, name: Option<&String>) -> Result<Step, Failure> {
    let Some(name) = name else {
        return Err(Failure::Usage(format!(
            "`{option}` needs the name of a step"
        )));
    };
    Step::named(name).ok_or_else(|| {
        let all = steps::ALL.into_iter().chain(steps::RELEASE);
        let names = all.map(Step::name).collect::<Vec<_>>().join(", ");
        Failure::Usage(format!("unknown step `{name}`; the steps are {names}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Task, Failure> {
        parse(
            &line
                .split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>(),
        )
    }

    #[track_caller]
    fn check(line: &str, expect: &Task) {
        assert_eq!(&parsed(line).expect("a good command line"), expect);
    }

    #[track_caller]
    fn check_steps(line: &str, expect: &[Step]) {
        check(line, &Task::Test(Chosen::Steps(expect.to_vec())));
    }

    #[test]
    fn run_hands_on_only_what_follows_the_dashes() {
        let run = |release, rest: &[&str]| Task::Run {
            release,
            rest: rest.iter().map(|it| (*it).to_owned()).collect(),
        };
        check("run", &run(false, &[]));
        check("run --release", &run(true, &[]));
        check("run -- --release", &run(false, &["--release"]));
        check(
            "run --release -- --port 0 -- x",
            &run(true, &["--port", "0", "--", "x"]),
        );
        assert!(parsed("run --port 0").is_err());
    }

    #[test]
    fn fuzz_takes_a_time_and_targets() {
        let fuzz = |seconds, targets: &[&str]| {
            Task::Fuzz(Wanted {
                seconds,
                targets: targets.iter().map(|it| (*it).to_owned()).collect(),
            })
        };
        check("fuzz", &fuzz(60, &[]));
        check(
            "fuzz --seconds 5 decode link",
            &fuzz(5, &["decode", "link"]),
        );
        assert!(parsed("fuzz --seconds soon").is_err());
        assert!(parsed("fuzz --release").is_err());
    }

    #[test]
    fn test_chooses_steps_in_order() {
        check_steps("test", &steps::ALL);
        check_steps("test --only docs --only fmt", &[Step::Docs, Step::Fmt]);
        check_steps("test --from docs", &[Step::Docs, Step::Tree]);
        check_steps("e2e", &steps::END_TO_END);
        check_steps("release-test", &steps::RELEASE);
        check_steps("test --only soak", &[Step::Soak]);
        check("test --list", &Task::Test(Chosen::List));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for line in [
            "deploy",
            "test --only",
            "test --only nothing",
            "test --from fmt --only docs",
            "test fmt",
            "release-test soak",
            "test --from soak",
            "e2e bridge",
            "soak 5",
            "soak --minutes",
            "soak --minutes 1 --https",
        ] {
            assert!(matches!(parsed(line), Err(Failure::Usage(_))), "{line}");
        }
    }

    #[test]
    fn soak_hands_on_how_long() {
        let rest = ["--minutes".to_owned(), "1".to_owned()].to_vec();
        check("soak --minutes 1", &Task::Soak { rest });
        check("soak", &Task::Soak { rest: Vec::new() });
        let rest = ["--https", "--minutes", "1"].map(str::to_owned).to_vec();
        check("soak --https --minutes 1", &Task::Soak { rest });
    }

    #[test]
    fn nothing_and_help_explain() {
        check("", &Task::Help);
        check("--help", &Task::Help);
    }
}
