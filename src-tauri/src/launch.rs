//! What a start was asked for: nothing, to stay hidden, or to open a link. A second start hands the same to the first one.

use app::{App, LINK_SCHEME};
use tauri::AppHandle;

use crate::window;

/// Starts without a window, as at login.
pub(crate) const HIDDEN: &str = "--hidden";

/// What the arguments of a start say.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Launch {
    /// No window is shown.
    pub(crate) hidden: bool,
    /// The last link among them; nothing in it was looked at.
    pub(crate) link: Option<String>,
}

impl Launch {
    /// Reads arguments, the program's own name among them or not. What is not known means nothing: desktops add their own.
    pub(crate) fn of(arguments: impl IntoIterator<Item = String>) -> Self {
        let mut launch = Launch::default();
        for argument in arguments {
            if argument == HIDDEN {
                launch.hidden = true;
            } else if is_link(&argument) {
                launch.link = Some(argument);
            }
        }
        // Somebody waits in front of the screen for what the link shows.
        launch.hidden &= launch.link.is_none();
        launch
    }

    /// Of this process.
    pub(crate) fn of_this_process() -> Self {
        Self::of(std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()))
    }
}

/// A second start of the program: it ends, and this one does what it was asked for.
pub(crate) fn again(tauri: &AppHandle, app: &App, arguments: Vec<String>) {
    let launch = Launch::of(arguments);
    if let Some(link) = &launch.link {
        app.desktop().open_link(link);
    }
    if !launch.hidden {
        window::show(tauri);
    }
}

fn is_link(argument: &str) -> bool {
    argument
        .split_once(':')
        .is_some_and(|(scheme, _)| scheme.eq_ignore_ascii_case(LINK_SCHEME))
}

#[cfg(test)]
mod tests {
    use super::Launch;

    #[track_caller]
    fn check(arguments: &[&str], hidden: bool, link: Option<&str>) {
        let launch = Launch::of(arguments.iter().map(|&argument| argument.to_owned()));
        let link = link.map(str::to_owned);
        assert_eq!(launch, Launch { hidden, link }, "{arguments:?}");
    }

    #[test]
    fn arguments_say_what_a_start_is_for() {
        let (one, two) = ("temporal-codec://inspect?payload=1", "TEMPORAL-CODEC:2");
        check(&["program"], false, None);
        check(&["program", "--hidden"], true, None);
        check(&["program", "--Hidden", "-x", "file.json"], false, None);
        check(&["program", one], false, Some(one));
        check(&["program", one, two], false, Some(two));
        check(&["program", "--hidden", one], false, Some(one));
        check(&["program", "https://temporal-codec://"], false, None);
    }
}
