//! `temporal-codec decode` and `encode`: a document in, the same document out.

use std::process::ExitCode;

use app::{AppError, Code, Direction, TransformFailure, TransformNote};

use logging::say;

use crate::args::Document;
use crate::input::{self, Reading};
use crate::output;

/// Some Payloads stayed as they were.
const PARTLY: u8 = 2;

/// Reads, transforms, prints.
pub(crate) fn run(args: &Document, direction: Direction) -> Result<ExitCode, AppError> {
    let runtime = input::runtime()?;
    let handle = runtime.handle().clone();
    let app = input::open_app(args.keys.as_deref(), Reading::First, handle, |settings| {
        if let Some(limit) = args.work_mib {
            settings.server.max_work_mib = limit;
        }
    })?;
    let document = input::read(&args.file, app::MAX_DOCUMENT_BYTES as u64, Reading::First)?;
    let transformed =
        app.inspector()
            .transform_for(&document, direction, args.namespace.as_deref())?;

    let text = transformed.text;
    let end = if text.ends_with('\n') { "" } else { "\n" };
    output::print(&[&text, end])?;
    // What to do is said once for all that it helps.
    let mut hints: Vec<String> = Vec::new();
    for TransformFailure { pointer, error } in &transformed.failures {
        say(&format!("{}: {}", place(pointer), error.message));
        let hint = match &args.keys {
            Some(file) if error.code == Code::KeyNotFound => {
                format!("Add the key with this id to {}.", input::named(file))
            }
            Some(file) if error.code == Code::KeyWithheld => {
                format!("Change the key’s entry in {}.", input::named(file))
            }
            _ => error.hint.clone(),
        };
        if !hints.contains(&hint) {
            hints.push(hint);
        }
    }
    hints.iter().for_each(|hint| say(hint));
    for TransformNote { pointer, text } in &transformed.notes {
        say(&format!("{}: {text}", place(pointer)));
    }
    Ok(if transformed.failures.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(PARTLY)
    })
}

/// Where a Payload is in its document.
fn place(pointer: &str) -> &str {
    match pointer {
        "" => "(document)",
        pointer => pointer,
    }
}
