//! What an expression may call: jq's functions, without those that read or write anything but their input.

use jaq_core::data::JustLut;
use jaq_core::load::parse;
use jaq_core::load::parse::Def;
use jaq_core::native::Fun;
use jaq_json::Val;

/// What a program is made over.
pub(crate) type Data = JustLut<Val>;

/// Natives that read the environment, the clock or the time zone, write to standard error, or end the program; and what is defined by
/// them.
const LEFT_OUT: [&str; 11] = [
    "debug",
    "debug_empty",
    "env",
    "halt",
    "halt_error",
    "localtime",
    "now",
    "stderr",
    "stderr_empty",
    "strflocaltime",
    "input_line_number",
];

/// Functions of jq that there are not here, and of which that is meant to be so.
pub(crate) fn is_left_out(name: &str) -> bool {
    let others = [
        "$ENV",
        "$__loc__",
        "$__prog_args",
        "input",
        "inputs",
        "input_filename",
    ];
    LEFT_OUT.contains(&name) || others.contains(&name)
}

/// Functions of jq that its libraries in Rust leave to programs.
const OWN: &str = r#"
def table_cell(text):
    if . == null then ""
  elif isstring then text
  elif . < [] then tostring
  else error("only texts, numbers, booleans and null can be in a table") end;
def @csv: [.[] | table_cell("\"" + gsub("\""; "\"\"") + "\"")] | join(",");
def @tsv: [.[] | table_cell(gsub("\\\\"; "\\\\") | gsub("\t"; "\\t") | gsub("\n"; "\\n") | gsub("\r"; "\\r"))] | join("\t");
"#;

/// Those that are defined in jq.
pub(crate) fn definitions() -> impl Iterator<Item = Def<&'static str>> {
    jaq_core::defs()
        .chain(jaq_std::defs())
        .chain(jaq_json::defs())
        .filter(|def| !LEFT_OUT.contains(&def.name))
        .chain(parse(OWN, |parser| parser.defs()).unwrap_or_default())
}

/// Those that are not.
pub(crate) fn natives() -> impl Iterator<Item = Fun<Data>> {
    jaq_core::funs()
        .chain(jaq_std::funs())
        .chain(jaq_json::funs())
        .filter(|(name, ..)| !LEFT_OUT.contains(name))
}
