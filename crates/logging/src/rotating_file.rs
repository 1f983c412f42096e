//! Log files that stay small: a new one each day and whenever one is full; old ones are removed by age and by what all have
//! together. Written here because `tracing-appender` knows no sizes, and crates that do bound sizes or ages, not both.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// How much is kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Bytes of one file.
    pub(crate) file_bytes: u64,
    /// Bytes of all files.
    pub(crate) total_bytes: u64,
    /// Days, with today.
    pub(crate) days: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            file_bytes: 5 << 20,
            total_bytes: 50 << 20,
            days: 7,
        }
    }
}

/// Where lines are appended. Each write is one line, and is not split over files.
pub(crate) struct RotatingFile {
    folder: PathBuf,
    name: &'static str,
    limits: Limits,
    open: Option<Open>,
}

struct Open {
    file: File,
    day: Date,
    bytes: u64,
}

/// A file of an earlier or of this run: `name.2026-11-28.log`, `name.2026-11-28.2.log`, …
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Kept {
    day: Date,
    number: u32,
    path: PathBuf,
    bytes: u64,
}

impl RotatingFile {
    /// Files in this folder, made when there is something to write.
    pub(crate) fn new(folder: PathBuf, name: &'static str, limits: Limits) -> Self {
        RotatingFile {
            folder,
            name,
            limits,
            open: None,
        }
    }

    fn append(&mut self, line: &[u8], now: Timestamp) -> io::Result<usize> {
        let day = TimeZone::UTC.to_datetime(now).date();
        let len = line.len() as u64;
        let open = match self.open.take() {
            Some(open) if open.day == day && open.bytes + len <= self.limits.file_bytes => open,
            Some(_) | None => self.next(day, len)?,
        };
        let open = self.open.insert(open);
        let written = open.file.write(line);
        match &written {
            Ok(n) => open.bytes += *n as u64,
            // It may have been removed, or its disk; the next line looks again.
            Err(_) => self.open = None,
        }
        written
    }

    /// The day's last file where the line fits into it, or a new one; too old and too many ones are removed.
    fn next(&self, day: Date, len: u64) -> io::Result<Open> {
        fs::create_dir_all(&self.folder)?;
        let mut kept = self.kept()?;
        kept.sort();
        let last = kept.iter().rfind(|kept| kept.day == day);
        let (number, bytes) = match last {
            Some(last) if last.bytes + len <= self.limits.file_bytes => (last.number, last.bytes),
            Some(last) => (last.number.saturating_add(1), 0),
            None => (1, 0),
        };
        let path = self.folder.join(self.file_name(day, number));
        let file = OpenOptions::new().create(true).append(true).open(&path)?;
        self.remove_old(&kept, &path, day);
        Ok(Open { file, day, bytes })
    }

    fn remove_old(&self, kept: &[Kept], current: &Path, day: Date) {
        let first = day.saturating_sub(Span::new().days(self.limits.days - 1));
        // The current one may become full.
        let room = self
            .limits
            .total_bytes
            .saturating_sub(self.limits.file_bytes);
        let mut total = 0;
        for old in kept.iter().rev().filter(|kept| kept.path != current) {
            total += old.bytes;
            if old.day < first || total > room {
                // What cannot be removed is tried again with the next file.
                let _ = fs::remove_file(&old.path);
            }
        }
    }

    fn kept(&self) -> io::Result<Vec<Kept>> {
        let mut kept = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let Some((day, number)) = entry
                .file_name()
                .to_str()
                .and_then(|name| self.parsed(name))
            else {
                continue;
            };
            kept.push(Kept {
                day,
                number,
                path: entry.path(),
                bytes: entry.metadata().map_or(0, |metadata| metadata.len()),
            });
        }
        Ok(kept)
    }

    fn file_name(&self, day: Date, number: u32) -> String {
        match number {
            1 => format!("{}.{day}.log", self.name),
            _ => format!("{}.{day}.{number}.log", self.name),
        }
    }

    fn parsed(&self, file_name: &str) -> Option<(Date, u32)> {
        let rest = file_name.strip_prefix(self.name)?.strip_prefix('.')?;
        let rest = rest.strip_suffix(".log")?;
        let (day, number) = rest.split_once('.').unwrap_or((rest, "1"));
        let (day, number) = (day.parse().ok()?, number.parse().ok()?);
        // What is spelled otherwise is somebody else's.
        (self.file_name(day, number) == file_name).then_some((day, number))
    }
}

