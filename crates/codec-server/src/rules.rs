//! The rules that a Codec Server serves by: what may change while it runs. They are swapped whole, and each request sees one set
//! of them from its start to its end. Access rules, of which the first that fits decides, are in the crate `access`.

pub(crate) mod allowed_origins;

pub(crate) mod keys_version;

pub(crate) mod consent;

pub(crate) mod directory;

pub(crate) mod pattern;

pub(crate) mod pause;

pub(crate) mod profile;

pub(crate) mod program_hosts;

pub(crate) mod shut;

use std::sync::Arc;

use access::Access;

use crate::rules::allowed_origins::AllowedOrigins;
use crate::rules::consent::AskConsent;
use crate::rules::directory::CodecDirectory;
use crate::rules::keys_version::KeysVersion;
use crate::rules::pause::Pause;
use crate::rules::program_hosts::ProgramHosts;
use crate::rules::shut::Shut;

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
    /// By whose programs a token is called by its name where `access` is absent, so that nobody who sends one is said to have none.
    pub programs: Option<Arc<Access>>,
    /// Who asks the user before somebody is served for the first time; absent where nobody is asked.
    pub consent: Option<Arc<dyn AskConsent>>,
    /// Why no key opens anything, if none does; a pause is told apart below. Codecs know it themselves: this is for whoever asks how
    /// the server is, and nobody is asked for consent meanwhile.
    pub shut: Option<Shut>,
    /// Whether some key is in the encrypted key file, and waits for its passphrase.
    pub awaits_passphrase: bool,
    /// The largest request body, in bytes.
    pub max_body_bytes: usize,
    /// Whether anything is decoded and encoded at all; rules that replace these take the same switch over.
    pub pause: Pause,
    /// The keys of all profiles, where requests that are asked again are answered from memory for as long as those stay as they are;
    /// absent, each request is worked on.
    pub keys_for_cache: Option<Arc<dyn KeysVersion>>,
}
