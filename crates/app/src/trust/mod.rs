//! Trusting the authority of this machine, and no longer: what browsers on Linux keep of authorities, and what the whole machine does,
//! is changed for the user, who is told exactly what is done; on another system it is a command to run by hand.

mod machine;

mod nss;

mod stores;

mod tool;

pub(crate) mod view;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use access::{AUTHORITY_NAME, LocalAuthority};
use key_store::{OsKeychain, Vault};
use temporal_payload::shown;

use crate::core::desktop_port::DesktopPort;
use crate::error::{AppError, Code};
use crate::paths::{self, IDENTIFIER};
use crate::server::local_authority::local_authority;
use crate::server::view::ConnectStep;

use machine::MachineStore;
use nss::{Certutil, Found};
use stores::Store;
use tool::ToolError;
use view::{TrustState, TrustStoreRequest, TrustStoreView, TrustView};

/// Characters of a path that is shown.
const MAX_PATH: usize = 400;
/// What the whole machine is called in a request.
const MACHINE: &str = "machine";

/// Who trusts the authority of this machine.
pub struct AuthorityTrust {
    vault: Arc<dyn Vault>,
    desktop: DesktopPort,
    /// Where browsers keep what they trust; `None` where this app does not know.
    home: Option<PathBuf>,
    certutil: Certutil,
    machine: Option<MachineStore>,
}

impl AuthorityTrust {
    pub(crate) fn new(vault: Arc<dyn Vault>, desktop: DesktopPort, home: Option<PathBuf>) -> Self {
        AuthorityTrust {
            vault,
            desktop,
            home: home.filter(|_| cfg!(target_os = "linux")),
            certutil: Certutil::new(),
            machine: MachineStore::find(Path::new("/")).filter(|_| cfg!(target_os = "linux")),
        }
    }

    /// That of this user, for the command line.
    pub fn of_this_user() -> Self {
        let vault = Arc::new(OsKeychain::new(IDENTIFIER));
        Self::new(vault, DesktopPort::default(), paths::home())
    }

    /// Trusts it in a browser, on the whole machine, or in every browser, without a question: whoever calls this was asked to.
    ///
    /// # Errors
    /// [`Code::InvalidSetting`] for a browser that there is not, [`Code::File`] with what the tool said.
    pub fn trust_in(&self, id: Option<&str>) -> Result<TrustView, AppError> {
        let authority = self.authority()?;
        if let Some(machine) = self.is_machine(id) {
            let trusted = machine.trust(authority.certificate());
            trusted.map_err(|error| machine_failed(&error))?;
            tracing::info!("this machine trusts its authority");
            return self.list_trust(());
        }
        for store in self.chosen(id)? {
            if !store.is_there {
                self.certutil
                    .make(&store.folder)
                    .map_err(|error| failed(&error))?;
            }
            let (name, pem) = (authority.name(), authority.certificate());
            let trusted = self
                .certutil
                .trust(&store.folder, name, AUTHORITY_NAME, pem);
            trusted.map_err(|error| failed(&error))?;
            tracing::info!(store = store.id, "the authority of this machine is trusted");
        }
        self.list_trust(())
    }

    /// Takes that back.
    ///
    /// # Errors
    /// As [`AuthorityTrust::trust_in`].
    pub fn untrust_in(&self, id: Option<&str>) -> Result<TrustView, AppError> {
        if let Some(machine) = self.is_machine(id) {
            machine.untrust().map_err(|error| machine_failed(&error))?;
            tracing::info!("this machine does not trust its authority any more");
            return self.list_trust(());
        }
        for store in self.chosen(id)?.iter().filter(|store| store.is_there) {
            let removed = self.certutil.untrust(&store.folder, AUTHORITY_NAME);
            removed.map_err(|error| failed(&error))?;
            tracing::info!(
                store = store.id,
                "the authority of this machine is not trusted any more"
            );
        }
        self.list_trust(())
    }

