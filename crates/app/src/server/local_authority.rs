//! HTTPS with a certificate of this machine's own authority. The authority's key is in the keychain and nowhere else, and in memory
//! only while a certificate is made; one lasts a week, and the next one is made while serving.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use access::{
    AuthorityError, Certificate, InvalidCertificate, LocalAuthority, LoopbackCertificate,
};
use key_store::{OsKeychain, Vault, files};
use payload_codec::{KeyError, zeroize_stack_after};
use tokio::runtime::Handle;

use super::Server;
use super::view::ExportAuthorityRequest;
use crate::error::{AppError, Code};
use crate::files::view::FilePurpose;
use crate::paths::{AppPaths, IDENTIFIER};
use crate::plan::key_messages::unavailable;

/// The keychain's account of the authority, and what the keychain's own window calls it.
const ACCOUNT: &str = "https-authority";
const LABEL: &str = "Temporal Codec Desktop: certificate authority of this machine";
/// How often it is looked whether a certificate is due; a machine that slept is not behind for longer.
const LOOK_EVERY: Duration = Duration::from_secs(3600);
/// How long another process may take to make the authority: a keychain's deadline and some.
const PATIENCE: Duration = Duration::from_secs(15);

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl Server {
    /// See the command table.
    ///
    /// # Errors
    /// [`Code::File`], [`Code::KeychainUnavailable`].
    pub fn export_authority(&self, request: ExportAuthorityRequest) -> Result<(), AppError> {
        let file = self
            .tickets
            .redeem(&request.file, FilePurpose::ExportAuthority)?;
        let authority = local_authority(&*self.vault)?;
        file.write(authority.certificate().as_bytes())?;
        file.spend();
        Ok(())
    }
}

/// The certificate of this machine's authority, as PEM, for those who are to trust it. The authority is made when it is asked for
/// first.
///
/// # Errors
/// [`Code::KeychainUnavailable`]: its key is kept nowhere else.
pub fn local_authority_certificate() -> Result<String, AppError> {
    let authority = local_authority(&OsKeychain::new(IDENTIFIER))?;
    Ok(authority.certificate().to_owned())
}

/// The authority in the keychain, or a new one where there is none, or none that lasts. Of processes that start at the same time one
/// makes it.
pub(crate) fn local_authority(vault: &dyn Vault) -> Result<LocalAuthority, AppError> {
    // `ring` and `rcgen` leave the key on the stack where they read or make one.
    zeroize_stack_after(|| kept_or_made(vault))
}

fn kept_or_made(vault: &dyn Vault) -> Result<LocalAuthority, AppError> {
    let now = SystemTime::now();
    let lasts = |kept: Option<LocalAuthority>| kept.filter(|kept| !kept.is_due(now));
    if let Some(kept) = lasts(kept(vault)?) {
        return Ok(kept);
    }
    let paths = AppPaths::of_this_user();
    let making = paths.map(|paths| files::lock(&paths.config.join(ACCOUNT), PATIENCE));
    let _making = making.transpose().map_err(|error| {
        AppError::new(
            Code::File,
            format!("another process may be making this machine’s certificate authority: {error}"),
        )
        .hint("Try again when it has ended.")
    })?;
    let before = kept(vault)?;
    let is_first = before.is_none();
    if let Some(kept) = lasts(before) {
        return Ok(kept);
    }
    let made = LocalAuthority::make(now).map_err(failed)?;
    vault
        .set(ACCOUNT, LABEL, &made.kept())
        .map_err(no_keychain)?;
    if !is_first {
        tracing::warn!(
            name = made.name(),
            "the certificate authority of this machine was about to end, and is a new one: whoever trusts it has to trust this one (temporal-codec authority)"
        );
    }
    Ok(made)
}

fn kept(vault: &dyn Vault) -> Result<Option<LocalAuthority>, AppError> {
    let kept = vault.get(ACCOUNT).map_err(no_keychain)?;
    let kept = kept.map(|kept| LocalAuthority::from_kept(&kept).map_err(failed));
    kept.transpose()
}

/// A certificate of the authority, whose key is in memory for as long as that takes, and no longer.
fn issued(vault: &dyn Vault) -> Result<LoopbackCertificate, AppError> {
    let authority = local_authority(vault)?;
    authority.issue(SystemTime::now()).map_err(failed)
}

/// A certificate of the authority, which is replaced in time for as long as the runtime runs.
pub(super) fn local_certificate(
    vault: &Arc<dyn Vault>,
    runtime: &Handle,
) -> Result<Certificate, AppError> {
    let first = issued(&**vault)?;
    let certificate = Certificate::from_pem(first.chain.as_bytes(), first.key.as_bytes());
    let certificate = certificate.map_err(not_taken)?;
    let (served, mut renew) = (certificate.clone(), first.renew);
    let vault = Arc::clone(vault);
    runtime.spawn(async move {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            if SystemTime::now() < renew {
                continue;
            }
            let vault = Arc::clone(&vault);
            let next = match tokio::task::spawn_blocking(move || issued(&*vault)).await {
                Ok(Ok(next)) => next,
                // Two days are left of the one that is served.
                Ok(Err(error)) => {
                    tracing::warn!(%error, "the next certificate for HTTPS could not be made; it is tried again");
                    continue;
                }
                Err(_) => continue,
            };
            if served
                .replace(next.chain.as_bytes(), next.key.as_bytes())
                .is_ok()
            {
                renew = next.renew;
                tracing::info!("the certificate for HTTPS is renewed");
            }
        }
    });
    Ok(certificate)
}

fn no_keychain(error: KeyError) -> AppError {
    unavailable(error)
        .hint("HTTPS keeps the key of its authority there: unlock it, then try again. Without a keychain, `temporal-codec serve` takes --tls-cert and --tls-key.")
}

fn failed(error: AuthorityError) -> AppError {
    let error_code = match error {
        AuthorityError::NoRandomness => Code::Internal,
        AuthorityError::Damaged => Code::KeychainUnavailable,
    };
    AppError::new(error_code, error.to_string())
}

fn not_taken(error: InvalidCertificate) -> AppError {
    AppError::new(Code::Internal, error.to_string())
}
