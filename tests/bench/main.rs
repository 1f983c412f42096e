//! How fast the product is, as ratios within one run. Times of a shared machine say little; ratios of interleaved runs do.
//!
//! Without an argument decoding alone is measured, and "Which key opens this?"; with `history`, what a reader of one waits
//! for; with `server`, whole processes over HTTP.
#![expect(clippy::print_stdout, reason = "a bench prints its table")]

mod decode;
mod floor;
mod history;
mod median;
mod search;
mod server;
mod workload;

fn main() {
    // cargo adds one of its own.
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|it| it != "--bench")
        .collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [] => {
            decode::report();
            search::report();
        }
        ["history"] => history::report(),
        [history::ONE, file] => history::one(file),
        ["server", ref options @ ..] => server::report(options),
        [server::yardsticks::NULL] => server::yardsticks::null(),
        [server::yardsticks::PLAIN] => server::yardsticks::plain(),
        _ => panic!("it takes nothing, `history` or `server`"),
    }
}
