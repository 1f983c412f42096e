//! Files and standard input, and the app that a command works with.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use app::config::Settings;
use app::{Access, App, AppError, AppPaths, Code, Guarded, KeyFile, SecretBytes};
use logging::say;
use tokio::runtime::{Handle, Runtime};

use crate::output::warn;

/// Which time something is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// At the start: it may be a pipe, whose writer is waited for.
    First,
    /// While it serves: a pipe has nothing more to give, and waiting for one would end all reloads.
    Again,
    /// As that, because it could not be used the last time. What is to be known of the file was said then.
    TriedAgain,
}

impl Reading {
    fn open(self, path: &Path) -> io::Result<File> {
        match self {
            Reading::First => File::open(path),
            Reading::Again | Reading::TriedAgain => app::open_regular_file(path),
        }
    }
}

/// The whole of a file, or of standard input for `-`; at most `limit` bytes.
pub(crate) fn read(path: &Path, limit: u64, reading: Reading) -> Result<Vec<u8>, AppError> {
    let mut content = Vec::new();
    let past = limit.saturating_add(1);
    let read = if path == Path::new("-") {
        io::stdin().lock().take(past).read_to_end(&mut content)
    } else {
        reading.open(path).and_then(|file| {
            // Grown step by step it would take twice its size. What says that it is empty may be a pipe.
            let size = file.metadata().map_or(0, |about| about.len());
            content.reserve_exact(usize::try_from(size.min(limit)).unwrap_or_default() + 1);
            file.take(past).read_to_end(&mut content)
        })
    };
    read.map_err(|error| unread(path, &error, limit))?;
    if content.len() as u64 > limit {
        return Err(unread(path, &io::ErrorKind::FileTooLarge.into(), limit));
    }
    Ok(content)
}

/// As [`read`], of what only its user should be able to change or read: who else can is told. It is overwritten when it is no
/// longer needed.
fn read_guarded(
    path: &Path,
    guarded: Guarded,
    limit: u64,
    reading: Reading,
) -> Result<SecretBytes, AppError> {
    let read = if path == Path::new("-") {
        app::read_secret_from(io::stdin().lock(), limit)
    } else {
        reading.open(path).and_then(|file| {
            if reading != Reading::TriedAgain {
                app::file_warning(&path.display().to_string(), guarded, &file)
                    .iter()
                    .for_each(warn);
            }
            app::read_secret_from(file, limit)
        })
    };
    read.map_err(|error| unread(path, &error, limit))
}

/// The access rules in a file.
pub(crate) fn read_access(path: &Path, reading: Reading) -> Result<Access, AppError> {
    app::read_access_file(&read_guarded(
        path,
        Guarded::AccessRules,
        app::MAX_ACCESS_FILE_BYTES,
        reading,
    )?)
}

/// The two PEM texts of a certificate of the user's own: the chain, and its private key.
pub(crate) fn read_certificate(
    chain: &Path,
    key: &Path,
    reading: Reading,
) -> Result<(Vec<u8>, SecretBytes), AppError> {
    let chain = read(chain, app::MAX_PEM_BYTES, reading)?;
    Ok((
        chain,
        read_guarded(key, Guarded::PrivateKey, app::MAX_PEM_BYTES, reading)?,
    ))
}

/// What a path is called in a sentence. A file's name stands in quotation marks, so that it keeps its spelling.
pub(crate) fn named(path: &Path) -> String {
    if path == Path::new("-") {
        "standard input".to_owned()
    } else {
        format!("\"{}\"", path.display())
    }
}

/// The token of a program.
pub(crate) fn read_token(path: &Path) -> Result<SecretBytes, AppError> {
    read_guarded(
        path,
        Guarded::Token,
        app::MAX_CLI_TOKEN_BYTES,
        Reading::First,
    )
}

/// The endpoint that is set in Temporal Codec Desktop.
pub(crate) fn set_endpoint() -> Result<String, AppError> {
    let runtime = runtime()?;
    let app = app_of_this_user(runtime.handle().clone())?;
    app.server().server_status(()).map(|server| server.endpoint)
}

/// The settings of Temporal Codec Desktop in use, with no key read.
pub(crate) fn app_of_this_user(runtime: Handle) -> Result<App, AppError> {
    App::open_to_read(&paths_of_this_user()?, runtime)
}

/// As above, whatever the settings file is.
pub(crate) fn app_to_look(runtime: Handle) -> Result<App, AppError> {
    App::open_to_look(&paths_of_this_user()?, runtime)
}

fn paths_of_this_user() -> Result<AppPaths, AppError> {
    AppPaths::of_this_user().ok_or_else(|| {
        AppError::new(Code::File, "there is no home folder to read settings from")
            .hint("Set HOME, or pass keys with --keys.")
    })
}

/// With a list of keys: an app in memory that holds them. Without: the app of this user, with the keys of its keychain.
///
/// `change` sets what the command line says otherwise; it is not saved.
pub(crate) fn open_app(
    keys: Option<&Path>,
    reading: Reading,
    runtime: Handle,
    change: impl FnOnce(&mut Settings),
) -> Result<App, AppError> {
    if let Some(path) = keys {
        let file = read_keys(path, reading)?;
        if reading != Reading::TriedAgain {
            file.who_unwraps().for_each(|sentence| say(&sentence));
        }
        let mut settings = Settings::default();
        change(&mut settings);
        return App::of_key_file(file, settings, runtime);
    }
    let app = App::open_to_read(&paths_of_this_user()?, runtime)?.overriding(change)?;
    app.settings().notices().iter().for_each(warn);
    app.keys().load_keys();
    Ok(app)
}

/// A list of keys, which may be a pipe. Who else can get at it is told.
fn read_keys(path: &Path, reading: Reading) -> Result<KeyFile, AppError> {
    let text = read_guarded(path, Guarded::Keys, app::MAX_KEY_LIST_BYTES, reading)?;
    // One key alone is called as its file is, as in the window.
    let name = path.file_stem().and_then(|stem| stem.to_str());
    let name = name.filter(|_| path != Path::new("-")).unwrap_or_default();
    app::read_key_file(&text, name)
}

fn unread(path: &Path, error: &io::Error, limit: u64) -> AppError {
    let name = named(path);
    if error.kind() == io::ErrorKind::FileTooLarge {
        return AppError::new(Code::File, format!("{name} is larger than {limit} bytes"))
            .hint("Split it, or choose a smaller file.");
    }
    AppError::new(Code::File, format!("{name} could not be read: {error}"))
}

/// The reactor.
pub(crate) fn runtime() -> Result<Runtime, AppError> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            AppError::new(
                Code::Internal,
                format!("the program could not start: {error}"),
            )
        })
}
