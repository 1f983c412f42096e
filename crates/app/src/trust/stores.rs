//! Where browsers of this user look for authorities, on Linux: Chromium and what is made of it have one database, each profile of
//! Firefox has its own.

use std::path::{Path, PathBuf};

use temporal_payload::shown;

/// Profiles that are listed at most.
const MAX_PROFILES: usize = 20;
/// Characters of a folder's name.
const MAX_NAME: usize = 60;

/// The database of Chromium, Chrome and Edge, below the home.
const CHROMIUM: &str = ".pki/nssdb";
/// Where a package of its own keeps Chromium's.
const CHROMIUM_SNAP: &str = "snap/chromium/current/.pki/nssdb";
/// Where profiles of Firefox are: as a distribution installs it, as a snap, as a flatpak, and as newer versions do.
const FIREFOX: [&str; 4] = [
    ".mozilla/firefox",
    "snap/firefox/common/.mozilla/firefox",
    ".var/app/org.mozilla.firefox/.mozilla/firefox",
    ".config/mozilla/firefox",
];

/// One database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Store {
    /// Names it: its folder below the home.
    pub(super) id: String,
    /// For people.
    pub(super) name: String,
    pub(super) folder: PathBuf,
    /// Whether there is a database; that of Chromium can be made.
    pub(super) is_there: bool,
}

/// Every database of a home. Chromium's is in it whether it is there or not.
pub(super) fn find(home: &Path) -> Vec<Store> {
    let store = |id: String, name: String| {
        let folder = home.join(&id);
        Store {
            is_there: folder.join("cert9.db").is_file(),
            id,
            name,
            folder,
        }
    };
    let chromium = store(CHROMIUM.to_owned(), "Chrome, Chromium and Edge".to_owned());
    let snap = store(CHROMIUM_SNAP.to_owned(), "Chromium (snap)".to_owned());
    let firefox = FIREFOX.iter().flat_map(|folder| {
        let mut profiles: Vec<String> = std::fs::read_dir(home.join(folder))
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .collect();
        profiles.sort();
        profiles
            .into_iter()
            .map(move |name| (format!("{folder}/{name}"), name))
    });
    let firefox =
        firefox.map(|(id, name)| store(id, format!("Firefox: {}", shown(&name, MAX_NAME))));
    let others = [snap].into_iter().chain(firefox);
    let others = others.filter(|store| store.is_there).take(MAX_PROFILES);
    [chromium].into_iter().chain(others).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chromium_is_always_listed_and_firefox_by_its_profiles() {
        let home = tempfile::tempdir().expect("a folder");
        let make = |path: &str| {
            let folder = home.path().join(path);
            std::fs::create_dir_all(&folder).expect("made");
            std::fs::File::create(folder.join("cert9.db")).expect("made");
        };
        make(".mozilla/firefox/abcd.default-esr");
        make("snap/firefox/common/.mozilla/firefox/x.work");
        std::fs::create_dir_all(home.path().join(".mozilla/firefox/Crash Reports")).expect("made");
        let found = find(home.path());
        let names: Vec<_> = found.iter().map(|store| store.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "Chrome, Chromium and Edge",
                "Firefox: abcd.default-esr",
                "Firefox: x.work"
            ]
        );
        assert!(!found[0].is_there && found[1].is_there);
    }
}
