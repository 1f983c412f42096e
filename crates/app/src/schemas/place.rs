//! One place with protobuf types: a `.proto` file, a folder of them, or a descriptor set. Nothing is read but regular files below
//! the folder, or, for a file that was chosen itself, those that it imports.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use key_store::files;
use payload_schema::{
    MAX_BYTES, MAX_FILE_BYTES, MAX_FILES, ProtoFile, SchemaProblem, UserTypes, read_descriptors,
    read_protos,
};
use temporal_payload::gunzip;

/// Folders that stand in each other.
const MAX_DEPTH: usize = 32;
/// Entries of folders that are looked at.
const MAX_ENTRIES: usize = 200_000;
/// Folders above a file that its imports are looked for in.
const MAX_ABOVE: usize = 16;

/// What was read, and of which files.
pub(super) struct Place {
    pub(super) types: Arc<UserTypes>,
    /// The files that were there, as they were.
    seen: Vec<Seen>,
}

#[derive(PartialEq, Eq)]
struct Seen {
    path: PathBuf,
    /// `None` where it is not there.
    stamp: Option<(u64, Option<SystemTime>)>,
}

impl Seen {
    fn now(path: PathBuf) -> Self {
        let about = fs::metadata(&path).ok();
        Seen {
            stamp: about.map(|about| (about.len(), about.modified().ok())),
            path,
        }
    }
}

impl Place {
    pub(super) fn read(path: &Path) -> Self {
        let mut seen = vec![Seen::now(path.to_owned())];
        let types = read(path, &mut seen);
        let types = types.unwrap_or_else(UserTypes::failed);
        Place {
            types: Arc::new(types),
            seen,
        }
    }

    pub(super) fn read_again_if_changed(&mut self, path: &Path) {
        let is_as_it_was = |seen: &Seen| *seen == Seen::now(seen.path.clone());
        let n_below = self.seen.len();
        // A file that is new below a folder is not among those that were seen.
        let is_same = self.seen.iter().all(is_as_it_was)
            && (!path.is_dir() || protos_below(path).is_ok_and(|now| now.len() + 1 == n_below));
        if !is_same {
            *self = Place::read(path);
        }
    }
}

fn read(path: &Path, seen: &mut Vec<Seen>) -> Result<UserTypes, SchemaProblem> {
    let whole = |error: &io::Error| SchemaProblem::whole(said(error));
    let about = fs::metadata(path).map_err(|error| whole(&error))?;
    if about.is_dir() {
        return folder(path, seen);
    }
    if has_proto_name(path) {
        let text = files::read_bounded(path, MAX_FILE_BYTES as u64);
        return Ok(file(path, text.map_err(|error| whole(&error))?, seen));
    }
    let bytes = files::read_bounded(path, MAX_BYTES as u64).map_err(|error| whole(&error))?;
    // No message begins so: the lowest bits of its first byte would be no kind of field.
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(read_descriptors(&bytes));
    }
    let inflated = gunzip(&bytes, MAX_BYTES).ok_or_else(|| {
        SchemaProblem::whole(format!(
            "it is compressed by gzip, and is damaged or holds more than {} MiB",
            MAX_BYTES >> 20
        ))
    })?;
    Ok(read_descriptors(&inflated))
}

fn folder(path: &Path, seen: &mut Vec<Seen>) -> Result<UserTypes, SchemaProblem> {
    let mut protos = Vec::new();
    let mut n_bytes = 0;
    let mut unread = Vec::new();
    for found in protos_below(path)? {
        let name = found.strip_prefix(path).unwrap_or(&found);
        let name = with_slashes(name);
        seen.push(Seen::now(found.clone()));
        match files::read_bounded(&found, MAX_FILE_BYTES as u64) {
            Ok(text) => {
                n_bytes += text.len();
                protos.push(ProtoFile { name, text });
            }
            Err(error) => unread.push(SchemaProblem {
                file: name,
                line: None,
                what: said(&error),
            }),
        }
        if n_bytes > MAX_BYTES {
            return Err(SchemaProblem::whole(format!(
                "its .proto files have more than {} MiB: choose a folder in it",
                MAX_BYTES >> 20
            )));
        }
    }
    if protos.is_empty() && unread.is_empty() {
        return Err(SchemaProblem::whole("there is no .proto file in it"));
    }
    Ok(read_protos(protos, &mut |_| None).with_problems(unread))
}

/// A file that was chosen itself: what it imports is below a folder that it is in.
fn file(path: &Path, text: Vec<u8>, seen: &mut Vec<Seen>) -> UserTypes {
    let name = path.file_name().map(|name| with_slashes(Path::new(name)));
    let proto = ProtoFile {
        name: name.unwrap_or_default(),
        text,
    };
    let above: Vec<&Path> = path.ancestors().skip(1).take(MAX_ABOVE).collect();
    let mut import = |name: &str| {
        let name = Path::new(name);
        let is_below = name
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        if !is_below || !has_proto_name(name) {
            return None;
        }
        above.iter().find_map(|folder| {
            let found = folder.join(name);
            let text = files::read_bounded(&found, MAX_FILE_BYTES as u64).ok();
            // One that is not there may be there later.
            seen.push(Seen::now(found));
            text
        })
    };
    read_protos(vec![proto], &mut import)
}

/// Every `.proto` file below a folder, in order. Links to folders are not followed: they may lead around in circles.
fn protos_below(folder: &Path) -> Result<Vec<PathBuf>, SchemaProblem> {
    let mut found = Vec::new();
    let mut n_entries = 0;
    let mut open = vec![(folder.to_owned(), 0)];
    while let Some((folder, depth)) = open.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if depth == 0 => return Err(SchemaProblem::whole(said(&error))),
            // Somebody else's: what is needed from it will be missed by name.
            Err(_) => continue,
        };
        for entry in entries.flatten() {
            n_entries += 1;
            if n_entries > MAX_ENTRIES || found.len() > MAX_FILES {
                return Err(SchemaProblem::whole(
                    "there are too many files in it: choose the folder of the .proto files",
                ));
            }
            let path = entry.path();
            let Ok(kind) = entry.file_type() else {
                continue;
            };
            if kind.is_dir() {
                let name = entry.file_name();
                let is_others = name.as_encoded_bytes().starts_with(b".") || name == "node_modules";
                if depth < MAX_DEPTH && !is_others {
                    open.push((path, depth + 1));
                }
            } else if has_proto_name(&path) && (kind.is_file() || path.is_file()) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn has_proto_name(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "proto")
}

fn with_slashes(path: &Path) -> String {
    let parts = path
        .components()
        .map(|part| part.as_os_str().to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}

fn said(error: &io::Error) -> String {
    let known = [
        (io::ErrorKind::NotFound, "it is not there"),
        (io::ErrorKind::PermissionDenied, "you may not read it"),
        (io::ErrorKind::FileTooLarge, "it is larger than can be read"),
    ];
    let known = known.iter().find(|(kind, _)| *kind == error.kind());
    known.map_or_else(
        || format!("it could not be read: {error}"),
        |(_, words)| (*words).to_owned(),
    )
}
