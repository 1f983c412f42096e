//! What other rooms may know of the Codec Server.

use codec_server::Replayer;

/// The Codec Server, for whoever tells clients of it or asks it something again.
pub(crate) trait Serving: Send + Sync {
    /// The URL that clients ask, or would if it served.
    fn endpoint(&self) -> String;

    /// Asks requests of the server again; `None` where it does not serve.
    fn replayer(&self) -> Option<Replayer>;
}
