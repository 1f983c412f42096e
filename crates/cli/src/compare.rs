//! `temporal-codec compare`: from which event on two executions differ, and what differs.

use std::path::Path;
use std::process::ExitCode;

use app::view::{
    CompareEventsRequest, CompareExecutionsRequest, ComparePayloadsRequest, ComparedEvent,
    ComparedEvents, ComparedKind, DifferenceSide, DifferencesView, InspectionView,
};
use app::{AppError, Code, Inspector};

use crate::args::Compare;
use crate::input::{self, Reading};
use crate::output::{self, Printed};

/// As `diff` has it.
const DIFFERENT: u8 = 1;
/// As `diff` has it for trouble: it is not known whether they differ.
const NOT_KNOWN: u8 = 2;

/// Compares, and prints. A failure is no difference: it has another exit status.
pub(crate) fn run(args: &Compare) -> Result<ExitCode, AppError> {
    compare(args).or_else(|error| {
        output::tell(&error);
        Ok(ExitCode::from(NOT_KNOWN))
    })
}

fn compare(args: &Compare) -> Result<ExitCode, AppError> {
    let runtime = input::runtime()?;
    let handle = runtime.handle().clone();
    let app = input::open_app(
        args.by.keys.as_deref(),
        Reading::First,
        handle,
        |settings| {
            if let Some(limit) = args.by.work_mib {
                settings.server.max_work_mib = limit;
            }
        },
    )?;
    let inspector = app.inspector();
    let open = |path: &Path| {
        let bytes = input::read(path, app::MAX_DOCUMENT_BYTES as u64, Reading::First)?;
        inspector.open_bytes(bytes, args.by.namespace.clone())
    };
    let (left, right) = (open(&args.left)?, open(&args.right)?);
    let mut printed = Printed::default();
    let code = match (
        left.is_history && right.is_history,
        left.n_payloads,
        right.n_payloads,
    ) {
        (true, ..) => executions(inspector, &left, &right, args.everything, &mut printed)?,
        (false, 1, 1) => payloads(inspector, &left, &right, &mut printed)?,
        _ => {
            let message = "these cannot be compared as a whole";
            let hint = "Give two Event Histories, or two documents with one Payload each.";
            return Err(AppError::new(Code::BadRequest, message).hint(hint));
        }
    };
    printed.end_line()?;
    Ok(code)
}

fn executions(
    inspector: &Inspector,
    left: &InspectionView,
    right: &InspectionView,
    everything: bool,
    printed: &mut Printed,
) -> Result<ExitCode, AppError> {
    let view = inspector.compare_executions(CompareExecutionsRequest {
        left: left.document,
        right: right.document,
        everything,
        ticket: None,
    })?;
    printed.add(&view.said);
    for row in &view.rows {
        printed.add("\n");
        printed.add(&line(row));
        let is_pair = matches!(row.kind, ComparedKind::Changed | ComparedKind::Unknown);
        if let (true, Some(one), Some(other)) = (is_pair, &row.left, &row.right) {
            let found = inspector.compare_events(CompareEventsRequest {
                left: left.document,
                left_event: one.event,
                right: right.document,
                right_event: other.event,
                everything,
            })?;
            differences(&found, printed);
        }
    }
    let n_told = view.rows.len();
    if n_told < view.n_rows as usize {
        printed.add(&format!("\n… {} more", view.n_rows as usize - n_told));
    }
    Ok(match view.n_rows {
        0 => ExitCode::SUCCESS,
        n if n == view.n_unknown => ExitCode::from(NOT_KNOWN),
        _ => ExitCode::from(DIFFERENT),
    })
}

fn payloads(
    inspector: &Inspector,
    left: &InspectionView,
    right: &InspectionView,
    printed: &mut Printed,
) -> Result<ExitCode, AppError> {
    let found = inspector.compare_payloads(ComparePayloadsRequest {
        left: left.document,
        left_index: 0,
        right: right.document,
        right_index: 0,
    })?;
    printed.add(&found.said);
    for problem in [&found.left_problem, &found.right_problem]
        .into_iter()
        .flatten()
    {
        printed.add(&format!("\n{}", &**problem));
    }
    differences(&found, printed);
    for about in &found.about {
        let left = about.left.as_deref().unwrap_or("–");
        let right = about.right.as_deref().unwrap_or("–");
        printed.add(&format!("\n≠ {}: {left} → {right}", &*about.what));
    }
    Ok(match found.n {
        0 => ExitCode::SUCCESS,
        n if n == found.n_unknown => ExitCode::from(NOT_KNOWN),
        _ => ExitCode::from(DIFFERENT),
    })
}

/// `≠ 34 ActivityTaskScheduled blob`
fn line(row: &ComparedEvents) -> String {
    let event = |event: &ComparedEvent| {
        let told = [&*event.id, &*event.event_type, &*event.name];
        let told = told.into_iter().filter(|part| !part.is_empty());
        told.collect::<Vec<_>>().join(" ")
    };
    let sign = sign(row.kind);
    match (&row.left, &row.right, row.kind) {
        (Some(left), Some(right), ComparedKind::Other) => {
            format!("{sign} {} ⇄ {}", event(left), event(right))
        }
        (Some(one), ..) | (None, Some(one), _) => format!("{sign} {}", event(one)),
        (None, None, _) => sign.to_owned(),
    }
}

fn sign(kind: ComparedKind) -> &'static str {
    match kind {
        ComparedKind::Changed | ComparedKind::Other => "≠",
        ComparedKind::Unknown => "?",
        ComparedKind::OnlyLeft => "−",
        ComparedKind::OnlyRight => "+",
    }
}

fn differences(found: &DifferencesView, printed: &mut Printed) {
    for difference in &found.differences {
        let side = |side: &Option<DifferenceSide>| match side {
            None => "–".to_owned(),
            Some(side) if side.not_decoded => "not decoded".to_owned(),
            Some(side) => side.text.to_string(),
        };
        printed.add(&format!(
            "\n  {} {}: {} → {}",
            sign(difference.kind),
            &*difference.path,
            side(&difference.left),
            side(&difference.right)
        ));
    }
    let n_told = found.differences.len();
    if n_told < found.n as usize {
        printed.add(&format!("\n  … {} more", found.n as usize - n_told));
    }
}
