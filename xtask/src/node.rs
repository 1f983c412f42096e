//! Node projects: a Node that is new enough, packages as the lock file says, scripts.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use crate::failure::Failure;
use crate::process::{NPM, find, output, run};

/// What Vite and Svelte's compiler ask for: major and minor version.
const OLDEST_NODE: (u32, u32) = (20, 19);

/// A folder with a `package.json`.
#[derive(Debug, Clone)]
pub(crate) struct Project(PathBuf);

impl Project {
    /// The project in `folder`, with its packages installed.
    ///
    /// # Errors
    /// When there is no such project, Node is missing or too old, or `npm ci` fails.
    pub(crate) fn ready(folder: PathBuf) -> Result<Project, Failure> {
        let manifest = folder.join("package.json");
        if !manifest.is_file() {
            return Err(Failure::Absent(manifest));
        }
        check_node()?;
        let lock = modified(&folder.join("package-lock.json"));
        // Npm writes this one last, so an installation that was broken off does not count.
        let installed = modified(&folder.join("node_modules/.package-lock.json"));
        let project = Project(folder);
        if is_stale(lock, installed) {
            println!("Installing the packages of {}", project.0.display());
            run(project.npm(&["ci"]).args(["--no-audit", "--no-fund"]))?;
        }
        Ok(project)
    }

    /// `npm run SCRIPT` in this project.
    pub(crate) fn script(&self, script: &str) -> Command {
        self.npm(&["run", "--silent", script])
    }

    fn npm(&self, words: &[&str]) -> Command {
        let mut npm = Command::new(NPM);
        npm.args(words).current_dir(&self.0);
        npm
    }
}

fn check_node() -> Result<(), Failure> {
    let version = output(Command::new("node").arg("--version"));
    let lack = match version.as_deref().map(version_of) {
        None => "`node` is not installed".to_owned(),
        Some(None) => "`node --version` does not name a version".to_owned(),
        Some(Some(found)) if found < OLDEST_NODE => format!("this is Node {}.{}", found.0, found.1),
        Some(Some(_)) if find("npm").is_none() => "`npm` is not installed".to_owned(),
        Some(Some(_)) => return Ok(()),
    };
    let (major, minor) = OLDEST_NODE;
    Err(Failure::Machine(format!(
        "{lack}: the UI needs Node {major}.{minor} or newer with npm, from https://nodejs.org or your system's packages"
    )))
}

/// The first two numbers of what `node --version` prints, as in `v20.20.2`.
fn version_of(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.trim().strip_prefix('v')?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|it| it.modified()).ok()
}

/// Whether `npm ci` has to run. Without a lock file it does too, and says itself what is wrong.
fn is_stale(lock: Option<SystemTime>, installed: Option<SystemTime>) -> bool {
    match (lock, installed) {
        (Some(lock), Some(installed)) => installed < lock,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn the_version_is_read_or_refused() {
        assert_eq!(version_of("v20.20.2\n"), Some((20, 20)));
        assert_eq!(version_of("v8.0.0"), Some((8, 0)));
        assert_eq!(version_of("v22.3.0-nightly1"), Some((22, 3)));
        assert_eq!(version_of("20.1.0"), None);
        assert_eq!(version_of("v20"), None);
        assert_eq!(version_of(""), None);
    }

    #[test]
    fn packages_are_installed_when_the_lock_is_newer() {
        let old = SystemTime::UNIX_EPOCH;
        let new = old + Duration::from_secs(1);
        assert!(is_stale(Some(new), Some(old)));
        assert!(!is_stale(Some(old), Some(new)));
        assert!(!is_stale(Some(old), Some(old)));
        assert!(is_stale(Some(old), None));
        assert!(is_stale(None, Some(new)));
    }
}
