//! How fast the product is, as ratios within one run. Times of a shared machine say little; ratios of interleaved runs do.
//!
//! Without an argument decoding alone is measured, and "Which key opens this?"; with `server`, whole processes over HTTP.
#![expect(clippy::print_stdout, reason = "a bench prints its table")]

mod decode;
mod floor;
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
        ["server", ref options @ ..] => server::report(options),
        [server::yardsticks::NULL] => server::yardsticks::null(),
        [server::yardsticks::PLAIN] => server::yardsticks::plain(),
        _ => panic!("it takes nothing, or `server`"),
    }
}
