//! The report that people paste into an issue: findings and the last self-test as plain text. It is made of what the window shows,
//! which has no secret and no content; texts of clients are escaped here once more, line by line.

use temporal_payload::shown;

use super::view::{DoctorFinding, FindingState, SelfTestStep};

/// Characters of a line; an error with a path in it may be long.
const MAX_LINE: usize = 2000;

/// A line for each finding, with what to do indented below it.
pub(crate) fn lines(findings: &[DoctorFinding]) -> Vec<String> {
    let mut lines = Vec::new();
    for finding in findings {
        let when = finding.when.as_deref();
        let when = when.map_or_else(String::new, |when| format!(" ({when})"));
        lines.push(format!(
            "{} {}: {}{when}",
            mark(finding.state),
            finding.title,
            finding.why
        ));
        if !finding.fix.is_empty() {
            lines.push(format!("    {}", finding.fix));
        }
    }
    lines.iter().map(|line| shown(line, MAX_LINE)).collect()
}

/// A line for each step of a self-test.
pub(crate) fn test_lines(steps: &[SelfTestStep]) -> Vec<String> {
    let line = |step: &SelfTestStep| {
        let took = step.took_us.map_or_else(
            || " (not taken)".to_owned(),
            |took| format!(" ({}.{} ms)", took / 1000, took % 1000 / 100),
        );
        let line = format!("{} {}{took}: {}", mark(step.state), step.name, step.why);
        shown(&line, MAX_LINE)
    };
    steps.iter().map(line).collect()
}

/// As in a list of tasks, so that a reader needs no color.
fn mark(state: FindingState) -> &'static str {
    match state {
        FindingState::Good => "[ok]",
        FindingState::Unknown => "[?]",
        FindingState::Warning => "[!]",
        FindingState::Bad => "[x]",
    }
}
