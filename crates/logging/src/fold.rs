//! Lines that repeat, folded: the first few of a kind are written, further ones are counted, and one line says how many there
//! were. Whoever floods a program with the same refused request writes some lines an hour, not thousands a second.
//!
//! A kind is one place in the code with the same values, `id` aside. The first line of each kind is written. A place that says
//! more than [`MAX_KINDS`] different things in a window is flooded with values from outside: only how many is told of the rest.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use tracing::Level;

use crate::events::{CodePlace, Said};
use crate::format::Format;

/// Lines of one kind that are written before counting starts.
const WRITTEN: u32 = 3;
/// Kinds of one place in the code that are told apart.
pub(crate) const MAX_KINDS: usize = 50;
/// How long lines are counted before the count is told; while they go on, twice as long each time.
const FIRST_WINDOW: SignedDuration = SignedDuration::from_secs(10);
/// The longest such time.
const LAST_WINDOW: SignedDuration = SignedDuration::from_secs(600);

/// What was said lately.
#[derive(Default)]
pub(crate) struct Fold {
    format: Format,
    places: HashMap<(CodePlace, String), Place>,
}

/// A place in the code, and the target that it speaks for: those of the `log` crate share one place.
struct Place {
    kinds: HashMap<String, Kind>,
    others: Tally,
    /// What its lines have in common.
    head: String,
}

struct Kind {
    written: u32,
    repeated: Tally,
}

struct Tally {
    count: u64,
    last: Timestamp,
    since: Timestamp,
    window: SignedDuration,
}

impl Fold {
    pub(crate) fn new(format: Format) -> Self {
        Fold {
            format,
            places: HashMap::new(),
        }
    }

    /// Takes in what is said; returns whether its line is to be written now. DEBUG and TRACE are always: whoever turns them on
    /// wants each line.
    pub(crate) fn is_written(&mut self, said: &Said, now: Timestamp) -> bool {
        if said.level > Level::INFO {
            return true;
        }
        let place = self.places.entry((said.place, said.target.clone()));
        let place = place.or_insert_with(|| Place {
            kinds: HashMap::new(),
            others: Tally::new(now),
            head: said.head.clone(),
        });
        let is_full = place.kinds.len() >= MAX_KINDS;
        match place.kinds.get_mut(&said.kind) {
            Some(kind) if kind.written < WRITTEN => kind.written += 1,
            Some(kind) => {
                kind.repeated.add(now);
                return false;
            }
            None if is_full => {
                place.others.add(now);
                return false;
            }
            None => {
                let kind = Kind {
                    written: 1,
                    repeated: Tally::new(now),
                };
                place.kinds.insert(said.kind.clone(), kind);
            }
        }
        true
    }

    /// Lines that tell of what was counted, for windows that have ended.
    pub(crate) fn due(&mut self, now: Timestamp) -> Vec<String> {
        self.told(now, |tally| tally.has_ended(now))
    }

    /// The same for all windows, before the program ends.
    pub(crate) fn rest(&mut self, now: Timestamp) -> Vec<String> {
        self.told(now, |_| true)
    }

    /// Whether nothing is remembered, so that there is nothing to wait for.
    pub(crate) fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    fn told(&mut self, now: Timestamp, has_ended: impl Fn(&Tally) -> bool) -> Vec<String> {
        let mut lines = Vec::new();
        let line = |what: &str, more, tally: &Tally| {
            let Tally { count, last, .. } = *tally;
            self.format.counted(now, what, more, count, last)
        };
        self.places.retain(|_, place| {
            let is_flooded = place.others.count > 0;
            let others_ended = has_ended(&place.others);
            if is_flooded && others_ended {
                lines.push(line(&place.head, "more with other values", &place.others));
            }
            place.kinds.retain(|kind, state| {
                if !has_ended(&state.repeated) {
                    return true;
                }
                if state.repeated.count > 0 {
                    lines.push(line(kind, "more of the same", &state.repeated));
                    state.repeated.start_again(now);
                    return true;
                }
                // In a flood, kinds give way to new ones only as often as the flood is told.
                is_flooded && !others_ended
            });
            if others_ended {
                match is_flooded {
                    true => place.others.start_again(now),
                    false => place.others = Tally::new(now),
                }
            }
            is_flooded || !place.kinds.is_empty()
        });
        lines
    }
}

