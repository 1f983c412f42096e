//! How the Connection Doctor sees: it connects to the loopback addresses as a client would, and asks the rooms what they know.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use codec_server::{Client, RequestKind, RequestRecord};
use hyper::StatusCode;

use super::observed::{
    Answer, CliFile, Failure, Health, Keys, Kind, Loopback, Request, SettingsFile,
};
use crate::core::Core;
use crate::error::AppError;
use crate::keys::view::KeysView;
use crate::own_client::{self, Unanswered};
use crate::requests::refused_host::host_to_allow;
use crate::requests::view::RequestView;
use crate::temporal_cli::view::CliProfilesView;

/// How long somebody who may be anybody has for an answer: a Codec Server answers within milliseconds, and another program may take the
/// connection and say nothing.
const OF_OTHERS: Duration = Duration::from_millis(700);

/// Asks whoever listens on a port, on both loopback addresses at once, how it is. Nothing of it is recorded as a request. One that is
/// known to be a Codec Server may have much to do, and gets more time.
pub(super) async fn loopback(port: u16, is_ours: bool) -> Vec<Loopback> {
    let longest = match is_ours {
        true => own_client::DEADLINE,
        false => OF_OTHERS,
    };
    let v4 = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port);
    let v6 = SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), port);
    let (of_v4, of_v6) = tokio::join!(answer(v4, longest), answer(v6, longest));
    vec![
        Loopback {
            address: v4,
            answer: of_v4,
        },
        Loopback {
            address: v6,
            answer: of_v6,
        },
    ]
}

async fn answer(address: SocketAddr, longest: Duration) -> Answer {
    let asked = own_client::get(address, "/health", longest).await;
    match asked {
        Ok(answered) => match (answered.status, &answered.body[..]) {
            (StatusCode::OK, br#"{"status":"ready"}"#) => Answer::Health(Health::Ready),
            (_, br#"{"status":"locked"}"#) => Answer::Health(Health::Locked),
            (_, br#"{"status":"key_file_locked"}"#) => Answer::Health(Health::KeyFileLocked),
            (_, br#"{"status":"paused"}"#) => Answer::Health(Health::Paused),
            (_, br#"{"status":"panic_locked"}"#) => Answer::Health(Health::PanicLocked),
            _ => Answer::OtherHttp,
        },
        Err(Unanswered::Refused) => Answer::Refused,
        Err(Unanswered::Unreachable(_)) => Answer::Unreachable,
        Err(Unanswered::TimedOut | Unanswered::NoHttp | Unanswered::NoTls(_)) => Answer::NoHttp,
    }
}

/// What is asked of the keys.
pub(super) fn keys(view: KeysView) -> Keys {
    let usable = view.keys.into_iter().filter(|key| !key.retired);
    Keys {
        locked: view.locked,
        problem: view.keychain.problem,
        ids: usable
            .flat_map(|key| std::iter::once(key.id).chain(key.also_opens))
            .collect(),
    }
}

/// What is wrong with the settings file, and whether nothing of it is in force.
pub(super) fn settings_file(core: &Core) -> Option<SettingsFile> {
    let problem = core.settings().notice()?;
    Some(SettingsFile {
        problem,
        is_damaged: core.settings().is_damaged(),
    })
}

/// Profiles of the Temporal CLI that name a Codec Server.
pub(super) fn cli(view: Result<CliProfilesView, AppError>) -> Result<CliFile, AppError> {
    let view = view?;
    match view.problem {
        Some(problem) => Err(problem),
        None => Ok(CliFile {
            profiles: view
                .profiles
                .into_iter()
                .filter_map(|profile| Some((profile.name, profile.endpoint?)))
                .collect(),
        }),
    }
}

/// Whether access rules are in force that tokens of providers count in.
pub(super) fn takes_tokens(core: &Core) -> bool {
    core.settings()
        .read(|settings| settings.access.on && !settings.access.policy.providers.is_empty())
}

/// A request as findings see it; `None` for what this app asked itself, and for what it asked again.
pub(super) fn request(row: RequestView, record: &RequestRecord) -> Option<Request> {
    if record.client == Client::This || record.replay_of.is_some() {
        return None;
    }
    let header = |name: &str| {
        let mut headers = record.headers.iter();
        let found = headers.find(|header| header.name == name && !header.masked);
        found.map(|header| header.value.to_owned())
    };
    let failures = record.failures.iter().map(|failure| Failure {
        code: failure.code,
        message: failure.message.clone(),
        missing_key: failure
            .missing_key
            .as_ref()
            .map(|id| id.as_str().to_owned()),
    });
    Some(Request {
        time: row.time,
        kind: match record.kind {
            RequestKind::Operation(_) => Kind::Operation,
            RequestKind::Preflight => Kind::Preflight,
            RequestKind::Unknown => Kind::Unknown,
            RequestKind::Handshake => Kind::Handshake,
        },
        method: record.method,
        origin: row.origin,
        client: record.client,
        host: header("host"),
        allow_host: host_to_allow(record),
        namespace: row.namespace,
        namespace_header: header("x-namespace"),
        result: row.result,
        tone: row.tone,
        code: record.code,
        message: record.message.clone(),
        failures: failures.collect(),
    })
}
