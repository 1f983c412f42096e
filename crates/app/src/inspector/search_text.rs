//! What a document says once it is decoded, in one text, so that a keystroke costs a scan of it. It is kept as long as the document is
//! open and the app is not locked, and is zeroed then.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use memchr::memmem::Finder;
use payload_codec::zeroize_stack_once;
use zeroize::{Zeroize as _, Zeroizing};

use super::kept::Kept;

/// Between two entries, so that nothing is found across them.
const BOUNDARY: char = '\0';
/// Text that is kept at most: as much as the document has, and this.
const MORE: usize = 4 << 20;
/// Entries that a thread takes at a time.
const CHUNK: usize = 256;
/// Threads at most.
const MAX_THREADS: usize = 8;

/// All that can be found in a document, in lower case: an entry for each thing that a search finds.
pub(super) struct SearchText {
    /// In the order of their entries.
    chunks: Vec<Chunk>,
    /// Whether there is more than is kept.
    pub(super) incomplete: bool,
}

/// Some entries in a row.
struct Chunk {
    /// The first of them.
    start: usize,
    text: Zeroizing<String>,
    /// Where each entry ends.
    ends: Vec<usize>,
}

impl Chunk {
    fn new(start: usize, mut entries: Vec<String>) -> Self {
        let length = entries.iter().map(|text| text.len() + BOUNDARY.len_utf8());
        let mut chunk = Chunk {
            start,
            // It never grows, so that no part of it is left behind.
            text: Zeroizing::new(String::with_capacity(length.sum())),
            ends: Vec::with_capacity(entries.len()),
        };
        for entry in &mut entries {
            chunk.text.push_str(entry);
            chunk.text.push(BOUNDARY);
            chunk.ends.push(chunk.text.len());
            entry.zeroize();
        }
        chunk
    }

    /// Adds the entries that have the text in them.
    fn scan(&self, finder: &Finder<'_>, found: &mut Vec<usize>) {
        let mut from = 0;
        while let Some(at) = self
            .text
            .as_bytes()
            .get(from..)
            .and_then(|rest| finder.find(rest))
        {
            let entry = self.ends.partition_point(|end| *end <= from + at);
            let Some(end) = self.ends.get(entry) else {
                break;
            };
            found.push(self.start + entry);
            from = *end;
        }
    }
}

/// How much decoded text is kept of how much.
pub(super) struct Room {
    kept: AtomicUsize,
    limit: usize,
    cut: AtomicUsize,
}

impl Room {
    /// Whether there is room for more; where there is none, the search is incomplete.
    pub(super) fn is_left(&self) -> bool {
        let left = self.kept.load(Ordering::Relaxed) <= self.limit;
        if !left {
            self.cut.fetch_add(1, Ordering::Relaxed);
        }
        left
    }

    pub(super) fn take(&self, bytes: usize) {
        self.kept.fetch_add(bytes, Ordering::Relaxed);
    }
}

impl SearchText {
    /// The text of `n` entries of a document of so many bytes, each made by `entry`, on all cores.
    pub(super) fn new(
        n: usize,
        document_bytes: usize,
        entry: &(dyn Fn(usize, &Room) -> String + Sync),
    ) -> Self {
        let room = Room {
            kept: AtomicUsize::new(0),
            limit: document_bytes + MORE,
            cut: AtomicUsize::new(0),
        };
        let next = AtomicUsize::new(0);
        let chunks: Mutex<Vec<Chunk>> = Mutex::default();
        let work = || {
            loop {
                let start = next.fetch_add(CHUNK, Ordering::Relaxed);
                if start >= n {
                    return;
                }
                let entries = start..n.min(start + CHUNK);
                let chunk = Chunk::new(start, entries.map(|at| entry(at, &room)).collect());
                chunks
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(chunk);
            }
        };
        let n_threads = match n {
            0..CHUNK => 1,
            _ => std::thread::available_parallelism().map_or(1, |n| n.get().min(MAX_THREADS)),
        };
        zeroize_stack_once(|| {
            std::thread::scope(|scope| {
                for _ in 1..n_threads {
                    scope.spawn(work);
                }
                work();
            });
        });
        let mut chunks = chunks.into_inner().unwrap_or_else(PoisonError::into_inner);
        chunks.sort_unstable_by_key(|chunk| chunk.start);
        SearchText {
            chunks,
            incomplete: room.cut.into_inner() > 0,
        }
    }

    /// The entries that have the text in them, in their order. JSON is kept as it was sent and read as it is laid out, so the blank
    /// after a name's colon may be missing in it.
    pub(super) fn find(&self, wanted: &str) -> Vec<usize> {
        let wanted = wanted.trim().replace(BOUNDARY, "").to_lowercase();
        let compact = wanted.replace("\": ", "\":");
        let mut found = self.scan(&wanted);
        if compact != wanted {
            found.extend(self.scan(&compact));
            found.sort_unstable();
            found.dedup();
        }
        found
    }

    fn scan(&self, wanted: &str) -> Vec<usize> {
        if wanted.is_empty() {
            return Vec::new();
        }
        let finder = Finder::new(wanted.as_bytes());
        let mut found = Vec::new();
        for chunk in &self.chunks {
            chunk.scan(&finder, &mut found);
        }
        found
    }
}

/// Adds a line to the text of an entry, in lower case.
pub(super) fn push(text: &mut String, said: &str) {
    if said.is_empty() {
        return;
    }
    if said.is_ascii() {
        let from = text.len();
        text.push_str(said);
        if let Some(new) = text.get_mut(from..) {
            new.make_ascii_lowercase();
        }
    } else {
        text.push_str(&said.to_lowercase());
    }
    text.push('\n');
}

/// Such a text, made when something is first looked for.
pub(super) type KeptSearch = Kept<SearchText>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_each_entry_once_and_nothing_across_two() {
        let said = ["{\"Name\":\"ada\"} ada", "byron", "nothing", "Ada's"];
        let search = SearchText::new(said.len(), 100, &|at, _| {
            let mut text = String::new();
            push(&mut text, said[at]);
            text
        });
        assert_eq!(search.find("ADA"), [0, 3]);
        assert_eq!(search.find("\"name\": \"ada\""), [0]);
        assert_eq!(search.find("\"name\":\"ada\""), [0]);
        assert!(search.find("ada\nbyron").is_empty());
        assert!(search.find("ada\n\0byron").is_empty());
        assert!(search.find(" ").is_empty());
        assert!(!search.incomplete);
    }

    #[test]
    fn what_has_no_room_is_left_out_and_said() {
        let entry = |_: usize, room: &Room| {
            if room.is_left() {
                room.take(MORE);
                "kept".to_owned()
            } else {
                String::new()
            }
        };
        let search = SearchText::new(3, 0, &entry);
        assert!(search.incomplete);
        assert_eq!(search.find("kept"), [0, 1]);
    }

    #[test]
    fn it_is_made_again_after_it_was_forgotten() {
        let kept = KeptSearch::default();
        let make = |said: &'static str| move || SearchText::new(1, 0, &move |_, _| said.to_owned());
        assert_eq!(kept.get_or_make(make("one")).find("one"), [0]);
        assert_eq!(kept.get_or_make(make("two")).find("one"), [0]);
        kept.forget();
        assert_eq!(kept.get_or_make(make("two")).find("two"), [0]);
    }
}
