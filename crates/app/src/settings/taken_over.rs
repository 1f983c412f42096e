//! Settings that take the place of others, and what of them stays: what the app keeps for itself, and tokens of programs.

use crate::config::Settings;

/// Everything but what the app keeps for itself.
pub(super) fn take_over(now: &mut Settings, from: &Settings) {
    let kept = now.clone();
    *now = from.clone();
    now.connected_cli = kept.connected_cli;
    now.recent_files = kept.recent_files;
    now.seen_version = kept.seen_version;
    now.ui.close_hint_shown = kept.ui.close_hint_shown;
    now.unknown = kept.unknown;
}

/// Whether they differ in nothing but what the app keeps for itself.
pub(super) fn same(one: &Settings, other: &Settings) -> bool {
    let mut taken = one.clone();
    take_over(&mut taken, other);
    taken == *one
}

/// The same, whatever became of the tokens of programs: they are no part of what is undone.
pub(super) fn same_but_tokens(one: &Settings, other: &Settings) -> bool {
    let without = |settings: &Settings| {
        let mut settings = settings.clone();
        settings.access.policy.programs.clear();
        settings
    };
    same(&without(one), &without(other))
}

/// Settings of before with the tokens of now: what was revoked or replaced stays so, and what was made since goes.
pub(super) fn with_tokens_of(mut before: Settings, now: &Settings) -> Settings {
    let was = std::mem::take(&mut before.access.policy.programs);
    let programs = now.access.policy.programs.iter();
    let kept = programs.filter(|entry| was.iter().any(|was| was.name == entry.name));
    before.access.policy.programs = kept.cloned().collect();
    before
}
