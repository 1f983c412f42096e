//! What a test run changed in the checkout. It compares with the start of the run, not with the last commit, so that it
//! tells the truth in a work tree with changes of its own too.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::process::Command;

use crate::failure::{Failure, io};
use crate::process::output;

/// Every file below a folder, by its path, with a hash of its content.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Snapshot(BTreeMap<String, u64>);

impl Snapshot {
    /// The files that git tracks or would add: what is ignored may change.
    ///
    /// # Errors
    /// When `root` is not a git work tree, or a file cannot be read.
    pub(crate) fn of_checkout(root: &Path) -> Result<Snapshot, Failure> {
        let mut git = Command::new("git");
        git.current_dir(root).args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ]);
        let Some(listing) = output(&mut git) else {
            let text = format!(
                "`git ls-files` failed: {} is not a git work tree, or git does not trust it",
                root.display()
            );
            return Err(Failure::Machine(text));
        };
        let mut files = BTreeMap::new();
        for name in listing.split_terminator('\0') {
            // A tracked file that was deleted is listed too; it is simply not there.
            if let Some(hash) = content_hash(&root.join(name))? {
                files.insert(name.to_owned(), hash);
            }
        }
        Ok(Snapshot(files))
    }

    /// Every file below `folder`.
    ///
    /// # Errors
    /// When the folder is absent or cannot be read.
    pub(crate) fn of_folder(folder: &Path) -> Result<Snapshot, Failure> {
        if !folder.is_dir() {
            return Err(Failure::Absent(folder.to_path_buf()));
        }
        let mut snapshot = Snapshot::default();
        snapshot.add(folder, "")?;
        Ok(snapshot)
    }

    fn add(&mut self, folder: &Path, prefix: &str) -> Result<(), Failure> {
        let at = || folder.display().to_string();
        for entry in std::fs::read_dir(folder).map_err(io(at()))? {
            let path = entry.map_err(io(at()))?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let name = format!("{prefix}{name}");
            if path.is_dir() {
                self.add(&path, &format!("{name}/"))?;
            } else if let Some(hash) = content_hash(&path)? {
                self.0.insert(name, hash);
            }
        }
        Ok(())
    }

    /// How many files these are.
    pub(crate) fn n_files(&self) -> usize {
        self.0.len()
    }

    /// What differs in `after`, one line each.
    pub(crate) fn differences(&self, after: &Snapshot) -> Vec<String> {
        let mut lines = Vec::new();
        for (name, hash) in &self.0 {
            match after.0.get(name) {
                None => lines.push(format!("  removed {name}")),
                Some(now) if now != hash => lines.push(format!("  changed {name}")),
                Some(_) => {}
            }
        }
        let added = after.0.keys().filter(|it| !self.0.contains_key(*it));
        lines.extend(added.map(|it| format!("  added   {it}")));
        lines
    }
}

/// A link counts by where it points.
fn content_hash(path: &Path) -> Result<Option<u64>, Failure> {
    let content = match std::fs::read_link(path) {
        Ok(target) => Ok(target.into_os_string().into_encoded_bytes()),
        Err(_) => std::fs::read(path),
    };
    match content {
        Ok(content) => {
            let mut hasher = DefaultHasher::new();
            content.hash(&mut hasher);
            Ok(Some(hasher.finish()))
        }
        Err(source) if source.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(io(path.display().to_string())(source)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::home::Home;

    fn write(path: &Path, text: &str) {
        use std::io::Write;
        let mut file = std::fs::File::create(path).expect("a new file");
        file.write_all(text.as_bytes()).expect("a written file");
    }

    #[track_caller]
    fn git(at: &Path, words: &[&str]) {
        let mut git = Command::new("git");
        git.current_dir(at).args(words);
        assert!(output(&mut git).is_some(), "git {words:?}");
    }

    #[test]
    fn a_checkout_shows_what_changed_and_ignores_what_git_ignores() {
        let home = Home::new().expect("a new home");
        let root = home.path().join("checkout");
        std::fs::create_dir(&root).expect("a new folder");
        git(&root, &["init", "--quiet"]);
        write(&root.join(".gitignore"), "ignored\n");
        write(&root.join("kept"), "1");
        write(&root.join("tracked"), "1");
        write(&root.join("untracked"), "1");
        git(&root, &["add", "tracked"]);
        write(&root.join("tracked"), "dirty before the run");
        let before = Snapshot::of_checkout(&root).expect("a snapshot");
        assert_eq!(before.n_files(), 4);
        let same = Snapshot::of_checkout(&root).expect("a snapshot");
        assert_eq!(before.differences(&same), Vec::<String>::new());

        write(&root.join("ignored"), "1");
        write(&root.join("new"), "1");
        write(&root.join("untracked"), "2");
        std::fs::remove_file(root.join("tracked")).expect("a removed file");
        let after = Snapshot::of_checkout(&root).expect("a snapshot");
        let expect = ["  removed tracked", "  changed untracked", "  added   new"];
        assert_eq!(before.differences(&after), expect);
    }

    #[test]
    fn a_folder_is_compared_with_what_lies_deeper() {
        let home = Home::new().expect("a new home");
        let folder = home.path().join("data");
        let before = Snapshot::of_folder(&folder).expect("a snapshot");
        std::fs::create_dir(folder.join("deep")).expect("a new folder");
        write(&folder.join("deep/file"), "1");
        let after = Snapshot::of_folder(&folder).expect("a snapshot");
        assert_eq!(before.differences(&after), ["  added   deep/file"]);
        assert_eq!(after.differences(&before), ["  removed deep/file"]);
        let absent = Snapshot::of_folder(&folder.join("nothing"));
        assert!(matches!(absent, Err(Failure::Absent(_))));
    }
}
