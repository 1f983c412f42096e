//! Temporal's own API, built in: `api/README.md` says where it comes from.

use std::io::Read as _;
use std::sync::OnceLock;

use flate2::read::DeflateDecoder;
use prost_reflect::DescriptorPool;

use crate::shapes::Types;

const DESCRIPTORS: &[u8] = include_bytes!("../api/temporal-api.binpb.deflate");

/// Whose descriptors are built in.
pub const TEMPORAL_API: &str = "Temporal’s API as in the Python SDK 1.35.0";

/// The types of Temporal's API, and Google's that it uses. They are read when they are asked for the first time.
pub fn temporal() -> &'static Types {
    static TYPES: OnceLock<Types> = OnceLock::new();
    TYPES.get_or_init(|| Types::of(pool()))
}

/// The descriptors of all files.
pub(crate) fn pool() -> &'static DescriptorPool {
    static POOL: OnceLock<DescriptorPool> = OnceLock::new();
    POOL.get_or_init(|| {
        let mut bytes = Vec::new();
        let read = DeflateDecoder::new(DESCRIPTORS).read_to_end(&mut bytes);
        read.expect("the descriptors that are built in are whole");
        DescriptorPool::decode(&*bytes).expect("the descriptors that are built in fit each other")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_the_api_is_built_in_and_small() {
        let types = temporal();
        for name in [
            "temporal.api.history.v1.History",
            "temporal.api.export.v1.WorkflowExecutions",
            "temporal.api.workflowservice.v1.DescribeActivityExecutionResponse",
            "temporal.api.workflowservice.v1.SignalWithStartWorkflowExecutionRequest",
            "temporal.api.sdk.v1.UserMetadata",
            "temporal.api.errordetails.v1.MultiOperationExecutionFailure",
            "google.rpc.Status",
            "google.protobuf.Struct",
        ] {
            assert!(types.find(name).is_some(), "{name}");
        }
        assert!(types.messages.len() > 600, "{types:?}");
        assert!(
            !types
                .names()
                .any(|name| name.starts_with("temporal.api.cloud"))
        );
        assert!(DESCRIPTORS.len() < 64 << 10, "{} bytes", DESCRIPTORS.len());
    }
}
