//! Origins as the settings keep them.

use codec_server::AllowedOrigins;

use crate::error::{AppError, Code};

/// An origin in the spelling that browsers send: lower case, no default port. Of a whole address, as it is copied from the
/// address bar, it is the origin: what follows the port says nothing about who asks.
///
/// # Errors
/// [`Code::InvalidOrigin`].
pub fn canonical_origin(origin: &str) -> Result<String, AppError> {
    let parsed = AllowedOrigins::parse([without_path(origin.trim())])
        .map_err(|error| AppError::new(Code::InvalidOrigin, error.to_string()))?;
    parsed
        .iter()
        .next()
        .map(str::to_owned)
        .ok_or_else(|| AppError::new(Code::InvalidOrigin, "an origin cannot be empty"))
}

fn without_path(address: &str) -> &str {
    let Some(start) = address.find("://").map(|scheme| scheme + "://".len()) else {
        return address;
    };
    // A backslash is a slash to browsers.
    let end = address[start..].find(['/', '\\', '?', '#']);
    end.map_or(address, |end| &address[..start + end])
}

/// Whether Chrome and Edge never let pages of this origin ask this machine: those of plain http under a name of their own
/// (source: Local Network Access, "secure contexts").
pub(crate) fn is_insecure(origin: &str) -> bool {
    let Some(authority) = origin.strip_prefix("http://") else {
        return false;
    };
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    let is_loopback = host
        .parse::<std::net::IpAddr>()
        .is_ok_and(|address| address.is_loopback());
    let name = host.strip_suffix('.').unwrap_or(host);
    !(is_loopback || name == "localhost" || name.ends_with(".localhost"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_address_is_its_origin() {
        for (pasted, origin) in [
            ("https://temporal.corp/", "https://temporal.corp"),
            (
                " https://Temporal.corp:8443/namespaces/prod/workflows?query=x#top ",
                "https://temporal.corp:8443",
            ),
            ("http://localhost:8233?x", "http://localhost:8233"),
            ("http://[::1]:8233/a:b", "http://[::1]:8233"),
            ("https://a.example\\b", "https://a.example"),
        ] {
            assert_eq!(canonical_origin(pasted).expect("an origin"), origin);
        }
        for other in [
            "temporal.corp/x",
            "https://u:p@temporal.corp/",
            "https:///x",
            "*",
            "",
        ] {
            assert!(canonical_origin(other).is_err(), "{other}");
        }
    }

    #[test]
    fn plain_http_under_a_name_of_its_own_is_known() {
        for origin in [
            "http://temporal.corp:8080",
            "http://10.0.0.1",
            "http://localhost.corp",
        ] {
            assert!(is_insecure(origin), "{origin}");
        }
        for origin in [
            "https://temporal.corp",
            "http://localhost:8233",
            "http://ui.localhost",
            "http://127.0.0.1:8080",
            "http://127.1.2.3",
            "http://[::1]:8233",
        ] {
            assert!(!is_insecure(origin), "{origin}");
        }
    }
}