    fn authority(&self) -> Result<LocalAuthority, AppError> {
        local_authority(&*self.vault)
    }

    fn is_machine(&self, id: Option<&str>) -> Option<&MachineStore> {
        self.machine.as_ref().filter(|_| id == Some(MACHINE))
    }

    fn stores(&self) -> Vec<Store> {
        self.home.as_deref().map(stores::find).unwrap_or_default()
    }

    /// The browser with this id; each that there is, without one.
    fn chosen(&self, id: Option<&str>) -> Result<Vec<Store>, AppError> {
        self.certutil.is_there().map_err(|error| failed(&error))?;
        let stores = self.stores().into_iter();
        let chosen: Vec<_> = stores
            .filter(|store| id.is_none_or(|id| store.id == id))
            .collect();
        match chosen.is_empty() {
            false => Ok(chosen),
            true => Err(no_such_store()),
        }
    }

    fn row(&self, store: &Store, authority: &LocalAuthority) -> TrustStoreView {
        let name = authority.name();
        let found = match store.is_there {
            true => {
                self.certutil
                    .look(&store.folder, name, AUTHORITY_NAME, authority.certificate())
            }
            false => Ok(Found::NotTrusted),
        };
        let (state, problem) = match found {
            Ok(found) => (found.into(), None),
            Err(error) => (TrustState::Unknown, Some(error.to_string())),
        };
        let folder = shown(&store.folder.display().to_string(), MAX_PATH);
        let database = quoted(&format!("sql:{folder}"));
        let (place, named) = (quoted(&folder), quoted(name));
        TrustStoreView {
            id: store.id.clone(),
            name: store.name.clone(),
            is_browser: true,
            state,
            problem,
            trust_command: format!(
                "{}certutil -A -d {database} -t C,, -n {named} -a < certificate.pem",
                match store.is_there {
                    true => String::new(),
                    false => format!(
                        "mkdir -p {place} && certutil -N -d {database} --empty-password && "
                    ),
                }
            ),
            untrust_command: format!("certutil -D -d {database} -n {named}"),
            folder,
        }
    }

    fn machine_row(&self, authority: &LocalAuthority) -> Option<TrustStoreView> {
        let machine = self.machine.as_ref()?;
        Some(TrustStoreView {
            id: MACHINE.to_owned(),
            name: "This machine (curl and other programs)".to_owned(),
            is_browser: false,
            folder: shown(&machine.folder().display().to_string(), MAX_PATH),
            state: machine.look(authority.certificate()).into(),
            problem: None,
            trust_command: machine.trust_command(),
            untrust_command: machine.untrust_command(),
        })
    }

