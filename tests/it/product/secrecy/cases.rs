//! What each command is asked with secrets in it, for the tests of all commands.

mod access;

mod documents;

mod formats;

mod keys;

mod scene;

mod server;

mod settings;

pub(super) use scene::{Case, MaySay, Scene, base64, documents, hex};
use scene::{key_list, shows, silent};

/// What a command is asked.
pub(super) fn case(scene: &Scene, command: &str) -> Option<Case> {
    let subjects = [
        access::case,
        documents::case,
        formats::case,
        keys::case,
        server::case,
        settings::case,
    ];
    subjects.iter().find_map(|case| case(scene, command))
}
