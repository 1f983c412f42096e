//! The host of a request that was refused for it, where a program asked and can be allowed to.

use codec_server::{Code, RequestRecord};

use crate::config::canonical_hosts::canonical_program_host;

/// `None` where a page may have asked, and where what was sent is no host that can be allowed.
pub(crate) fn host_to_allow(record: &RequestRecord) -> Option<String> {
    let is_refused = record.code == Some(Code::HostNotAllowed) && record.origin.is_none();
    let mut hosts = record.headers.iter().filter(|header| header.name == "host");
    let (host, another) = (hosts.next()?, hosts.next());
    let is_of_browser = record.headers.get("sec-fetch-site").is_some();
    let can_be = is_refused && another.is_none() && !host.masked && !is_of_browser;
    can_be.then(|| canonical_program_host(host.value).ok())?
}
