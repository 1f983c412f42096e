//! What groups of events are called whose Payloads say it.

use std::sync::OnceLock;

/// Each name is read when it is first asked for.
#[derive(Default)]
pub(super) struct GroupNames(OnceLock<Vec<OnceLock<String>>>);

impl GroupNames {
    /// The name of one of so many groups; empty where there is no such group.
    pub(super) fn get_or_read(
        &self,
        number: usize,
        n_groups: usize,
        read: impl FnOnce() -> String,
    ) -> &str {
        let none = || (0..n_groups).map(|_| OnceLock::new()).collect();
        let names: &Vec<OnceLock<String>> = self.0.get_or_init(none);
        names.get(number).map_or("", |name| name.get_or_init(read))
    }
}
