//! What the product and its tests need from the system: Debian's name for it, and how another system can tell.

use Proof::{Library, Program};

/// One thing that must be installed.
#[derive(Debug, Clone)]
pub(crate) struct Need {
    /// The Debian and Ubuntu package.
    pub(crate) package: &'static str,
    /// How to tell on a system that has no such package names.
    pub(crate) proof: Proof,
}

/// What being installed looks like.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Proof {
    /// A program on `PATH`.
    Program(&'static str),
    /// A library that pkg-config knows.
    Library(&'static str),
}

const fn need(package: &'static str, proof: Proof) -> Need {
    Need { package, proof }
}

/// To build anything: Rust's linker, and zstd's C sources.
pub(crate) const COMPILING: &[Need] = &[
    need("build-essential", Program("cc")),
    need("pkg-config", Program("pkg-config")),
];

/// To build and show the window: WebKitGTK and the tray.
pub(crate) const WINDOW: &[Need] = &[
    need("libwebkit2gtk-4.1-dev", Library("webkit2gtk-4.1")),
    need("libgtk-3-dev", Library("gtk+-3.0")),
    need(
        "libayatana-appindicator3-dev",
        Library("ayatana-appindicator3-0.1"),
    ),
    need("librsvg2-dev", Library("librsvg-2.0")),
    need("libdbus-1-dev", Library("dbus-1")),
];

/// What testing adds: a screen, a session bus, a real keychain, two browsers, Python for the real
/// Temporal server, and what counts instructions.
pub(crate) const TESTING: &[Need] = &[
    need("xvfb", Program("Xvfb")),
    need("xauth", Program("xauth")),
    need("dbus", Program("dbus-run-session")),
    need("gnome-keyring", Program("gnome-keyring-daemon")),
    need("libsecret-tools", Program("secret-tool")),
    need("libglib2.0-bin", Program("gdbus")),
    need("webkit2gtk-driver", Program("WebKitWebDriver")),
    need("chromium", Program("chromium")),
    need("libnss3-tools", Program("certutil")),
    need("firefox-esr", Program("firefox-esr")),
    need("dbus-bin", Program("dbus-monitor")),
    need("xdotool", Program("xdotool")),
    need("procps", Program("ps")),
    need("lsof", Program("lsof")),
    need("fonts-dejavu-core", Program("fc-list")),
    need("fontconfig", Program("fc-list")),
    need("python3-venv", Program("python3")),
    need("curl", Program("curl")),
    need("ca-certificates", Program("curl")),
    need("git", Program("git")),
    need("valgrind", Program("valgrind")),
];

/// The kinds of system that this tool can tell apart.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub(crate) enum System {
    /// Debian, Ubuntu and what descends from them.
    Apt,
    /// Another Linux: the list is checked, and printed if something lacks.
    OtherLinux,
    /// macOS and Windows bring their web view and keychain with them.
    Complete,
}

impl System {
    /// The system that we run on.
    pub(crate) fn here() -> System {
        if cfg!(target_os = "linux") {
            System::of_os_release(&std::fs::read_to_string("/etc/os-release").unwrap_or_default())
        } else {
            System::Complete
        }
    }

    /// Reads `ID` and `ID_LIKE` as os-release(5) writes them.
    fn of_os_release(text: &str) -> System {
        let names = text
            .lines()
            .filter_map(|line| line.strip_prefix("ID=").or(line.strip_prefix("ID_LIKE=")))
            .flat_map(|value| value.trim_matches(['"', '\'']).split(' '));
        if names.into_iter().any(|it| it == "debian" || it == "ubuntu") {
            System::Apt
        } else {
            System::OtherLinux
        }
    }
}

/// The packages among `wanted` that `dpkg-query -W -f='${Package} ${db:Status-Status}\n'` does not list as installed.
pub(crate) fn not_installed<'a>(wanted: &[&'a Need], listing: &str) -> Vec<&'a str> {
    let installed = |package: &str| {
        listing
            .lines()
            .any(|line| line.split_once(' ') == Some((package, "installed")))
    };
    let packages = wanted.iter().map(|it| it.package);
    packages.filter(|it| !installed(it)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debian_and_its_children_have_apt() {
        let check = |text, expect| assert_eq!(System::of_os_release(text), expect, "{text}");
        check("NAME=\"Debian\"\nID=debian\n", System::Apt);
        check("ID=ubuntu\nID_LIKE=debian\n", System::Apt);
        check("ID=pop\nID_LIKE=\"ubuntu debian\"\n", System::Apt);
        check("ID=fedora\nVARIANT_ID=debian\n", System::OtherLinux);
        check(
            "ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"\n",
            System::OtherLinux,
        );
        check("", System::OtherLinux);
    }

    #[test]
    fn removed_and_unknown_packages_are_missing() {
        let wanted = TESTING.iter().collect::<Vec<_>>();
        let missing = |listing: &str| not_installed(&wanted, listing);
        assert_eq!(missing("").len(), TESTING.len());
        let listing =
            "xvfb installed\nxauth config-files\ndbus not-installed\nchromium-common installed\n";
        let found = missing(listing);
        assert!(!found.contains(&"xvfb"));
        assert!(found.contains(&"xauth") && found.contains(&"dbus") && found.contains(&"chromium"));
    }

    #[test]
    fn no_package_is_named_twice() {
        let sets = [COMPILING, WINDOW, TESTING];
        let mut names = sets
            .concat()
            .iter()
            .map(|it| it.package)
            .collect::<Vec<_>>();
        let n_names = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), n_names);
    }
}
