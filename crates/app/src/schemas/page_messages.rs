//! Messages as pages get them where that is chosen: as JSON, by the types in force.

use std::sync::Arc;

use codec_server::ReadMessages;
use temporal_payload::Payload;

use super::SchemasInForce;
use super::message_types::as_json;
use crate::config::Settings;

struct PageMessages {
    schemas: Arc<SchemasInForce>,
    paths: Vec<String>,
}

impl ReadMessages for PageMessages {
    fn as_json(&self, payload: &Payload) -> Option<Payload> {
        as_json(payload, &self.schemas.of(&self.paths))
    }
}

/// What reads them, by the types of these settings.
pub(crate) fn for_pages(
    schemas: &Arc<SchemasInForce>,
    settings: &Settings,
) -> Arc<dyn ReadMessages> {
    Arc::new(PageMessages {
        schemas: schemas.clone(),
        paths: settings.protobuf.paths.clone(),
    })
}
