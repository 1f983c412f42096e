//! Captured requests, asked again: the same checks and the same work, without a connection.

use zeroize::Zeroizing;

use crate::record::capture::CapturedRequest;
use crate::router::ServerState;

/// Asks captured requests again. Cheap to clone; it works on after its server stopped, for what was asked already.
#[derive(Clone)]
pub struct Replayer(pub(crate) ServerState);

impl Replayer {
    /// Asks a captured request again, within this process and by every check of the router; it is recorded as a replay of
    /// `of`. `None` where the request's body was not kept.
    pub async fn replay(&self, request: &CapturedRequest, of: u64) -> Option<Replayed> {
        let response = self.0.respond(request.again()?, Some(of)).await;
        Some(Replayed {
            status: response.status().as_u16(),
            body: Zeroizing::new(response.into_body().to_vec()),
        })
    }
}

/// The answer to a replay.
pub struct Replayed {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Zeroizing<Vec<u8>>,
}
