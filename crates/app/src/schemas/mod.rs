//! The user's protobuf types as they are in force: read when they are needed for the first time, and again when a file of theirs
//! changed.

pub(crate) mod message_types;

pub(crate) mod page_messages;

mod place;

pub(crate) mod view;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use payload_schema::{Schemas, UserTypes};
use temporal_payload::{shown, shown_name};

use place::Place;
use view::ProtobufPlace;

/// How long it is trusted that no file changed, at least: a folder may have thousands.
const TRUSTED_FOR: Duration = Duration::from_secs(1);
/// And for how many times as long as it took to look.
const TRUSTED_TIMES: u32 = 20;

/// Names of types that are shown of a place.
const EXAMPLES: usize = 5;
/// Characters of what is wrong.
const MAX_PROBLEM: usize = 400;

/// Types that were read, each place with what tells whether it changed.
#[derive(Default)]
pub(crate) struct SchemasInForce {
    places: Mutex<Vec<Kept>>,
}

struct Kept {
    path: PathBuf,
    place: Place,
    trusted_until: Instant,
}

/// One place as it is now.
pub(crate) struct ReadPlace {
    pub(crate) path: String,
    pub(crate) types: Arc<UserTypes>,
}

/// One place, read whatever is kept of it.
pub(crate) fn read_anew(path: &str) -> ReadPlace {
    ReadPlace {
        types: Place::read(Path::new(path)).types,
        path: path.to_owned(),
    }
}

impl ReadPlace {
    pub(crate) fn view(&self) -> ProtobufPlace {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let problems = self.types.problems().iter();
        ProtobufPlace {
            path: self.path.clone(),
            n_types: count(self.types.len()),
            n_files: count(self.types.n_files()),
            examples: self.types.names().take(EXAMPLES).map(shown_name).collect(),
            problems: problems
                .map(|problem| shown(&problem.to_string(), MAX_PROBLEM))
                .collect(),
        }
    }
}

impl SchemasInForce {
    /// The types of these places, in their order.
    pub(crate) fn of(&self, paths: &[String]) -> Schemas {
        if paths.is_empty() {
            return Schemas::default();
        }
        let places = self.read(paths).into_iter();
        Schemas::new(places.map(|place| (place.path, place.types)))
    }

    /// These places, those that changed read again.
    pub(crate) fn read(&self, paths: &[String]) -> Vec<ReadPlace> {
        let mut kept = self.lock();
        kept.retain(|kept| paths.iter().any(|path| Path::new(path) == kept.path));
        let read = |path: &String| ReadPlace {
            path: path.clone(),
            types: up_to_date(&mut kept, Path::new(path)),
        };
        paths.iter().map(read).collect()
    }

    /// Reads everything again when it is needed next, whether it seems to have changed or not.
    pub(crate) fn forget(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Kept>> {
        // Places are put in whole.
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn up_to_date(all: &mut Vec<Kept>, path: &Path) -> Arc<UserTypes> {
    let start = Instant::now();
    let trusted_until = || {
        let looked = Instant::now();
        looked + TRUSTED_FOR.max((looked - start) * TRUSTED_TIMES)
    };
    if let Some(kept) = all.iter_mut().find(|kept| kept.path == path) {
        if start >= kept.trusted_until {
            kept.place.read_again_if_changed(path);
            kept.trusted_until = trusted_until();
        }
        return kept.place.types.clone();
    }
    let place = Place::read(path);
    let types = place.types.clone();
    all.push(Kept {
        path: path.to_owned(),
        place,
        trusted_until: trusted_until(),
    });
    types
}
