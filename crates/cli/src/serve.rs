//! `temporal-codec serve`: the Codec Server without a window.

use std::process::ExitCode;

use app::{AppError, Code};
use logging::say;

use crate::args::Serve;
use crate::{input, output};

/// Serves until SIGINT or SIGTERM.
pub(crate) fn run(args: &Serve) -> Result<ExitCode, AppError> {
    let runtime = input::runtime()?;
    let origins = args
        .origins
        .iter()
        .map(|origin| app::canonical_origin(origin));
    let origins: Vec<String> = origins.collect::<Result<_, _>>()?;
    let app = input::open_app(args.keys.as_deref(), runtime.handle().clone(), |settings| {
        for origin in origins {
            if !settings.origins.contains(&origin) {
                settings.origins.push(origin);
            }
        }
        if let Some(limit) = args.work_mib {
            settings.server.max_work_mib = limit;
        }
        if let Some(policy) = args.undecodable {
            settings.profile.undecodable = policy.into();
        }
    })?;
    let keys = app.keys().list_keys(())?;
    if let Some(problem) = &keys.keychain.problem {
        output::tell(problem);
    } else if keys.keys.is_empty() {
        say("No keys yet. Add them in Temporal Codec Desktop, or pass a file with --keys.");
    }

    if let Some(path) = &args.access {
        let text = input::read(path, app::MAX_ACCESS_FILE_BYTES)?;
        app.server().set_access(app::read_access_file(&text)?)?;
    }
    if let (Some(chain), Some(key)) = (&args.tls_cert, &args.tls_key) {
        let chain = input::read(chain, app::MAX_PEM_BYTES)?;
        let key = input::read_secret(key, app::MAX_PEM_BYTES)?;
        app.server().set_https(args.https_port, &chain, &key)?;
    }
    if args.https {
        app.server().set_local_https(args.https_port)?;
    }
    if let Some(address) = args.listen {
        if args.behind_proxy {
            say(
                "Listening without TLS: whoever can reach this address without the proxy reads tokens and Payloads.",
            );
        }
        app.server()
            .set_beyond(address, args.hosts.clone(), args.behind_proxy)?;
    }
    let server = match args.port {
        Some(port) => app.server().start_server_on(port)?,
        None => app.server().start_server(())?,
    };
    let unwatched = |error| {
        AppError::new(
            Code::Internal,
            format!("signals cannot be watched: {error}"),
        )
    };
    // Before it says that it is ready: whoever waits for that may end it at once.
    let ended = {
        let _reactor = runtime.enter();
        app::watch_termination().map_err(unwatched)?
    };
    let ready = serde_json::json!({ "listening": server.listening });
    // Serving is its work; where is said in the log as well.
    if let Err(error) = output::print(&[&ready.to_string(), "\n"]) {
        say(&error.message);
    }

    runtime.block_on(ended).map_err(unwatched)?;
    app.shut_down();
    // Work that nobody waits for any more ends by itself, and the process does not wait for it.
    runtime.shutdown_background();
    Ok(ExitCode::SUCCESS)
}
