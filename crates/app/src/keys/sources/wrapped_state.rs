//! How the unwrapping of data keys stands, for the window.

use super::wrapped_view::{WrappedKeySource, WrappedKeysView};
use crate::core::Core;

/// How it stands now.
pub(super) fn view(core: &Core, change: Option<u32>) -> WrappedKeysView {
    let settings = core.settings().get();
    let keys = core.keys();
    let sources = settings.wrapped_keys.iter().map(|saved| {
        // One that this version cannot use is listed as well: it can be changed, and removed.
        let source = saved.source().ok();
        let command = source.as_ref().map(|source| source.command());
        WrappedKeySource {
            wrapped_by: saved.wrapped_by.clone(),
            command: saved.command.clone(),
            words: command.map_or_else(Vec::new, |command| command.words().to_vec()),
            seconds: saved.seconds.and_then(|seconds| seconds.try_into().ok()),
            confirmed: command.is_some_and(|command| keys.trusts(command)),
        }
    });
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let asking = keys.data_keys().asking();
    WrappedKeysView {
        sources: sources.collect(),
        waiting_for: asking.waiting_for,
        n_waiting: count(asking.n_waiting),
        n_held: count(asking.n_held),
        change,
    }
}
