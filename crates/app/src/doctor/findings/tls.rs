//! HTTPS: whether it is served, whether it is needed, and handshakes that failed.

use codec_server::Code;

use crate::doctor::findings::browsers;
use crate::doctor::findings::line::Lines;
use crate::doctor::observed::{Kind, Observed, Request};
use crate::doctor::view::{DoctorFinding, FindingGroup, FindingPlace};
use crate::server::view::ServerView;

const LINES: Lines = Lines(FindingGroup::Server);

const HTTPS: &str = "HTTPS";

pub(super) fn findings(seen: &Observed) -> Vec<DoctorFinding> {
    let served = seen
        .server
        .as_ref()
        .map(|server| served(server, seen.takes_tokens));
    let newest = |code| {
        let requests = seen.requests.iter().flatten();
        let mut handshakes = requests.filter(|request| request.kind == Kind::Handshake);
        handshakes.find(move |request| request.code == Some(code))
    };
    let failed = [
        newest(Code::CertificateNotTrusted).map(untrusted),
        newest(Code::NotHttps).map(not_https),
        newest(Code::HandshakeFailed).map(broken_off),
    ];
    served
        .into_iter()
        .chain(failed.into_iter().flatten())
        .collect()
}

fn served(server: &ServerView, takes_tokens: bool) -> DoctorFinding {
    let https = &server.https;
    if let Some(problem) = &https.problem {
        return LINES
            .bad("https", HTTPS, &problem.message)
            .fix(&problem.hint)
            .show(FindingPlace::Https);
    }
    match (&https.endpoint, https.on, takes_tokens) {
        (Some(endpoint), _, _) => LINES.good(
            "https",
            HTTPS,
            format!("It is served; its endpoint is {endpoint}."),
        ),
        (None, true, _) => LINES.unknown(
            "https",
            HTTPS,
            "It is on, and will be served when the Codec Server is.",
        ),
        (None, false, true) => LINES
            .warning("https", HTTPS, "It is off, and the Web UI passes access tokens to https endpoints only.")
            .fix("Serve HTTPS, trust the certificate of this machine’s authority, and give the Web UI the https endpoint.")
            .show(FindingPlace::Https),
        (None, false, false) => {
            LINES.good("https", HTTPS, "It is off, and the access rules do not need it.")
        }
    }
}

fn untrusted(request: &Request) -> DoctorFinding {
    LINES
        .warning("tls_untrusted", "TLS handshakes", "A client refused the certificate, since it does not trust the authority of this machine.")
        .fix("Have the browser trust it in Server, HTTPS; or export the certificate of the authority, and import it where that client looks.")
        .at(&request.time)
        .show(FindingPlace::Https)
        .with_steps(browsers::trust())
}

fn not_https(request: &Request) -> DoctorFinding {
    LINES
        .warning("tls_plain", "Scheme of the https endpoint", "A client spoke something other than TLS to the https port.")
        .fix("If that was plain http, write https:// in front of this port’s endpoint in that client, or give it the http endpoint.")
        .at(&request.time)
        .show(FindingPlace::Connect)
}

fn broken_off(request: &Request) -> DoctorFinding {
    let why = request.message.as_deref().unwrap_or("a handshake failed");
    LINES
        .warning("tls_failed", "TLS handshakes", crate::hints::sentence(why))
        .fix("If it was a browser, open the https endpoint in a tab: it says there what it has against the certificate.")
        .at(&request.time)
        .show(FindingPlace::Https)
        .with_steps(browsers::trust())
}
