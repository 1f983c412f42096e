//! Temporal Proxy's gRPC extension service, as a client: `api.kms.v1.EncryptionService/Decrypt` takes a wrapped data key and gives
//! the data key. Asked is a server on this machine alone, because there is no TLS here; one question is one connection.
//!
//! The data key is in memory that is overwritten, and nowhere else: it never gets into the buffers of the HTTP library (`kept`).

mod address;

mod ask;

mod kept;

mod message;

mod refusal;

pub use address::{Address, BadAddress};
pub use ask::unwrap;
pub use kept::MAX_ANSWER_BYTES;
pub use refusal::{Refusal, Why};
