//! A database of certificates as browsers on Linux keep them (NSS), through its own tool, `certutil`: nothing else writes the format.

use std::path::Path;
use std::time::Duration;

use super::tool::{Tool, ToolError};

/// How long one call may take; a database on a network drive is slow.
const PATIENCE: Duration = Duration::from_secs(10);
/// Certificates of this app in one database: each removal is one call.
const MAX_OWN: usize = 20;

/// The tool.
pub(super) struct Certutil(Tool);

/// What a database has of one name's certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// This authority, trusted for websites.
    Trusted,
    /// It is not there, or not trusted for websites.
    NotTrusted,
    /// Another authority of this app is: one of before.
    AnotherOne,
}

impl Certutil {
    /// The one in `PATH`.
    pub(super) fn new() -> Self {
        Certutil(Tool::new("certutil", "certutil", PATIENCE))
    }

    /// Whether it can be run at all.
    ///
    /// # Errors
    /// [`ToolError::Missing`].
    pub(super) fn is_there(&self) -> Result<(), ToolError> {
        match self.0.run(&["-H"], b"") {
            Err(error @ (ToolError::Missing(_) | ToolError::NotRun(..))) => Err(error),
            Ok(_) | Err(ToolError::TooSlow(..) | ToolError::Said(..)) => Ok(()),
        }
    }

    /// What a database has of this authority, `prefix` being what the names of all authorities of this app begin with.
    ///
    /// # Errors
    /// What the tool says.
    pub(super) fn look(
        &self,
        database: &Path,
        name: &str,
        prefix: &str,
        pem: &str,
    ) -> Result<Found, ToolError> {
        let own = self.own(database, prefix)?;
        let is_trusted = |(_, trust): &&(String, String)| is_for_websites(trust);
        let trusted: Vec<_> = own.iter().filter(is_trusted).collect();
        let is_in_use = trusted.iter().any(|(its, _)| its == name);
        if is_in_use && self.is_same(database, name, pem)? {
            return Ok(Found::Trusted);
        }
        Ok(match trusted.is_empty() {
            true => Found::NotTrusted,
            false => Found::AnotherOne,
        })
    }

    /// Trusts an authority for websites, in place of those of this app that were trusted before.
    ///
    /// # Errors
    /// What the tool says.
    pub(super) fn trust(
        &self,
        database: &Path,
        name: &str,
        prefix: &str,
        pem: &str,
    ) -> Result<(), ToolError> {
        self.untrust(database, prefix)?;
        let database = place(database);
        let arguments = ["-A", "-d", &database, "-t", "C,,", "-n", name, "-a"];
        self.0.run(&arguments, pem.as_bytes()).map(drop)
    }

    /// Removes every authority of this app.
    ///
    /// # Errors
    /// What the tool says.
    pub(super) fn untrust(&self, database: &Path, prefix: &str) -> Result<(), ToolError> {
        for (name, _) in self.own(database, prefix)?.iter().take(MAX_OWN) {
            self.0
                .run(&["-D", "-d", &place(database), "-n", name], b"")?;
        }
        Ok(())
    }

    /// Makes an empty database without a password.
    ///
    /// # Errors
    /// What the tool says.
    pub(super) fn make(&self, database: &Path) -> Result<(), ToolError> {
        std::fs::create_dir_all(database)
            .map_err(|error| ToolError::NotRun(self.0.name(), error))?;
        let arguments = ["-N", "-d", &place(database), "--empty-password"];
        self.0.run(&arguments, b"").map(drop)
    }

    /// The names of this app's certificates, and for what each is trusted.
    fn own(&self, database: &Path, prefix: &str) -> Result<Vec<(String, String)>, ToolError> {
        let listed = self.0.run(&["-L", "-d", &place(database)], b"")?;
        let listed = String::from_utf8_lossy(&listed);
        let rows = listed.lines().filter(|line| line.starts_with(prefix));
        Ok(rows.filter_map(row).collect())
    }

    fn is_same(&self, database: &Path, name: &str, pem: &str) -> Result<bool, ToolError> {
        let arguments = ["-L", "-d", &place(database), "-n", name, "-a"];
        let kept = self.0.run(&arguments, b"")?;
        Ok(in_one_line(&String::from_utf8_lossy(&kept)) == in_one_line(pem))
    }
}

/// A database as the tool takes it.
fn place(database: &Path) -> String {
    format!("sql:{}", database.display())
}

/// A row of the list: a name, and after spaces what it is trusted for.
fn row(line: &str) -> Option<(String, String)> {
    let (name, trust) = line.trim_end().rsplit_once(' ')?;
    let is_trust = trust.matches(',').count() == 2;
    is_trust.then(|| (name.trim_end().to_owned(), trust.to_owned()))
}

/// Whether the first of three, which is for websites, says that it is an authority.
fn is_for_websites(trust: &str) -> bool {
    trust.split(',').next().is_some_and(|ssl| ssl.contains('C'))
}

fn in_one_line(pem: &str) -> String {
    pem.split_whitespace().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_told_from_heads_and_trust_for_mail_is_none() {
        let line = "Temporal Codec Desktop, this machine only (0a1b2c3d)         C,,  ";
        let (name, trust) = row(line).expect("a row");
        assert_eq!(name, "Temporal Codec Desktop, this machine only (0a1b2c3d)");
        assert!(is_for_websites(&trust));
        assert!(!is_for_websites(",C,"));
        assert!(!is_for_websites("p,,"));
        assert_eq!(row("Certificate Nickname        Trust Attributes"), None);
        assert_eq!(row(""), None);
    }
}
