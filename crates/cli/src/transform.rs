//! `temporal-codec decode` and `encode`: a document in, the same document out, as it is made.

use std::path::PathBuf;
use std::process::ExitCode;

use app::{
    AppError, Chosen, Code, Direction, Export, GivenContext, Inspector, TransformFailure,
    TransformNote, Transformed, view::MessageRule,
};

use logging::say;

use crate::args::{Decode, Document, Encode, Form};
use crate::input::{self, Reading};
use crate::output;

/// Some Payloads stayed as they were.
const PARTLY: u8 = 2;

/// Documents that are listed by name.
const LISTED: usize = 20;

/// Decodes, and prints in the form that is asked for.
pub(crate) fn decode(args: &Decode) -> Result<ExitCode, AppError> {
    let export = match args.form {
        Form::Redacted if args.rules.is_empty() => Export::Redacted {
            rules: vec!["everything".to_owned()],
        },
        Form::Redacted => Export::Redacted {
            rules: args.rules.clone(),
        },
        Form::Decoded | Form::Readable if !args.rules.is_empty() => {
            return Err(AppError::new(
                Code::InvalidSetting,
                "rules say what is redacted, and nothing is",
            )
            .hint("Add --as redacted, or leave --rule out."));
        }
        Form::Decoded if !args.protos.is_empty() || !args.message_types.is_empty() => {
            return Err(AppError::new(
                Code::InvalidSetting,
                "messages stay bytes in a decoded document, so that no type is needed for them",
            )
            .hint("Add --as readable or --as redacted, or leave --proto and --message-type out."));
        }
        Form::Decoded => Export::Decoded,
        Form::Readable => Export::Readable,
    };
    let types = Types {
        protos: &args.protos,
        rules: message_rules(&args.message_types)?,
    };
    run(
        &args.document,
        &types,
        |inspector, chosen, namespace, given, out| {
            inspector.export(&chosen.document, &export, namespace, given, out)
        },
    )
}

/// Encodes, and prints.
pub(crate) fn encode(args: &Encode) -> Result<ExitCode, AppError> {
    let export = args.key.clone().map(|key| Export::Encoded { key });
    let types = Types::default();
    run(
        &args.document,
        &types,
        |inspector, chosen, namespace, given, out| {
            let document = &chosen.document;
            match &export {
                Some(export) => inspector.export(document, export, namespace, given, out),
                None => inspector.transform_to(document, Direction::Encode, namespace, given, out),
            }
        },
    )
}

/// What messages are read by, beside what the app has.
#[derive(Default)]
struct Types<'a> {
    protos: &'a [PathBuf],
    rules: Vec<MessageRule>,
}

/// The rules of a command line.
///
/// # Errors
/// Which of them is none.
fn message_rules(texts: &[String]) -> Result<Vec<MessageRule>, AppError> {
    let mut rules = Vec::new();
    for text in texts {
        rules.extend(app::message_rules(text)?);
    }
    Ok(rules)
}

