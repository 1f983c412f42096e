//! A database of certificates as browsers on Linux keep them (NSS), through its own tool, `certutil`: nothing else writes the format.
//!
//! The tool is run without a shell, gets the certificate on standard input, and has ten seconds.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use temporal_payload::shown;

/// How long one call may take; a database on a network drive is slow.
const PATIENCE: Duration = Duration::from_secs(10);
/// More than any list of certificates.
const MAX_OUTPUT: u64 = 4 << 20;
/// Characters of the tool's own words.
const MAX_WORDS: usize = 300;
/// Certificates of this app in one database: each removal is one call.
const MAX_OWN: usize = 20;

/// The tool, and what runs it.
pub(super) struct Certutil {
    program: PathBuf,
}

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

/// Why the tool did not do it.
#[derive(Debug, thiserror::Error)]
pub(super) enum CertutilError {
    #[error("certutil is not installed")]
    Missing,
    #[error("certutil could not be run: {0}")]
    NotRun(std::io::Error),
    #[error("certutil did not end within ten seconds")]
    TooSlow,
    #[error("certutil said: {0}")]
    Said(String),
}

impl Certutil {
    /// The tool of this name, or at this path.
    pub(super) fn new(program: impl Into<PathBuf>) -> Self {
        Certutil {
            program: program.into(),
        }
    }

    /// Whether it can be run at all.
    ///
    /// # Errors
    /// [`CertutilError::Missing`].
    pub(super) fn is_there(&self) -> Result<(), CertutilError> {
        match self.run(&["-H"], b"") {
            Err(error @ (CertutilError::Missing | CertutilError::NotRun(_))) => Err(error),
            Ok(_) | Err(CertutilError::TooSlow | CertutilError::Said(_)) => Ok(()),
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
    ) -> Result<Found, CertutilError> {
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
    ) -> Result<(), CertutilError> {
        self.untrust(database, prefix)?;
        let database = place(database);
        let arguments = ["-A", "-d", &database, "-t", "C,,", "-n", name, "-a"];
        self.run(&arguments, pem.as_bytes()).map(drop)
    }

    /// Removes every authority of this app.
    ///
    /// # Errors
    /// What the tool says.
    pub(super) fn untrust(&self, database: &Path, prefix: &str) -> Result<(), CertutilError> {
        for (name, _) in self.own(database, prefix)?.iter().take(MAX_OWN) {
            self.run(&["-D", "-d", &place(database), "-n", name], b"")?;
        }
        Ok(())
    }

    /// Makes an empty database without a password.
    ///
    /// # Errors
    /// What the tool says.
    pub(super) fn make(&self, database: &Path) -> Result<(), CertutilError> {
        std::fs::create_dir_all(database).map_err(CertutilError::NotRun)?;
        let arguments = ["-N", "-d", &place(database), "--empty-password"];
        self.run(&arguments, b"").map(drop)
    }

    /// The names of this app's certificates, and for what each is trusted.
    fn own(&self, database: &Path, prefix: &str) -> Result<Vec<(String, String)>, CertutilError> {
        let listed = self.run(&["-L", "-d", &place(database)], b"")?;
        let listed = String::from_utf8_lossy(&listed);
        let rows = listed.lines().filter(|line| line.starts_with(prefix));
        Ok(rows.filter_map(row).collect())
    }

    fn is_same(&self, database: &Path, name: &str, pem: &str) -> Result<bool, CertutilError> {
        let arguments = ["-L", "-d", &place(database), "-n", name, "-a"];
        let kept = self.run(&arguments, b"")?;
        Ok(in_one_line(&String::from_utf8_lossy(&kept)) == in_one_line(pem))
    }

    fn run(&self, arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, CertutilError> {
        let mut child = Command::new(&self.program)
            .args(arguments)
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| match error.kind() == std::io::ErrorKind::NotFound {
                true => CertutilError::Missing,
                false => CertutilError::NotRun(error),
            })?;
        // A certificate fits into a pipe. Where the tool has ended already, it says why.
        if let Some(mut stdin) = child.stdin.take() {
            let _ = stdin.write_all(input);
        }
        let read = |stream: Option<Box<dyn std::io::Read + Send>>| {
            std::thread::spawn(move || {
                let mut bytes = Vec::new();
                if let Some(stream) = stream {
                    // What was read until it broke off is all there is.
                    let _ = stream.take(MAX_OUTPUT).read_to_end(&mut bytes);
                }
                bytes
            })
        };
        let stdout = read(child.stdout.take().map(|stream| Box::new(stream) as _));
        let stderr = read(child.stderr.take().map(|stream| Box::new(stream) as _));
        let begun = Instant::now();
        let status = loop {
            match child.try_wait().map_err(CertutilError::NotRun)? {
                Some(status) => break status,
                None if begun.elapsed() > PATIENCE => {
                    // It may have ended meanwhile.
                    let _ = child.kill();
                    let _ = child.wait();
                    return Err(CertutilError::TooSlow);
                }
                None => std::thread::sleep(Duration::from_millis(5)),
            }
        };
        let (stdout, stderr) = (stdout.join(), stderr.join());
        match status.success() {
            true => Ok(stdout.unwrap_or_default()),
            false => {
                let words = stderr.unwrap_or_default();
                let words = String::from_utf8_lossy(&words);
                let words = words.trim().trim_start_matches("certutil:").trim();
                Err(CertutilError::Said(shown(words, MAX_WORDS)))
            }
        }
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
