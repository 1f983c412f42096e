//! The Codec Server itself: whether it serves, whether each loopback address answers, who has its port, what keeps it from decoding.

use codec_server::Code;

use crate::doctor::findings::line::Lines;
use crate::doctor::observed::{Answer, Health, Keys, Loopback, Observed, SettingsFile};
use crate::doctor::view::{DoctorFinding, FindingAction, FindingGroup, FindingPlace, FindingState};
use crate::error::WayOut;
use crate::hints;
use crate::server::view::{ServerState, ServerView};

const LINES: Lines = Lines(FindingGroup::Server);

const SERVER: &str = "Codec Server";
const DECODING: &str = "Decoding";

pub(super) fn findings(seen: &Observed) -> Vec<DoctorFinding> {
    let mut lines: Vec<DoctorFinding> = seen.settings_file.iter().map(settings_file).collect();
    let Some(server) = &seen.server else {
        lines.extend(from_outside(seen));
        return lines;
    };
    lines.push(state(server));
    match server.state {
        ServerState::Serving | ServerState::Paused => {
            lines.extend(seen.loopback.iter().map(|tried| answers(server, tried)));
        }
        ServerState::Stopped | ServerState::Failed => lines.extend(port(seen)),
    }
    if server.panic_locked {
        lines.push(
            LINES
                .bad(
                    "panic_lock",
                    "Panic lock",
                    "It is set: every request is refused, and no key is read.",
                )
                .fix("Press Lift panic lock, then Unlock.")
                .offer(FindingAction::LiftPanicLock),
        );
    }
    lines.push(match server.state {
        ServerState::Paused => LINES
            .bad(
                "paused",
                "Not paused",
                "The Codec Server is paused: it listens, and decodes and encodes nothing.",
            )
            .fix("Press Resume.")
            .offer(FindingAction::Resume),
        ServerState::Serving | ServerState::Stopped | ServerState::Failed => {
            LINES.good("paused", "Not paused", "Requests are answered.")
        }
    });
    let keys = seen.keys.as_ref().map(|seen| keys(seen, server));
    lines.extend(keys);
    lines
}

fn state(server: &ServerView) -> DoctorFinding {
    match server.state {
        ServerState::Serving | ServerState::Paused => LINES.good(
            "server",
            SERVER,
            format!("It listens; its endpoint is {}.", server.endpoint),
        ),
        ServerState::Stopped => LINES
            .bad("server", SERVER, "It is stopped, so no client can connect.")
            .fix("Press Start.")
            .offer(FindingAction::StartServer),
        ServerState::Failed => {
            let error = server.error.as_ref();
            let why = error.map_or("", |error| &error.message);
            let why = format!("It could not start. {why}");
            let line = LINES
                .bad("server", SERVER, why.trim_end())
                .fix(error.map_or("", |error| &error.hint))
                .offer(FindingAction::StartServer);
            match error.and_then(|error| error.way_out.as_ref()) {
                Some(WayOut::UsePort { port }) => {
                    line.offer(FindingAction::UsePort { port: *port })
                }
                Some(
                    WayOut::InspectAsData
                    | WayOut::CompareFingerprints { .. }
                    | WayOut::SayWhose { .. },
                )
                | None => line,
            }
        }
    }
}

/// One address of a server that listens.
fn answers(server: &ServerView, tried: &Loopback) -> DoctorFinding {
    let id = id_of(tried);
    let address = tried.address;
    let title = format!("Connection to {address}");
    if !server.listening.contains(&format!("http://{address}")) {
        return LINES
            .unknown(&id, &title, "The Codec Server does not listen on this address, which is so where the machine does not have it.")
            .fix("Nothing needs to be done for clients that use 127.0.0.1.");
    }
    match tried.answer {
        Answer::Health(_) => LINES.good(&id, &title, "The Codec Server answers there."),
        Answer::OtherHttp | Answer::NoHttp | Answer::Refused | Answer::Unreachable => LINES
            .bad(
                &id,
                &title,
                format!(
                    "The Codec Server listens there, and a connection to it {}.",
                    came_to(tried.answer)
                ),
            )
            .fix("Stop and start the Codec Server; if that changes nothing, look whether a firewall keeps programs from connecting to this machine itself."),
    }
}

/// Who has the port of a server that does not listen.
fn port(seen: &Observed) -> Option<DoctorFinding> {
    let title = format!("Port {}", seen.port);
    let is_taken = seen.port_owner.is_some() || seen.loopback.iter().any(is_answered);
    let is_ours = |tried: &Loopback| matches!(tried.answer, Answer::Health(_));
    Some(match is_taken {
        false => LINES.good("port", &title, "Nothing else listens on it."),
        true => {
            let owner = seen.port_owner.as_deref().unwrap_or("another program");
            let what = match seen.loopback.iter().any(is_ours) {
                true => ", a Codec Server like this one",
                false => "",
            };
            LINES
                .bad("port", &title, format!("It is in use by {owner}{what}."))
                .fix("Quit that program, or choose another port and give your clients the new endpoint.")
        }
    })
}

