//! What settings must be to come into force.

use codec_server::{AllowedOrigins, ProgramHosts};

use super::{
    MAX_BODY_MIB, MAX_IDLE_MINUTES, MAX_WORK_MIB, PORTS, ServerSettings, Settings, formats,
    profiles, protobuf, wrapped_keys,
};
use crate::error::{AppError, Code};

pub(crate) fn validate(settings: &Settings) -> Result<(), AppError> {
    let server = &settings.server;
    check_port(server.port)?;
    check_port(server.https_port)?;
    check_ports_differ(server.port, server)?;
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
    wrapped_keys::validate(&settings.wrapped_keys)?;
    ProgramHosts::parse(&settings.program_hosts)
        .map_err(|error| AppError::new(Code::InvalidSetting, error.to_string()))?;
    protobuf::validate(&settings.protobuf)?;
    AllowedOrigins::parse(&settings.origins)
        .map(drop)
        .map_err(|error| AppError::new(Code::InvalidOrigin, error.to_string()))
}

/// Whether http and HTTPS, where that is on, have a port each.
///
/// # Errors
/// [`Code::InvalidSetting`].
pub(crate) fn check_ports_differ(port: u16, server: &ServerSettings) -> Result<(), AppError> {
    match server.https && server.https_port == port {
        true => Err(AppError::new(
            Code::InvalidSetting,
            format!("port {port} is that of HTTPS, and http needs one of its own"),
        )
        .hint("Choose another port, or change that of HTTPS in Server first.")),
        false => Ok(()),
    }
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
