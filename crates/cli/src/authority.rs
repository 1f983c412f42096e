//! `temporal-codec authority`: whom to trust for `serve --https`, and who does.

use std::fmt::Write as _;
use std::process::ExitCode;

use app::view::{TrustState, TrustView};
use app::{AppError, AuthorityTrust};

use crate::args::AuthorityCommand;
use crate::output;

/// Prints the certificate of this machine's own authority; or says who trusts it, and changes that.
pub(crate) fn run(command: Option<AuthorityCommand>) -> Result<ExitCode, AppError> {
    let trust = AuthorityTrust::of_this_user();
    let view = match command {
        None => {
            output::print(&[&app::local_authority_certificate()?])?;
            return Ok(ExitCode::SUCCESS);
        }
        Some(AuthorityCommand::Status) => trust.list_trust(()),
        Some(AuthorityCommand::Trust) => trust.trust_in(None),
        Some(AuthorityCommand::Untrust) => trust.untrust_in(None),
    };
    output::print(&[&lines(&view?)])?;
    Ok(ExitCode::SUCCESS)
}

fn lines(view: &TrustView) -> String {
    let mut lines = format!("{}\n", view.authority);
    // Writing to memory does not fail.
    for store in &view.stores {
        let state = match store.state {
            TrustState::Trusted => "trusted",
            TrustState::NotTrusted => "not trusted",
            TrustState::Older => "trusted: one of before",
            TrustState::Unknown => "unknown",
        };
        let _ = writeln!(lines, "  {state}: {} ({})", store.name, store.folder);
        if let Some(problem) = &store.problem {
            let _ = writeln!(lines, "    {problem}");
        }
    }
    if let Some(problem) = &view.problem {
        let _ = writeln!(lines, "  {} {}", problem.message, problem.hint);
    }
    for step in &view.by_hand {
        let command = step.copy.as_deref().unwrap_or_default();
        let _ = writeln!(lines, "  By hand: {}\n    {command}", step.text);
    }
    lines
}
