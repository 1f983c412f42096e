//! Files and standard input, and the app that a command works with.

use std::io::{self, Read as _};
use std::path::Path;

use app::settings::Settings;
use app::{App, AppError, AppPaths, Code};
use tokio::runtime::{Handle, Runtime};

/// The whole of a file, or of standard input for `-`; at most `limit` bytes.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, AppError> {
    let mut content = Vec::new();
    let past = limit.saturating_add(1);
    let read = if path == Path::new("-") {
        io::stdin().lock().take(past).read_to_end(&mut content)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(past).read_to_end(&mut content))
    };
    let problem = |what: String| AppError::new(Code::File, format!("{} {what}", named(path)));
    read.map_err(|error| problem(format!("could not be read: {error}")))?;
    if content.len() as u64 > limit {
        return Err(problem(format!("is larger than {limit} bytes"))
            .hint("Split it, or choose a smaller file."));
    }
    Ok(content)
}

/// What a path is called in a sentence.
pub(crate) fn named(path: &Path) -> String {
    if path == Path::new("-") {
        "standard input".to_owned()
    } else {
        path.display().to_string()
    }
}

/// With a list of keys: an app in memory that holds them. Without: the app of this user, with the keys of its keychain.
///
/// `change` sets what the command line says otherwise; it is not saved.
pub(crate) fn open_app(
    keys: Option<&Path>,
    runtime: Handle,
    change: impl FnOnce(&mut Settings),
) -> Result<App, AppError> {
    if let Some(path) = keys {
        let text = read(path, app::MAX_KEY_LIST_BYTES)?.into();
        let file = app::read_key_file(&text)?;
        let mut settings = Settings::default();
        change(&mut settings);
        return App::of_key_file(file, settings, runtime);
    }
    let paths = AppPaths::of_this_user().ok_or_else(|| {
        AppError::new(Code::File, "there is no home folder to read settings from")
            .hint("Set HOME, or pass keys with --keys.")
    })?;
    let app = App::open(&paths, runtime)?.overriding(change)?;
    app.load_keys();
    Ok(app)
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
