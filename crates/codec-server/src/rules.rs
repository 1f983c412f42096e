//! The rules that a Codec Server serves by: what may change while it runs. They are swapped whole, and each request sees one set
//! of them from its start to its end. Access rules, of which the first that fits decides, are in the crate `access`.

pub(crate) mod allowed_origins;

pub(crate) mod consent;

pub(crate) mod directory;

pub(crate) mod pattern;

pub(crate) mod pause;

pub(crate) mod profile;

pub(crate) mod program_hosts;

use std::sync::Arc;

use access::Access;

use crate::rules::allowed_origins::AllowedOrigins;
use crate::rules::consent::AskConsent;
use crate::rules::directory::CodecDirectory;
use crate::rules::pause::Pause;
use crate::rules::program_hosts::ProgramHosts;

/// Who is served, and with which codecs.
pub struct Rules {
    /// The pages that may ask.
    pub origins: AllowedOrigins,
    /// Hosts that programs may ask for beside the names of this machine, and pages may not.
    pub program_hosts: ProgramHosts,
    /// Which codecs a Namespace has.
    pub directory: CodecDirectory,
    /// Who may have what, where that is asked; absent, nothing of it costs a request anything.
    pub access: Option<Arc<Access>>,
    /// Who asks the user before somebody is served for the first time; absent where nobody is asked.
    pub consent: Option<Arc<dyn AskConsent>>,
    /// Whether the user locked the app, so that no key opens anything. For whoever asks how the server is; codecs know it themselves.
    pub locked: bool,
    /// The largest request body, in bytes.
    pub max_body_bytes: usize,
    /// Whether anything is decoded and encoded at all; rules that replace these take the same switch over.
    pub pause: Pause,
}
