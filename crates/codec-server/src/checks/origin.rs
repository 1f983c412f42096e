//! The page that a request comes from, judged before anything is read. CORS alone protects nothing here: a browser sends the
//! request, the server would decode it, and only the answer would be hidden.

use axum::http::header::ORIGIN;
use axum::http::{HeaderMap, HeaderName, HeaderValue};

use crate::error::RequestError;
use crate::rules::allowed_origins::AllowedOrigins;

/// How the page that asks and this server are related, as a browser says (source: W3C Fetch Metadata Request Headers, §2.3). No
/// page can set or leave out the header; programs send none.
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Where a request comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    /// No `Origin`: the CLI, an SDK, curl, or an address that a person opened. Browsers send one with every POST.
    Program,
    /// A page that is listed.
    Page(HeaderValue),
    /// A page that is not listed, and that the user is asked about, where consent asks about such pages.
    Unlisted(HeaderValue),
    /// Any other page: not listed, `null`, several origins at once, or one that has its browser send none: an image, a script, a
    /// frame, `no-cors`.
    Stranger,
}

impl Caller {
    /// `asks` says whether the user is asked about pages that are not listed.
    pub(crate) fn of(headers: &HeaderMap, allowed: &AllowedOrigins, asks: bool) -> Self {
        let mut origins = headers.get_all(ORIGIN).iter();
        match (origins.next(), origins.next()) {
            (None, _) if is_of_other_site(headers) => Caller::Stranger,
            (None, _) => Caller::Program,
            (Some(origin), None) if origin.to_str().is_ok_and(|text| allowed.allows(text)) => {
                Caller::Page(origin.clone())
            }
            (Some(origin), None) if asks && is_canonical(origin) => {
                Caller::Unlisted(origin.clone())
            }
            (Some(_), _) => Caller::Stranger,
        }
    }
}

/// Whether no browser sent it, as far as its headers tell: what the page of a name of its own asks on its own site must not pass for a
/// program.
pub(crate) fn is_of_program(caller: &Caller, headers: &HeaderMap) -> bool {
    *caller == Caller::Program && !headers.contains_key(SEC_FETCH_SITE)
}

/// A page that is not listed gets nothing done. One that the user is asked about may have Payloads asked for, which `is_asked_about` says
/// of the request, and nothing else.
pub(crate) fn check(caller: &Caller, is_asked_about: bool) -> Result<(), RequestError> {
    match caller {
        Caller::Program | Caller::Page(_) => Ok(()),
        Caller::Unlisted(_) if is_asked_about => Ok(()),
        Caller::Unlisted(_) | Caller::Stranger => Err(RequestError::OriginNotAllowed),
    }
}

/// Whether it is one origin as browsers spell it: a name that answers can be remembered by. `null` is not.
fn is_canonical(origin: &HeaderValue) -> bool {
    let text = origin.to_str().unwrap_or_default();
    AllowedOrigins::parse([text]).is_ok_and(|origins| origins.allows(text))
}

/// Whether a browser sends it for the page of another site. What is neither `same-origin` nor `none` counts as that, a word that
/// there is not yet too.
fn is_of_other_site(headers: &HeaderMap) -> bool {
    let mut sites = headers.get_all(SEC_FETCH_SITE).iter();
    sites.any(|site| site != "same-origin" && site != "none")
}
