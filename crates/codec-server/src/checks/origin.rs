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
    /// Any other page: not listed, `null`, several origins at once, or one that has its browser send none: an image, a script, a
    /// frame, `no-cors`.
    Stranger,
}

impl Caller {
    pub(crate) fn of(headers: &HeaderMap, allowed: &AllowedOrigins) -> Self {
        let mut origins = headers.get_all(ORIGIN).iter();
        match (origins.next(), origins.next()) {
            (None, _) if is_of_other_site(headers) => Caller::Stranger,
            (None, _) => Caller::Program,
            (Some(origin), None) if origin.to_str().is_ok_and(|text| allowed.allows(text)) => {
                Caller::Page(origin.clone())
            }
            (Some(_), _) => Caller::Stranger,
        }
    }
}

/// A page that is not listed gets nothing done.
pub(crate) fn check(caller: &Caller) -> Result<(), RequestError> {
    match caller {
        Caller::Program | Caller::Page(_) => Ok(()),
        Caller::Stranger => Err(RequestError::OriginNotAllowed),
    }
}

/// Whether a browser sends it for the page of another site. What is neither `same-origin` nor `none` counts as that, a word that
/// there is not yet too.
fn is_of_other_site(headers: &HeaderMap) -> bool {
    let mut sites = headers.get_all(SEC_FETCH_SITE).iter();
    sites.any(|site| site != "same-origin" && site != "none")
}
