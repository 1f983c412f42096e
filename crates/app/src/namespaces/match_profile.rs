//! What a Namespace would get: its profile, why that one, and the keys that it may use.

use codec_server::Namespace;

use super::Namespaces;
use super::view::{MatchProfileRequest, MatchView};
use crate::config::profiles::named_only;
use crate::error::AppError;
use crate::plan::key_messages::called;

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl Namespaces {
    /// See the command table.
    ///
    /// # Errors
    /// None.
    pub fn match_profile(&self, request: MatchProfileRequest) -> Result<MatchView, AppError> {
        let text = request.namespace.trim();
        let namespace = Namespace::new(text);
        let found = self.core.found(namespace.as_ref());
        let Some(name) = &found.profile else {
            return Ok(MatchView {
                profile: None,
                reason: "No profile includes it, so it is refused.".to_owned(),
                keys: Vec::new(),
            });
        };
        let reason = match (&found.pattern, &namespace) {
            (Some(pattern), _) if pattern == text => {
                format!("The profile {name} includes it by name.")
            }
            (Some(pattern), _) => format!("It matches {pattern} in the profile {name}."),
            (None, Some(_)) => "No profile includes it, so the default profile applies.".to_owned(),
            (None, None) => {
                "Clients without a Namespace send this, so the default profile applies.".to_owned()
            }
        };
        let plan = self.core.plan();
        let profile = plan
            .settings_of(named_only(name))
            .cloned()
            .unwrap_or_default();
        let encodes = plan.encode_key(&profile, namespace.as_ref());
        let encodes = encodes.map(|record| record.handle);
        let mut keys = plan.allowed(&profile, namespace.as_ref());
        keys.sort_by_key(|record| Some(record.handle) != encodes);
        Ok(MatchView {
            profile: Some(name.clone()),
            reason,
            keys: keys.into_iter().map(called).collect(),
        })
    }
}
