//! What happened to one Payload on its way through a chain: the truth that the inspector shows and the request log counts.

use std::sync::Arc;

use temporal_payload::Payload;

use crate::codec_name::CodecName;
use crate::data_key::DataKeyProblem;
use crate::error::CodecError;
use crate::key_id::KeyId;

/// A Payload after as many layers as could be taken off.
#[derive(Clone, Debug)]
pub struct Decoded {
    /// What is left: the plain Payload, or, with an error, the layer that could not be taken off.
    pub payload: Payload,
    /// The layers taken off, outermost first.
    pub steps: Vec<Step>,
    /// Why it stopped before the Payload was plain.
    pub error: Option<CodecError>,
}

impl Decoded {
    /// Whether `payload` is a valid answer to who asked for decoding, although `error` may say that one more layer is there.
    ///
    /// Every worker's codec takes off its own layer and leaves what is inside alone, also where that happens to look
    /// encrypted. So a layer below the first one that names a key we do not have is somebody else's, not a failure.
    pub fn is_answer(&self) -> bool {
        match &self.error {
            None => true,
            Some(
                CodecError::KeyNotFound(_)
                | CodecError::KeyWithheld { .. }
                | CodecError::DataKey {
                    problem: DataKeyProblem::NoSource,
                    ..
                },
            ) => !self.steps.is_empty(),
            Some(_) => false,
        }
    }
}

/// One layer that was taken off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Which codec did it.
    pub codec: CodecName,
    /// In which format, for encryption: a preset's name, or one that the user gave.
    pub format: Option<Arc<str>>,
    /// With which key, for encryption; none where the Payload itself says what the key is.
    pub key_id: Option<KeyId>,
    /// Size of the data that went in, in bytes.
    pub bytes_in: usize,
    /// Size of the data that came out, in bytes.
    pub bytes_out: usize,
}
