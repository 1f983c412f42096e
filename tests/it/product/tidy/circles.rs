//! No files import each other in a circle, in any crate or in the window's sources, and in `crates/app` arrows between the rooms
//! only point down.

mod graph;
mod rust;
mod shown;
mod tokens;
mod typescript;

use graph::{Arrows, Circle, Sources};

use super::{has_extension, none, read, sources};

const APP: &str = "crates/app/src";

fn all_sources() -> Sources {
    let mut names = sources();
    names.retain(|name| has_extension(name, &["rs", "ts", "svelte"]));
    names
        .into_iter()
        .map(|name| (name.clone(), read(&name)))
        .collect()
}

/// The root files of all crates, those of tests too.
fn roots(sources: &Sources) -> Vec<&str> {
    let is_root = |name: &&str| name.ends_with("/lib.rs") || name.ends_with("/main.rs");
    sources.keys().map(String::as_str).filter(is_root).collect()
}

#[track_caller]
fn no_circle(check: &str, circles: &[Circle]) {
    let shown: Vec<String> = circles.iter().map(ToString::to_string).collect();
    none(check, &shown);
}

#[test]
fn no_files_of_a_crate_import_each_other_in_a_circle() {
    let sources = all_sources();
    let roots = roots(&sources);
    assert!(roots.len() >= 18, "{roots:?}");
    let arrows = roots.iter().map(|root| rust::arrows(&sources, root));
    let arrows: Vec<Arrows> = arrows.collect();
    let n_arrows: usize = arrows.iter().map(|arrows| arrows.iter().count()).sum();
    assert!(n_arrows > 500, "{n_arrows} arrows are not this repository");
    let circles = arrows.iter().flat_map(Arrows::circles);
    no_circle("circles in crates", &circles.collect::<Vec<_>>());
}

#[test]
fn no_files_of_the_window_import_each_other_in_a_circle() {
    let mut sources = all_sources();
    sources.retain(|name, _| name.starts_with("ui/src/"));
    let arrows = typescript::arrows(&sources);
    assert!(arrows.iter().count() > 500, "imports were found");
    no_circle("circles in ui/src", &arrows.circles());
}

/// The first-level folder or file in the folder `root`, where `keys.rs` and `keys/` are one.
fn room_in(root: &str, file: &str) -> String {
    let path = file.strip_prefix(root).unwrap_or(file);
    let path = path.trim_start_matches('/');
    let first = path.split('/').next().unwrap_or(path);
    first.strip_suffix(".rs").unwrap_or(first).to_owned()
}

fn room(file: &str) -> String {
    room_in(APP, file)
}

#[test]
fn rooms_of_a_crate_use_each_other_one_way() {
    let sources = all_sources();
    let circles = roots(&sources).into_iter().flat_map(|root| {
        let folder = root.rsplit_once('/').map_or("", |(folder, _)| folder);
        let arrows = rust::arrows(&sources, root);
        let rooms = arrows.between(|file| format!("{folder}/{}", room_in(folder, file)));
        rooms.circles()
    });
    no_circle("circles of rooms", &circles.collect::<Vec<_>>());
}

#[test]
fn no_room_of_the_app_uses_what_stands_above_it_or_the_state_of_another() {
    let sources = all_sources();
    let found = climbs(&sources);
    none("arrows up", &found);
}

/// Arrows that point up in `crates/app`: who uses what. `app.rs` and `commands.rs` stand above the
/// rooms, the folders with IPC types of their own (`view.rs`); what the structs of `app.rs` keep of a room is its state.
fn climbs(sources: &Sources) -> Vec<String> {
    let root = format!("{APP}/lib.rs");
    let above = |room: &str| matches!(room, "app" | "commands" | "lib");
    let is_room = |room: &str| sources.contains_key(&format!("{APP}/{room}/view.rs"));
    let states = rust::kept_by_structs(sources, &root, &format!("{APP}/app.rs"));
    let mut found = Vec::new();
    for (from, to, names) in rust::arrows(sources, &root).iter() {
        let (own, other) = (room(from), room(to));
        if above(&own) {
            continue;
        }
        for name in names {
            let is_state = is_room(&other)
                && own != other
                && states.contains(&(to.to_owned(), name.to_owned()));
            if is_state || matches!(other.as_str(), "app" | "commands") {
                found.push(format!("{from} uses {name} of {to}"));
            }
        }
    }
    found
}
