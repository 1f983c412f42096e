//! How long the core keeps somebody waiting with a history, up to the longest that Temporal has: until its first rows can be drawn,
//! until all of it is decoded, for a search; and how much memory that takes. Each is measured in a process of its own.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use serde_json::{Value, json};
use support::app::TestApp;
use support::long_history::{LONG, LONGEST, long_history};

/// The argument by which this program measures one history.
pub(crate) const ONE: &str = "one-history";

/// Processes for each.
const ROUNDS: usize = 5;

/// A figure, and what it is to be.
struct Wanted {
    name: &'static str,
    unit: &'static str,
    target: Option<f64>,
}

const WANTED: [Wanted; 8] = [
    wanted("file", "MB", None),
    wanted("until its first rows can be drawn", "ms", Some(150.0)),
    wanted("until all of it is decoded", "ms", Some(1000.0)),
    wanted("the next rows", "ms", Some(50.0)),
    wanted("the first search", "ms", None),
    wanted("a search after it", "ms", Some(50.0)),
    wanted("a filter by what was not decoded", "ms", Some(50.0)),
    wanted("peak memory / file", "", Some(3.0)),
];

const fn wanted(name: &'static str, unit: &'static str, target: Option<f64>) -> Wanted {
    Wanted { name, unit, target }
}

/// Prints a table for each history.
///
/// # Panics
/// Where a process does not measure.
pub(crate) fn report() {
    let folder = tempfile::tempdir().expect("a folder");
    for (n_events, bytes) in [LONG, LONGEST] {
        let file = folder.path().join(format!("{n_events}.json"));
        app::write_atomically(&file, long_history(n_events, bytes).as_bytes()).expect("a new file");
        let mut rounds: Vec<Vec<f64>> = Vec::new();
        for _ in 0..ROUNDS {
            let program = std::env::current_exe().expect("this program");
            let mut one = Command::new(program);
            let output = one.arg(ONE).arg(&file).output().expect("it runs");
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            rounds.push(
                serde_json::from_str(&text).unwrap_or_else(|_| {
                    panic!("{text}{}", String::from_utf8_lossy(&output.stderr))
                }),
            );
        }
        println!(
            "\n{:44} {:>12} {:>12}",
            format!("{n_events} events"),
            "median",
            "target"
        );
        for (at, wanted) in WANTED.iter().enumerate() {
            let mut all: Vec<f64> = rounds
                .iter()
                .filter_map(|round| round.get(at).copied())
                .collect();
            all.sort_by(f64::total_cmp);
            let median = all[all.len() / 2];
            let target = match wanted.target {
                None => String::new(),
                Some(target) if median < target => format!("< {target} met"),
                Some(target) => format!("< {target} MISSED"),
            };
            println!(
                "{:44} {median:>9.1} {:2} {target:>12}",
                wanted.name, wanted.unit
            );
        }
    }
}

/// Measures the history in this file, and prints the figures of [`WANTED`] in their order, as JSON.
///
/// # Panics
/// Where something of it is not as it was written.
pub(crate) fn one(file: &str) {
    let size = std::fs::metadata(file).expect("it is there").len() as f64;
    let app = TestApp::new().with_sample_key();
    let idle = memory("VmRSS:");
    let begun = Instant::now();
    let since = |begun: Instant| begun.elapsed().as_secs_f64() * 1e3;
    let ticket = app.ticket("inspect", Path::new(file));
    let opened = app.ok(
        "inspect_file",
        json!({ "file": ticket, "namespace": null, "ahead": true, "ticket": 1 }),
    );
    let document = opened["document"].clone();
    let filter = |show: &str| json!({ "show": show, "kinds": [], "workflow_tasks": false });
    let overview = || app.ok("history_overview", json!({ "document": document }));
    let rows = |show: &str, offset: u64| {
        let request = json!({ "document": document, "filter": filter(show), "offset": offset, "limit": 200, "find": null });
        app.ok("history_rows", request)["rows"]
            .as_array()
            .map_or(0, Vec::len)
    };
    overview();
    assert_eq!(rows("all", 0), 200);
    let first = since(begun);
    // As the window asks for the rest.
    let decoded = app.ok(
        "refresh_document",
        json!({ "document": document, "ticket": 2 }),
    );
    let overview = overview();
    assert_eq!(rows("all", 0), 200);
    let all = since(begun);
    assert_eq!(decoded["n_decoded"], decoded["n_payloads"]);
    let timed = |work: &dyn Fn()| {
        let begun = Instant::now();
        work();
        since(begun)
    };
    let n_groups = overview["n_events"].as_u64().expect("a number") / 3;
    let next = timed(&|| assert_eq!(rows("all", n_groups / 2), 200));
    let search = |text: &str| {
        let request = json!({ "document": document, "filter": filter("all"), "text": text });
        app.ok("search_history", request)["n"]
            .as_u64()
            .expect("a number")
    };
    let first_search = timed(&|| assert!(search("order-7 ") > 0));
    let second = timed(&|| assert!(search("ordinary-77") > 0));
    let not_decoded = timed(&|| assert_eq!(rows("not_decoded", 0), 0));
    let peak = (memory("VmHWM:") - idle) / size;
    let figures = [
        size / 1e6,
        first,
        all,
        next,
        first_search,
        second,
        not_decoded,
        peak,
    ];
    println!("{}", Value::from(figures.to_vec()));
}

/// A figure of this process, in bytes (source: proc(5), status).
fn memory(name: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kilobytes.unwrap_or(f64::NAN) * 1024.0
}
