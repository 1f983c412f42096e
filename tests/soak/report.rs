//! What a run has shown, as tables, and whether it is good.

use std::time::Duration;

use crate::attacks::Attacks;
use crate::honest::{Honest, Kind, Tally};

/// More than this above the start is memory that does not come back.
const SLACK: u64 = 32 << 20;

/// The process's memory, at three moments.
pub(crate) struct Memory {
    start: Option<u64>,
    peak: Option<u64>,
    end: Option<u64>,
}

impl Memory {
    pub(crate) fn at_start(start: Option<u64>) -> Self {
        Memory {
            start,
            peak: start,
            end: None,
        }
    }

    pub(crate) fn seen(&mut self, now: Option<u64>) {
        self.peak = self.peak.max(now);
        self.end = now;
    }

    pub(crate) fn ends(&mut self, now: Option<u64>) {
        self.end = now;
    }

    /// A sign of life.
    pub(crate) fn line(&self, honest: &Honest) -> String {
        let tallies = honest.tallies();
        let n: usize = tallies.iter().map(|tally| tally.times.len()).sum();
        let n_bad: usize = tallies.iter().map(|it| it.n_lost + it.n_wrong).sum();
        format!(
            "{n} honest requests, {n_bad} lost or wrong; memory {}, peak {}",
            mib(self.end),
            mib(self.peak)
        )
    }

    fn came_back(&self) -> bool {
        match (self.start, self.end) {
            (Some(start), Some(end)) => end <= start + SLACK,
            // Where it cannot be measured, nothing is claimed.
            _ => true,
        }
    }
}

fn mib(bytes: Option<u64>) -> String {
    bytes.map_or_else(
        || "not measured".to_owned(),
        |bytes| format!("{} MiB", bytes >> 20),
    )
}

/// Prints the tables. Returns whether nothing was lost or wrong, and the memory came back.
pub(crate) fn report(honest: &Honest, attacks: &Attacks, memory: &Memory, is_alive: bool) -> bool {
    println!(
        "\n{:20} {:>8} {:>6} {:>6} {:>9} {:>10} {:>10} {:>10}",
        "honest", "right", "lost", "wrong", "repeated", "p50", "p99", "longest"
    );
    let tallies = honest.tallies();
    for (kind, tally) in Kind::ALL.into_iter().zip(&tallies) {
        println!("{}", row(kind, tally));
    }
    println!("\n{:32} {:>8}", "attacks", "n");
    for (name, n) in attacks.counts() {
        println!("{name:32} {n:>8}");
    }
    println!(
        "\nmemory: {} at the start, {} at the peak, {} at the end",
        mib(memory.start),
        mib(memory.peak),
        mib(memory.end)
    );
    for why in tallies.iter().flat_map(|tally| &tally.why) {
        println!("not right: {why}");
    }
    if !is_alive {
        println!("the server has ended");
    }
    let is_served = tallies
        .iter()
        .all(|tally| tally.n_lost == 0 && tally.n_wrong == 0 && !tally.times.is_empty());
    if !memory.came_back() {
        println!("more than {} did not come back", mib(Some(SLACK)));
    }
    is_alive && is_served && memory.came_back()
}

fn row(kind: Kind, tally: &Tally) -> String {
    let mut times = tally.times.clone();
    times.sort_unstable();
    format!(
        "{:20} {:>8} {:>6} {:>6} {:>9} {:>10} {:>10} {:>10}",
        kind.name(),
        times.len(),
        tally.n_lost,
        tally.n_wrong,
        tally.n_repeated,
        shown(part(&times, 50)),
        shown(part(&times, 99)),
        shown(part(&times, 100)),
    )
}

fn part(sorted: &[Duration], percent: usize) -> Option<Duration> {
    let last = sorted.len().checked_sub(1)?;
    sorted.get(last * percent / 100).copied()
}

fn shown(time: Option<Duration>) -> String {
    time.map_or_else(
        || "none".to_owned(),
        |time| format!("{:.1} ms", time.as_secs_f64() * 1e3),
    )
}
