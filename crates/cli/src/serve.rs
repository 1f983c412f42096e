//! `temporal-codec serve`: the Codec Server without a window.

use std::process::ExitCode;

use app::{AppError, Code};
use logging::say;

use crate::args::Serve;
use crate::input::{self, Reading};
use crate::output;
use crate::reload::Reload;

/// Serves until SIGINT or SIGTERM.
pub(crate) fn run(args: &Serve) -> Result<ExitCode, AppError> {
    let reload = Reload::new(args);
    let runtime = input::runtime()?;
    let origins = args
        .origins
        .iter()
        .map(|origin| app::canonical_origin(origin));
    let origins: Vec<String> = origins.collect::<Result<_, _>>()?;
    let hosts = args.program_hosts.iter();
    let hosts = hosts.map(|host| app::canonical_program_host(host));
    let hosts: Vec<String> = hosts.collect::<Result<_, _>>()?;
    let open = |reading| {
        let runtime = runtime.handle().clone();
        input::open_app(args.keys.as_deref(), reading, runtime, |settings| {
            for origin in &origins {
                if !settings.origins.contains(origin) {
                    settings.origins.push(origin.clone());
                }
            }
            for host in &hosts {
                if !settings.program_hosts.contains(host) {
                    settings.program_hosts.push(host.clone());
                }
            }
            if let Some(limit) = args.work_mib {
                settings.server.max_work_mib = limit;
            }
            if args.no_cache {
                settings.server.cache = false;
            }
            if let Some(policy) = args.undecodable {
                settings.profile.undecodable = policy.into();
            }
        })
    };
    let app = open(Reading::First)?;
    let keys = app.keys().list_keys(())?;
    if let Some(problem) = &keys.keychain.problem {
        output::tell(problem);
    } else if keys.keys.is_empty() && app.key_sources().list_wrapped_keys(())?.sources.is_empty() {
        say("No keys yet. Add them in Temporal Codec Desktop, or pass a file with --keys.");
    }

    if let Some(path) = &args.access {
        app.server()
            .set_access(input::read_access(path, Reading::First)?)?;
    }
    if let (Some(chain), Some(key)) = (&args.tls_cert, &args.tls_key) {
        let (chain, key) = input::read_certificate(chain, key, Reading::First)?;
        app.server().set_https(args.https_port, &chain, &key)?;
    }
    if args.https {
        app.server().set_local_https(args.https_port)?;
    }
    if let Some(address) = args.listen {
        if args.behind_proxy {
            logging::warn(
                "Listening without TLS: whoever can reach this address without the proxy reads tokens and Payloads.",
            );
        }
        app.server()
            .set_beyond(address, args.hosts.clone(), args.behind_proxy)?;
    }
    if let Some(path) = &args.access_log {
        app.requests().log_access_to(path)?;
    }
    if let Some(address) = args.metrics {
        app.server().set_metrics(address);
    }
    let unwatched = |error| {
        AppError::new(
            Code::Internal,
            format!("signals cannot be watched: {error}"),
        )
    };
    // Before it listens, and says so: whoever waits for that may send a signal at once.
    let (ended, hang_up) = {
        let _reactor = runtime.enter();
        let ended = app::watch_termination().map_err(unwatched)?;
        (ended, app::watch_hang_up().map_err(unwatched)?)
    };
    let server = match args.port {
        Some(port) => app.server().start_server_on(port)?,
        None => app.server().start_server(())?,
    };
    let mut ready = serde_json::json!({ "listening": server.listening });
    if let Some(url) = app.server().metrics_url() {
        ready["metrics"] = url.into();
    }
    // Serving is its work; where is said in the log as well.
    if let Err(error) = output::print(&[&ready.to_string(), "\n"]) {
        output::tell(&error);
    }

    reload
        .until(ended, hang_up, &runtime, &app, open)
        .map_err(unwatched)?;
    app.shut_down();
    // Work that nobody waits for any more ends by itself, and the process does not wait for it.
    runtime.shutdown_background();
    Ok(ExitCode::SUCCESS)
}