impl Tally {
    fn new(now: Timestamp) -> Self {
        Tally {
            count: 0,
            last: now,
            since: now,
            window: FIRST_WINDOW,
        }
    }

    fn add(&mut self, now: Timestamp) {
        self.count = self.count.saturating_add(1);
        self.last = now;
    }

    /// A clock that was set back ends it as well.
    fn has_ended(&self, now: Timestamp) -> bool {
        let passed = now.duration_since(self.since);
        passed >= self.window || passed.is_negative()
    }

    fn start_again(&mut self, now: Timestamp) {
        *self = Tally {
            window: (self.window * 2).min(LAST_WINDOW),
            ..Tally::new(now)
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(id: u32, origin: &str, level: Level) -> Said {
        Said {
            level,
            place: (Some("router.rs"), Some(235)),
            target: "server".to_owned(),
            head: "WARN server: refused".to_owned(),
            kind: format!("WARN server: refused origin={origin}"),
            line: format!("WARN server: refused id={id} origin={origin}"),
        }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + seconds).expect("a time")
    }

    #[test]
    fn the_same_is_written_thrice_then_counted_and_told_ever_more_rarely() {
        let mut fold = Fold::default();
        let mut written = 0;
        let mut told = Vec::new();
        for second in 0..3600 {
            for id in 0..100 {
                written += u32::from(fold.is_written(&said(id, "a", Level::WARN), at(second)));
            }
            told.extend(fold.due(at(second)));
        }
        assert_eq!(written, WRITTEN);
        assert!((5..15).contains(&told.len()), "{told:#?}");
        let first = &told[0];
        assert!(
            first.contains("refused origin=a (1097 more of the same, the last at "),
            "{first}"
        );
        told.extend(fold.rest(at(3600)));
        let counts = told.iter().map(|line| {
            let (_, count) = line.rsplit_once('(').expect("a count");
            count
                .split(' ')
                .next()
                .and_then(|n| n.parse::<u32>().ok())
                .expect("a number")
        });
        assert_eq!(
            counts.sum::<u32>() + WRITTEN,
            3600 * 100,
            "none is forgotten"
        );
    }

    #[test]
    fn what_differs_is_not_folded_into_one() {
        let mut fold = Fold::default();
        for origin in ["a", "b", "c"] {
            assert!(fold.is_written(&said(1, origin, Level::WARN), at(0)));
        }
        assert_eq!(fold.rest(at(1)), Vec::<String>::new());
        assert!(fold.is_empty(), "what is over is forgotten");
    }

    #[test]
    fn a_flood_of_different_lines_is_bounded_in_lines_and_memory() {
        let mut fold = Fold::default();
        let mut written = 0;
        let mut told = 0;
        for second in 0..3600 {
            for n in 0..20 {
                let origin = format!("{second}-{n}");
                written += usize::from(fold.is_written(&said(n, &origin, Level::WARN), at(second)));
            }
            told += fold.due(at(second)).len();
            let n_kinds: usize = fold.places.values().map(|place| place.kinds.len()).sum();
            assert!(n_kinds <= MAX_KINDS);
        }
        assert!(written <= 15 * MAX_KINDS, "{written}");
        assert!((1..30).contains(&told), "{told}");
    }

    #[test]
    fn who_asks_for_every_line_gets_it() {
        let mut fold = Fold::default();
        for id in 0..100 {
            assert!(fold.is_written(&said(id, "a", Level::DEBUG), at(0)));
        }
        assert!(fold.is_empty());
    }

    #[test]
    fn a_clock_that_is_set_back_ends_the_window() {
        let mut fold = Fold::default();
        for id in 0..9 {
            fold.is_written(&said(id, "a", Level::WARN), at(0));
        }
        assert_eq!(fold.due(at(-3600)).len(), 1);
    }
}
