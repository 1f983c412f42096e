//! What other rooms may know of the Codec Server.

use std::sync::Arc;

use codec_server::Replayer;
use tokio_rustls::rustls::ClientConfig;

use super::view::ServerView;
use crate::error::AppError;

/// The Codec Server, for whoever tells clients of it, looks at it, or asks it something.
pub(crate) trait Serving: Send + Sync {
    /// The URL that clients ask, or would if it served.
    fn endpoint(&self) -> String;

    /// Its state.
    fn status(&self) -> Result<ServerView, AppError>;

    /// How a client trusts this machine's authority, and nobody else.
    ///
    /// # Errors
    /// [`crate::Code::KeychainUnavailable`].
    fn trusting_clients(&self) -> Result<Arc<ClientConfig>, AppError>;

    /// Asks requests of the server again; `None` where it does not serve.
    fn replayer(&self) -> Option<Replayer>;
}