impl Write for RotatingFile {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.append(line, Timestamp::now())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        file_bytes: 100,
        total_bytes: 500,
        days: 7,
    };

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .expect("a folder")
            .map(|entry| {
                entry
                    .expect("an entry")
                    .file_name()
                    .into_string()
                    .expect("UTF-8")
            })
            .collect();
        names.sort();
        names
    }

    fn total(folder: &Path) -> u64 {
        let names = names(folder);
        let len = |name: &String| fs::metadata(folder.join(name)).expect("a file").len();
        names
            .iter()
            .filter(|name| name.starts_with("app."))
            .map(len)
            .sum()
    }

    fn at(day: &str) -> Timestamp {
        format!("{day}T12:00:00Z").parse().expect("a time")
    }

    const LINE: &[u8] = b"0123456789012345678901234567890123456789\n";

    #[test]
    fn a_full_file_is_followed_by_another_and_all_together_are_bounded() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("logs");
        let mut file = RotatingFile::new(path.clone(), "app", LIMITS);
        for _ in 0..1000 {
            assert_eq!(
                file.append(LINE, at("2026-11-28")).expect("written"),
                LINE.len()
            );
            assert!(total(&path) <= LIMITS.total_bytes, "{}", total(&path));
        }
        let names = names(&path);
        assert_eq!(
            names.last().map(String::as_str),
            Some("app.2026-11-28.500.log")
        );
        assert!(names.len() >= 4, "{names:?}");
        for name in names {
            let bytes = fs::read(path.join(name)).expect("a file");
            assert!(bytes.len() as u64 <= LIMITS.file_bytes && bytes.ends_with(b"\n"));
        }
    }

    #[test]
    fn a_day_has_its_file_old_ones_go_and_those_of_others_stay() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path();
        for name in [
            "app.2026-11-01.log",
            "app.2026-11-21.2.log",
            "app.2026-11-22.log",
            "app.2026-11-2.log",
            "app.2026-11-01.1.log",
            "other.2026-11-01.log",
            "app.log",
        ] {
            File::create(path.join(name)).expect("a file");
        }
        let mut file = RotatingFile::new(path.to_owned(), "app", LIMITS);
        file.append(LINE, at("2026-11-28")).expect("written");
        drop(file);
        // As after a restart.
        let mut file = RotatingFile::new(path.to_owned(), "app", LIMITS);
        file.append(LINE, at("2026-11-28")).expect("written");
        file.append(LINE, at("2026-11-29")).expect("written");
        assert_eq!(
            names(path),
            [
                "app.2026-11-01.1.log",
                "app.2026-11-2.log",
                "app.2026-11-28.log",
                "app.2026-11-29.log",
                "app.log",
                "other.2026-11-01.log"
            ]
        );
        let first = fs::read(path.join("app.2026-11-28.log")).expect("a file");
        assert_eq!(first.len(), 2 * LINE.len(), "it goes on in the day's file");
    }

    #[test]
    fn a_folder_that_comes_back_is_written_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("logs");
        File::create(&path).expect("a file in its place");
        let mut file = RotatingFile::new(path.clone(), "app", LIMITS);
        assert!(file.append(LINE, at("2026-11-28")).is_err());
        fs::remove_file(&path).expect("removed");
        assert!(file.append(LINE, at("2026-11-28")).is_ok());
    }
}