/// Other settings than those of the file are in force, or not all of them.
fn settings_file(file: &SettingsFile) -> DoctorFinding {
    let state = match file.is_damaged {
        true => FindingState::Bad,
        false => FindingState::Warning,
    };
    let why = hints::sentence(&file.problem.message);
    let line = LINES.line(state, "settings_file", "Settings file", why);
    line.fix(&file.problem.hint).show(FindingPlace::Settings)
}

fn keys(keys: &Keys, server: &ServerView) -> DoctorFinding {
    const TITLE: &str = "Keys";
    if keys.locked && server.panic_locked {
        // Unlocked, the keys would open nothing yet.
        return LINES
            .bad(
                "keys",
                TITLE,
                "The panic lock forgot the keys, so none can be used.",
            )
            .fix(hints::of_code(Code::PanicLocked))
            .offer(FindingAction::LiftPanicLock);
    }
    if keys.locked {
        return LINES
            .bad("keys", TITLE, "The app is locked, so no key can be used.")
            .fix("Press Unlock.")
            .offer(FindingAction::Unlock);
    }
    match (&keys.problem, keys.ids.len()) {
        (Some(problem), _) => LINES
            .bad("keys", TITLE, &problem.message)
            .fix(&problem.hint)
            .offer(FindingAction::RetryKeychain)
            .show(FindingPlace::Keys),
        (None, 0) => LINES
            .warning(
                "keys",
                TITLE,
                "There is no key yet: what is encrypted comes back as it was sent.",
            )
            .fix("Add the key that your Workers use.")
            .show(FindingPlace::Keys),
        (None, 1) => LINES.good("keys", TITLE, "The key of 1 id can be used."),
        (None, n) => LINES.good("keys", TITLE, format!("The keys of {n} ids can be used.")),
    }
}

/// For whoever does not have the server in this process.
fn from_outside(seen: &Observed) -> Vec<DoctorFinding> {
    let mut lines: Vec<DoctorFinding> = Vec::new();
    for tried in &seen.loopback {
        let (id, address) = (id_of(tried), tried.address);
        let title = format!("Connection to {address}");
        let others = seen.loopback.iter();
        let mut others = others.filter(|other| other.address != address);
        lines.push(match tried.answer {
            Answer::Health(_) => LINES.good(&id, &title, "A Codec Server of this product answers there."),
            // Clients that use the other address are served.
            Answer::Refused | Answer::Unreachable if others.any(|other| matches!(other.answer, Answer::Health(_))) => {
                LINES.unknown(&id, &title, format!("A connection to it {}; the Codec Server answers at the other address.", came_to(tried.answer)))
            }
            Answer::Refused | Answer::Unreachable => LINES
                .bad(&id, &title, format!("A connection to it {}.", came_to(tried.answer)))
                .fix("Start Temporal Codec Desktop, or run temporal-codec serve; with --port, name the port that it serves on."),
            Answer::OtherHttp | Answer::NoHttp => LINES
                .bad(&id, &title, {
                    let owner = seen.port_owner.as_deref().unwrap_or("another program");
                    format!("A connection to it {}; the port is in use by {owner}.", came_to(tried.answer))
                })
                .fix("Quit that program, or serve on another port and give your clients the new endpoint."),
        });
    }
    let health = seen.loopback.iter().find_map(|tried| match tried.answer {
        Answer::Health(health) => Some(health),
        Answer::OtherHttp | Answer::NoHttp | Answer::Refused | Answer::Unreachable => None,
    });
    lines.extend(health.map(|health| {
        match health {
            Health::Ready => LINES.good(
                "decoding",
                DECODING,
                "The Codec Server says that it is ready.",
            ),
            Health::Locked => LINES
                .bad(
                    "decoding",
                    DECODING,
                    "The Codec Server says that it is locked.",
                )
                .fix("Press Unlock in Temporal Codec Desktop."),
            Health::KeyFileLocked => LINES
                .bad(
                    "decoding",
                    DECODING,
                    "The Codec Server says that keys wait for the passphrase of the encrypted key file.",
                )
                .fix("Enter the passphrase in Keys in Temporal Codec Desktop."),
            Health::PanicLocked => LINES
                .bad(
                    "decoding",
                    DECODING,
                    "The Codec Server says that its panic lock is set.",
                )
                .fix("Press Lift panic lock in Temporal Codec Desktop, then Unlock."),
            Health::Paused => LINES
                .bad(
                    "decoding",
                    DECODING,
                    "The Codec Server says that it is paused.",
                )
                .fix("Press Resume in Temporal Codec Desktop."),
        }
    }));
    lines
}

fn id_of(tried: &Loopback) -> String {
    match tried.address.is_ipv4() {
        true => "loopback_v4".to_owned(),
        false => "loopback_v6".to_owned(),
    }
}

fn is_answered(tried: &Loopback) -> bool {
    !matches!(tried.answer, Answer::Refused | Answer::Unreachable)
}

fn came_to(answer: Answer) -> &'static str {
    match answer {
        Answer::Health(_) => "is answered",
        Answer::OtherHttp => "is answered by something else",
        Answer::NoHttp => "is accepted, and gets no answer over HTTP",
        Answer::Refused => "is refused: nothing listens there",
        Answer::Unreachable => "cannot be made",
    }
}
