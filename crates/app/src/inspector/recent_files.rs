//! Files that were inspected: their paths, newest first, and nothing of what is in them.

use std::hash::{Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use crate::core::remembered_files::RememberedFiles;
use crate::error::{AppError, Code};
use crate::inspector::files_view::{ForgetRecentFilesRequest, RecentFile};

/// Files that are remembered.
const MAX_RECENT: usize = 10;
/// A path longer than this is not remembered, in bytes.
const MAX_PATH_BYTES: usize = 4096;

/// The list of recent files, which the settings keep.
pub(super) struct RecentFiles {
    remembered: RememberedFiles,
}

impl RecentFiles {
    pub(super) fn new(remembered: RememberedFiles) -> Self {
        RecentFiles { remembered }
    }

    /// The files, newest first.
    pub(super) fn list(&self) -> Vec<RecentFile> {
        let paths = self.remembered.paths();
        paths.into_iter().map(recent_file).collect()
    }

    /// Forgets one of them, or all. Forgetting one that is not in the list changes nothing.
    ///
    /// # Errors
    /// [`crate::Code::File`].
    pub(super) fn forget(
        &self,
        request: &ForgetRecentFilesRequest,
    ) -> Result<Vec<RecentFile>, AppError> {
        self.remembered.change(|paths| {
            paths.retain(|recent| !request.all && request.id != Some(id(recent)));
        })?;
        Ok(self.list())
    }

    /// The path of a file that is in the list.
    ///
    /// # Errors
    /// [`Code::File`] where it is not.
    pub(super) fn path(&self, wanted: &str) -> Result<PathBuf, AppError> {
        let mut paths = self.remembered.paths().into_iter();
        let path = paths.find(|path| id(path) == wanted);
        path.map(PathBuf::from).ok_or_else(|| {
            AppError::new(
                Code::File,
                "the file is no longer in the list of recent files",
            )
            .hint("Open it with “Open file…”.")
        })
    }

    /// Remembers that a file was opened. That it could not be remembered is no reason not to show it.
    pub(super) fn remember(&self, path: &Path) {
        let Some(path) = std::path::absolute(path)
            .ok()
            .and_then(|path| path.into_os_string().into_string().ok())
            .filter(|path| path.len() <= MAX_PATH_BYTES)
        else {
            return;
        };
        let remembered = self.remembered.change(|paths| {
            paths.retain(|recent| *recent != path);
            paths.insert(0, path);
            paths.truncate(MAX_RECENT);
        });
        if let Err(error) = remembered {
            tracing::warn!(%error, "the file that was opened is not remembered");
        }
    }
}

/// Names a path of the list, and is none itself: it opens nothing that is not in the list.
fn id(path: &str) -> String {
    let mut hasher = std::hash::DefaultHasher::new();
    path.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

fn recent_file(path: String) -> RecentFile {
    let file = Path::new(&path);
    let text = |part: Option<&std::ffi::OsStr>| {
        part.map(|part| part.to_string_lossy().into_owned())
            .unwrap_or_default()
    };
    RecentFile {
        id: id(&path),
        name: text(file.file_name()),
        folder: text(file.parent().map(Path::as_os_str)),
        is_here: file.is_file(),
        path,
    }
}
