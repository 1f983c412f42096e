//! What every program of this machine trusts, curl and the CLI among them, on Linux: a folder of an administrator's, and the tool of the
//! distribution that reads it. An administrator is asked for by `pkexec`, which shows the dialog of the desktop.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::nss::Found;
use super::tool::{Tool, ToolError};

/// How long somebody has to type a password.
const PATIENCE: Duration = Duration::from_secs(180);
/// Asks for an administrator: not where `PATH` says.
const PKEXEC: &str = "usr/bin/pkexec";
/// The file's name without its ending.
const NAME: &str = "temporal-codec-authority";
/// A certificate is two thousand bytes.
const MAX_CERTIFICATE_BYTES: u64 = 64 << 10;

/// How a family of distributions keeps it.
struct Family {
    /// Where certificates are put.
    folder: &'static str,
    /// What reads them from there, and what does after one was removed.
    tool: &'static str,
    after_removal: &'static str,
    /// Where the tool leaves what shows that it has read them, if it does.
    made: Option<&'static str>,
}

const FAMILIES: [Family; 2] = [
    // Debian, Ubuntu and what is made of them: update-ca-certificates(8).
    Family {
        folder: "usr/local/share/ca-certificates",
        tool: "usr/sbin/update-ca-certificates",
        after_removal: " --fresh",
        made: Some("etc/ssl/certs/temporal-codec-authority.pem"),
    },
    // Fedora, RHEL and SUSE's newer ones: update-ca-trust(8).
    Family {
        folder: "etc/pki/ca-trust/source/anchors",
        tool: "usr/bin/update-ca-trust",
        after_removal: "",
        made: None,
    },
];

/// The certificates of this machine.
pub(super) struct MachineStore {
    root: PathBuf,
    family: &'static Family,
    pkexec: Tool,
}

impl MachineStore {
    /// `None` where it is not known how this machine keeps them, or nothing asks for an administrator. `root` is `/`.
    pub(super) fn find(root: &Path) -> Option<Self> {
        let family = FAMILIES
            .iter()
            .find(|family| root.join(family.folder).is_dir() && root.join(family.tool).is_file())?;
        let pkexec = root.join(PKEXEC);
        pkexec.is_file().then(|| MachineStore {
            root: root.to_owned(),
            family,
            pkexec: Tool::new("pkexec", pkexec, PATIENCE),
        })
    }

    /// Where certificates are put.
    pub(super) fn folder(&self) -> PathBuf {
        self.root.join(self.family.folder)
    }

    /// What it has of this authority.
    pub(super) fn look(&self, pem: &str) -> Found {
        let kept = key_store::files::open(&self.file())
            .and_then(|file| std::io::read_to_string(file.take(MAX_CERTIFICATE_BYTES)));
        let Ok(kept) = kept else {
            return Found::NotTrusted;
        };
        let is_read = |made: &str| self.root.join(made).exists();
        match self.family.made.is_none_or(is_read) {
            true if kept.trim() == pem.trim() => Found::Trusted,
            true => Found::AnotherOne,
            false => Found::NotTrusted,
        }
    }

    /// Trusts it, in place of the one of before.
    ///
    /// # Errors
    /// What the tools say; also where the user said no.
    pub(super) fn trust(&self, pem: &str) -> Result<(), ToolError> {
        self.run(&self.trusting(), pem)
    }

    /// Takes that back.
    ///
    /// # Errors
    /// As [`MachineStore::trust`].
    pub(super) fn untrust(&self) -> Result<(), ToolError> {
        self.run(&self.taking_back(), "")
    }

    /// What trusting it runs.
    pub(super) fn trust_command(&self) -> String {
        format!("pkexec sh -c \"{}\" < certificate.pem", self.trusting())
    }

    /// What taking that back runs.
    pub(super) fn untrust_command(&self) -> String {
        format!("pkexec sh -c \"{}\"", self.taking_back())
    }

    fn run(&self, script: &str, input: &str) -> Result<(), ToolError> {
        let arguments = ["/bin/sh", "-c", script];
        self.pkexec.run(&arguments, input.as_bytes()).map(drop)
    }

    fn file(&self) -> PathBuf {
        self.folder().join(NAME).with_extension("crt")
    }

    fn tool(&self) -> PathBuf {
        self.root.join(self.family.tool)
    }

    fn trusting(&self) -> String {
        let (file, tool) = (self.file(), self.tool());
        format!(
            "umask 022 && cat > '{}' && '{}'",
            file.display(),
            tool.display()
        )
    }

    fn taking_back(&self) -> String {
        let (file, tool) = (self.file(), self.tool());
        format!(
            "rm -f '{}' && '{}'{}",
            file.display(),
            tool.display(),
            self.family.after_removal
        )
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    const PEM: &str = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n";

    /// A machine of this family, whose `pkexec` does what it is asked.
    fn machine(family: &Family, update: &str) -> tempfile::TempDir {
        let root = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(root.path().join(family.folder)).expect("made");
        program(root.path(), PKEXEC, r#"exec "$@""#);
        program(root.path(), family.tool, update);
        root
    }

    fn program(root: &Path, path: &str, script: &str) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("below the root")).expect("made");
        let text = format!("#!/bin/sh\n{script}\n");
        key_store::files::write_atomically(&path, text.as_bytes()).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("runnable");
    }

    #[test]
    fn each_family_trusts_and_takes_it_back() {
        let [debian, fedora] = &FAMILIES;
        // As the real one: what is in the folder is linked, and with `--fresh` what is not there any more is not.
        let update = r#"cd "${0%usr/sbin/*}"; mkdir -p etc/ssl/certs
[ "$1" = --fresh ] && rm -f etc/ssl/certs/*
for each in usr/local/share/ca-certificates/*.crt; do
  [ -e "$each" ] && ln -sf "$PWD/$each" "etc/ssl/certs/$(basename "$each" .crt).pem"
done; exit 0"#;
        for (family, update) in [(debian, update), (fedora, "exit 0")] {
            let root = machine(family, update);
            let store = MachineStore::find(root.path()).expect("known");
            assert_eq!(store.look(PEM), Found::NotTrusted);
            store.trust(PEM).expect("trusted");
            assert_eq!(store.look(PEM), Found::Trusted);
            assert_eq!(store.look("another"), Found::AnotherOne);
            store.untrust().expect("taken back");
            assert_eq!(store.look(PEM), Found::NotTrusted);
            assert!(store.trust_command().contains(family.tool));
        }
    }

    #[test]
    fn what_the_tool_did_not_read_is_not_trusted_and_a_no_is_told() {
        let root = machine(&FAMILIES[0], "exit 0");
        let store = MachineStore::find(root.path()).expect("known");
        store.trust(PEM).expect("put there");
        assert_eq!(store.look(PEM), Found::NotTrusted);

        let refuses =
            "echo 'Error executing command as another user: Request dismissed' >&2; exit 126";
        program(root.path(), PKEXEC, refuses);
        let said = store.untrust().expect_err("refused").to_string();
        assert_eq!(
            said,
            "pkexec said: Error executing command as another user: Request dismissed"
        );
        assert!(store.file().is_file());
    }

    #[test]
    fn an_unknown_machine_has_none() {
        let root = machine(&FAMILIES[0], "exit 0");
        fs::remove_file(root.path().join(PKEXEC)).expect("removed");
        assert!(MachineStore::find(root.path()).is_none());
        let empty = tempfile::tempdir().expect("a folder");
        assert!(MachineStore::find(empty.path()).is_none());
    }
}