    /// The row with this id.
    fn row_of(&self, id: &str, authority: &LocalAuthority) -> Result<TrustStoreView, AppError> {
        match self.is_machine(Some(id)) {
            Some(_) => self.machine_row(authority).ok_or_else(no_such_store),
            None => Ok(self.row(&self.chosen(Some(id))?.remove(0), authority)),
        }
    }
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl AuthorityTrust {
    /// See the command table.
    ///
    /// # Errors
    /// [`Code::KeychainUnavailable`].
    pub fn list_trust(&self, (): ()) -> Result<TrustView, AppError> {
        let authority = self.authority()?;
        let stores = self.stores();
        let problem = match stores.is_empty() {
            true => None,
            false => self.certutil.is_there().err().map(|error| failed(&error)),
        };
        Ok(TrustView {
            authority: authority.name().to_owned(),
            stores: stores
                .iter()
                .map(|store| self.row(store, &authority))
                .chain(self.machine_row(&authority))
                .collect(),
            problem,
            by_hand: by_hand(authority.name()),
        })
    }

    /// See the command table. The desktop asks first, with the exact command.
    ///
    /// # Errors
    /// As [`AuthorityTrust::trust_in`]; [`Code::Desktop`] where there is nobody to ask, or the answer is no.
    pub fn trust_authority(&self, request: TrustStoreRequest) -> Result<TrustView, AppError> {
        let authority = self.authority()?;
        let row = self.row_of(&request.store, &authority)?;
        let text = format!(
            "{} will trust certificates of this machine’s authority, {}, for localhost, 127.0.0.1 and ::1, and for nothing else. Certificates of this app that were trusted there before are removed. This is run:\n\n{}",
            row.name,
            authority.name(),
            row.trust_command
        );
        let yes = self
            .desktop
            .ask("the certificate was not trusted", |desktop| {
                desktop.confirm("Trust the certificate of this machine?", &text, "Trust")
            })?;
        match yes {
            true => self.trust_in(Some(&request.store)),
            false => self.list_trust(()),
        }
    }

    /// See the command table. For the whole machine, the desktop asks first, with the exact command.
    ///
    /// # Errors
    /// As [`AuthorityTrust::untrust_in`]; [`Code::Desktop`] where there is nobody to ask.
    pub fn untrust_authority(&self, request: TrustStoreRequest) -> Result<TrustView, AppError> {
        if let Some(machine) = self.is_machine(Some(&request.store)) {
            let text = format!(
                "This machine will no longer trust certificates of its authority. An administrator has to agree. This is run:\n\n{}",
                machine.untrust_command()
            );
            let yes = self
                .desktop
                .ask("the trust was not taken back", |desktop| {
                    desktop.confirm("Take back the trust of this machine?", &text, "Take back")
                })?;
            if !yes {
                return self.list_trust(());
            }
        }
        self.untrust_in(Some(&request.store))
    }
}

/// As a shell takes it for one word.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

fn no_such_store() -> AppError {
    AppError::new(
        Code::InvalidSetting,
        "there is no such browser whose authorities this app can change",
    )
    .hint("Export the certificate, and import it where that browser says.")
}

fn machine_failed(error: &ToolError) -> AppError {
    AppError::new(Code::File, error.to_string()).hint(
        "An administrator has to agree. Try again, or run the commands below “By hand” in a terminal.",
    )
}

fn failed(error: &ToolError) -> AppError {
    let hint = match error {
        ToolError::Missing(_) => {
            "Install it (Debian and Ubuntu: libnss3-tools; Fedora: nss-tools), then try again; or export the certificate, and import it in the browser."
        }
        ToolError::NotRun(..) | ToolError::TooSlow(..) | ToolError::Said(..) => {
            "Close the browser and try again. Where its database has a password, import the certificate in the browser instead."
        }
    };
    AppError::new(Code::File, error.to_string()).hint(hint)
}

/// What needs an administrator where nothing asks for one, or another system. None of it is run by this app.
fn by_hand(name: &str) -> Vec<ConnectStep> {
    let step = |text: &str, copy: String| ConnectStep {
        text: text.to_owned(),
        copy: Some(copy),
    };
    let file = "temporal-codec-authority.pem";
    if cfg!(target_os = "macos") {
        return vec![
            step(
                "Trust it for your account (not tried on a Mac so far)",
                format!(
                    "security add-trusted-cert -r trustRoot -p ssl -k ~/Library/Keychains/login.keychain-db {file}"
                ),
            ),
            step(
                "Take that back",
                format!(
                    "security delete-certificate -t -c '{name}' ~/Library/Keychains/login.keychain-db"
                ),
            ),
        ];
    }
    if cfg!(windows) {
        return vec![
            step(
                "Trust it for your account (not tried on Windows so far)",
                format!("certutil -user -addstore Root {file}"),
            ),
            step(
                "Take that back",
                format!("certutil -user -delstore Root \"{name}\""),
            ),
        ];
    }
    vec![
        step("Programs such as curl: trust it on the whole machine (Debian, Ubuntu)", format!("sudo cp {file} /usr/local/share/ca-certificates/temporal-codec-authority.crt && sudo update-ca-certificates")),
        step("Take that back", "sudo rm /usr/local/share/ca-certificates/temporal-codec-authority.crt && sudo update-ca-certificates --fresh".to_owned()),
    ]
}