/// Reads, transforms, prints.
fn run(
    args: &Document,
    types: &Types<'_>,
    transform: impl FnOnce(
        &Inspector,
        &Chosen,
        Option<&str>,
        &GivenContext,
        &mut dyn FnMut(&str),
    ) -> Result<Transformed, AppError>,
) -> Result<ExitCode, AppError> {
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
            let paths = types.protos.iter().map(|path| path.display().to_string());
            settings.protobuf.paths.splice(0..0, paths);
            let rules = types.rules.iter().cloned();
            settings.protobuf.rules.splice(0..0, rules);
        },
    )?;
    check_protos(app.inspector(), types.protos)?;
    check_types(app.inspector(), &types.rules)?;
    let document = input::read(&args.file, app::MAX_DOCUMENT_BYTES as u64, Reading::First)?;
    let chosen = app::choose_document(document, args.document)?;
    let namespace = args.by.namespace.as_deref();
    // What is decoded goes out at once: nobody holds all of it.
    let mut printed = output::Printed::default();
    let mut out = |part: &str| printed.add(part);
    let given = GivenContext {
        // The profile's chain knows it.
        namespace: None,
        workflow_id: args.workflow_id.clone(),
        workflow_type: args.workflow_type.clone(),
        activity_type: args.activity_type.clone(),
    };
    let transformed = transform(app.inspector(), &chosen, namespace, &given, &mut out)?;
    printed.end_line()?;
    say_what_it_is(&chosen);
    app::disagreements(&chosen.document, &given)
        .iter()
        .for_each(|words| say(words));
    // What to do is said once for all that it helps.
    let mut hints: Vec<String> = Vec::new();
    for TransformFailure { pointer, error } in &transformed.failures {
        say(&format!("{}: {}", place(pointer), error.message));
        let hint = match &args.by.keys {
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
    for TransformNote { pointer, text, .. } in &transformed.notes {
        say(&format!("{}: {text}", place(pointer)));
    }
    for (text, n) in &transformed.chosen {
        let payloads = if *n == 1 { "Payload" } else { "Payloads" };
        say(&format!("{n} {payloads} read as {text}."));
    }
    let all_read = transformed.notes.iter().all(|note| !note.unread);
    let mut is_whole = transformed.failures.is_empty() && all_read;
    if let Some(redaction) = &transformed.redaction {
        for left_out in &redaction.left_out {
            let (place, why) = (place(&left_out.pointer), &left_out.why);
            say(&format!("{place}: left out: {why}"));
        }
        say(&format!(
            "Redacted: {} marks, {} values left out. Not redacted: {}.",
            redaction.n_values,
            redaction.n_left_out,
            app::NOT_REDACTED.join("; ")
        ));
        is_whole &= redaction.n_left_out == 0;
    }
    Ok(if is_whole {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(PARTLY)
    })
}

/// Says what could not be read of the types that were asked for.
///
/// # Errors
/// Where a place has none: whoever named it waits for them.
fn check_protos(inspector: &Inspector, protos: &[PathBuf]) -> Result<(), AppError> {
    if protos.is_empty() {
        return Ok(());
    }
    let places = inspector.protobuf_places();
    for (path, place) in protos.iter().zip(places) {
        let name = input::named(path);
        if place.n_types == 0 {
            let why = place.problems.first().map(String::as_str);
            let why = why.unwrap_or("there is no message type in it");
            return Err(AppError::new(
                Code::File,
                format!("no protobuf type could be read from {name}: {why}"),
            )
            .hint("Pass a .proto file, the folder that its imports begin at, or a descriptor set written with --include_imports."));
        }
        for problem in &place.problems {
            say(&format!("{name}: {problem}"));
        }
    }
    Ok(())
}

/// # Errors
/// Where a rule names a type that there is not: whoever wrote it waits for it.
fn check_types(inspector: &Inspector, rules: &[MessageRule]) -> Result<(), AppError> {
    let is_unknown = |rule: &&MessageRule| !inspector.knows_message_type(&rule.message_type);
    let Some(rule) = rules.iter().find(is_unknown) else {
        return Ok(());
    };
    Err(AppError::new(
        Code::InvalidSetting,
        format!(
            "there is no protobuf type \"{}\"",
            app::shown_name(&rule.message_type)
        ),
    )
    .hint("Pass the file or folder that has it with --proto; its name is the full one, such as shop.v1.Charge."))
}

/// What the file was recognized as, where that is not plain to see, and what there is to choose from.
fn say_what_it_is(chosen: &Chosen) {
    if let Some(recognized) = &chosen.recognized {
        say(&format!("Recognized: {recognized}."));
    }
    let n = chosen.names.len();
    if n == 0 {
        return;
    }
    say(&format!(
        "{n} documents, printed one after the other; --document N chooses one:"
    ));
    for (at, name) in chosen.names.iter().take(LISTED).enumerate() {
        say(&format!("  {}: {name}", at + 1));
    }
    if n > LISTED {
        say(&format!("  … and {} more", n - LISTED));
    }
}

/// Where a Payload is in its document.
fn place(pointer: &str) -> &str {
    match pointer {
        "" => "(document)",
        pointer => pointer,
    }
}
