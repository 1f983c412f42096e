//! What settings must be to come into force.

use codec_server::AllowedOrigins;

use super::{MAX_BODY_MIB, MAX_IDLE_MINUTES, MAX_WORK_MIB, PORTS, Settings, formats, profiles};
use crate::error::{AppError, Code};

pub(crate) fn validate(settings: &Settings) -> Result<(), AppError> {
    let server = &settings.server;
    check_port(server.port)?;
    if !MAX_BODY_MIB.contains(&server.max_body_mib) {
        return Err(AppError::new(
            Code::InvalidSetting,
            format!(
                "a body limit of {} MiB is not between {} and {}",
                server.max_body_mib,
                MAX_BODY_MIB.start(),
                MAX_BODY_MIB.end()
            ),
        ));
    }
    if !MAX_WORK_MIB.contains(&server.max_work_mib) {
        return Err(AppError::new(
            Code::InvalidSetting,
            format!(
                "a work limit of {} MiB is not between {} and {}",
                server.max_work_mib,
                MAX_WORK_MIB.start(),
                MAX_WORK_MIB.end()
            ),
        ));
    }
    if settings.lock.when_idle_minutes > MAX_IDLE_MINUTES {
        return Err(AppError::new(
            Code::InvalidSetting,
            format!(
                "a lock after {} idle minutes is later than the longest, {}",
                settings.lock.when_idle_minutes, MAX_IDLE_MINUTES
            ),
        ));
    }
    settings.access.check()?;
    formats::validate(&settings.formats)?;
    profiles::validate(&settings.profiles)?;
    AllowedOrigins::parse(&settings.origins)
        .map(drop)
        .map_err(|error| AppError::new(Code::InvalidOrigin, error.to_string()))
}

/// Whether the Codec Server may be given a port.
///
/// # Errors
/// [`Code::InvalidSetting`].
pub(crate) fn check_port(port: u16) -> Result<(), AppError> {
    match PORTS.contains(&port) {
        true => Ok(()),
        false => Err(AppError::new(
            Code::InvalidSetting,
            format!(
                "port {port} is not between {} and {}",
                PORTS.start(),
                PORTS.end()
            ),
        )),
    }
}
