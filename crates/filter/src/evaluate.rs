//! Evaluates an expression. It takes as long as the expression wants, in memory and stack as well: see `worker.rs` for who limits it.

use std::fmt::{self, Write as _};
use std::io;

use jaq_core::load::{Arena, Error as LoadError, File, Loader, import};
use jaq_core::{Compiler, Ctx, Vars, unwrap_valr};
use jaq_json::{Val, read, write};

use crate::functions::{Data, definitions, is_left_out, natives};
use crate::message::{Input, Said};

/// Results that are shown; the others are counted.
pub const MAX_VALUES: u32 = 1000;
/// Bytes of results that are shown.
pub const MAX_TEXT: usize = 2 << 20;
/// Results that are counted; nobody asks how many more there are.
pub const MAX_COUNTED: u32 = 100_000;
/// Bytes of what is said of a failure: it quotes the value that it is about.
const MAX_MESSAGE: usize = 400;

/// A program, compiled.
type Program = jaq_core::Filter<Data>;

/// Evaluates it, and hands out what becomes of it, one after the other, until `say` fails.
pub(crate) fn evaluate(
    expression: &str,
    input: Input,
    text: &[u8],
    say: &mut dyn FnMut(Said) -> io::Result<()>,
) -> io::Result<()> {
    let program = match compile(expression) {
        Ok(program) => program,
        Err(Wrong { at, message }) => return say(Said::Wrong(at, message)),
    };
    let input = match read_input(text, input) {
        Ok(input) => input,
        Err(error) => return say(Said::Failed(format!("the input is no JSON: {error}"))),
    };
    let context = Ctx::<Data>::new(&program.lut, Vars::new([]));
    let mut room = MAX_TEXT;
    let mut n = 0;
    for result in program.id.run((context, input)).map(unwrap_valr) {
        let value = match result {
            Ok(value) => value,
            Err(error) => {
                let mut message = Bounded(String::new());
                // It fails where there is no more room.
                let whole = write!(message, "{error}").is_ok();
                let end = if whole { "" } else { "…" };
                say(Said::Failed(message.0 + end))?;
                break;
            }
        };
        if n >= MAX_COUNTED {
            return say(Said::Done(n, true));
        }
        n += 1;
        if n > MAX_VALUES || room == 0 {
            continue;
        }
        let (text, is_whole) = laid_out(&value, room);
        room -= text.len();
        if is_whole {
            say(Said::Value(text))?;
        } else {
            room = 0;
            say(Said::Cut(text))?;
        }
    }
    say(Said::Done(n, false))
}

/// An expression that is none.
#[derive(Debug, PartialEq, Eq)]
struct Wrong {
    /// The byte that it is wrong at.
    at: usize,
    message: String,
}

fn compile(expression: &str) -> Result<Program, Wrong> {
    let arena = Arena::default();
    let file = File {
        code: expression,
        path: (),
    };
    let wrong = |errors| first(expression, errors, not_loaded);
    let modules = Loader::new(definitions())
        .load(&arena, file)
        .map_err(wrong)?;
    // Data that an expression wants to have read, which would be missing where it is used.
    import(&modules, |_| Err(String::new())).map_err(wrong)?;
    Compiler::default()
        .with_funs(natives())
        .compile(modules)
        .map_err(|errors| {
            first(expression, errors, |undefined| {
                undefined.into_iter().next().map(|(name, kind)| {
                    let message = if is_left_out(name) {
                        format!("there is no {name}: a filter reads nothing but its input")
                    } else {
                        format!("there is no {} {name}", said_of(&kind))
                    };
                    (name, message)
                })
            })
        })
}

/// Why an expression could not be read, and what of it.
fn not_loaded(error: LoadError<&str>) -> Option<(&str, String)> {
    match error {
        LoadError::Lex(all) => {
            let (expected, found) = all.into_iter().next()?;
            Some((found, format!("expected {}", expected.as_str())))
        }
        LoadError::Parse(all) => {
            let (expected, found) = all.into_iter().next()?;
            let message = match expected.as_str() {
                "nothing" => format!("did not expect {}", found_name(found)),
                wanted => format!("expected {wanted}, found {}", found_name(found)),
            };
            Some((found, message))
        }
        LoadError::Io(all) => {
            let (path, _) = all.into_iter().next()?;
            let message = "there are no modules: a filter reads nothing but its input";
            Some((path, message.to_owned()))
        }
    }
}

/// A symbol with the number of its arguments, which jq tells apart.
fn said_of(kind: &jaq_core::compile::Undefined) -> String {
    use jaq_core::compile::Undefined;
    match kind {
        Undefined::Filter(0) => "filter".to_owned(),
        Undefined::Filter(1) => "filter with 1 argument called".to_owned(),
        Undefined::Filter(n) => format!("filter with {n} arguments called"),
        Undefined::Mod | Undefined::Var | Undefined::Label | _ => kind.as_str().to_owned(),
    }
}

fn found_name(found: &str) -> String {
    let start: String = found.chars().take(20).collect();
    if start.is_empty() {
        "the end".to_owned()
    } else {
        start
    }
}

/// The first error, and where in the expression it is; its end, where it is elsewhere.
fn first<'s, E>(
    expression: &'s str,
    errors: Vec<(File<&'s str, ()>, E)>,
    say: impl Fn(E) -> Option<(&'s str, String)>,
) -> Wrong {
    let said = errors.into_iter().find_map(|(_, error)| say(error));
    let (found, message) = said.unwrap_or((
        &expression[expression.len()..],
        "it is no filter".to_owned(),
    ));
    let at = (found.as_ptr() as usize)
        .checked_sub(expression.as_ptr() as usize)
        .filter(|at| *at <= expression.len());
    Wrong {
        at: at.unwrap_or(expression.len()),
        message,
    }
}

fn read_input(text: &[u8], input: Input) -> Result<Val, read::Error> {
    let mut values: Vec<Val> = read::parse_many(text).collect::<Result<_, _>>()?;
    Ok(match (input, values.len()) {
        (Input::Value, 1) => values.remove(0),
        (Input::Value, _) => values.into_iter().collect(),
        (Input::Events, _) => values.into_iter().flat_map(events).collect(),
    })
}

/// The events of a history, however it spells that it is one; a value that has none is an event itself.
fn events(value: Val) -> Vec<Val> {
    let field = |value: &Val, name: &str| {
        let Val::Obj(fields) = value else { return None };
        fields.get(&Val::utf8_str(name.to_owned())).cloned()
    };
    let history = field(&value, "history");
    let inside = history.as_ref().unwrap_or(&value);
    let found = field(inside, "events").unwrap_or(value);
    let Val::Arr(events) = found else {
        return vec![found];
    };
    (*events).clone()
}

/// A result on as many lines as it takes, and whether that is all of it.
fn laid_out(value: &Val, room: usize) -> (Vec<u8>, bool) {
    struct Room(Vec<u8>, usize);
    impl io::Write for Room {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let n = bytes.len().min(self.1 - self.0.len());
            self.0.extend_from_slice(&bytes[..n]);
            Ok(n)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut text = Room(Vec::new(), room);
    let style = write::Pp {
        indent: Some("  ".to_owned()),
        sep_space: true,
        ..write::Pp::default()
    };
    // It fails where no more can be written.
    let is_whole = write::write(&mut text, &style, 0, value).is_ok();
    (text.0, is_whole)
}

/// A text that takes only so much.
struct Bounded(String);

impl fmt::Write for Bounded {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        for c in more.chars() {
            if self.0.len() >= MAX_MESSAGE {
                return Err(fmt::Error);
            }
            self.0.push(c);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
