//! What may change while the server runs. Rules are swapped whole, and each request sees one set of them from its start to
//! its end.

use crate::auth::BearerToken;
use crate::directory::CodecDirectory;
use crate::origins::AllowedOrigins;
use crate::pause::Pause;

/// Who is served, and with which codecs.
pub struct Rules {
    /// The pages that may ask.
    pub origins: AllowedOrigins,
    /// Which codecs a Namespace has.
    pub directory: CodecDirectory,
    /// Asked of everyone, where it is set. A Web UI cannot send one.
    pub token: Option<BearerToken>,
    /// The largest request body, in bytes.
    pub max_body_bytes: usize,
    /// Whether anything is decoded and encoded at all; rules that replace these take the same switch over.
    pub pause: Pause,
}
