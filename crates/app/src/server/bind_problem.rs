//! What is said where the Codec Server cannot listen: what happened, who is in the way, and what to do.

use std::io::ErrorKind;

use codec_server::BindError;

use super::port_owner::port_owner;
use crate::config;
use crate::error::{AppError, Code, WayOut};

/// What is said of a port that cannot be had; one that is free is offered. `serves_on` is the port that the server keeps.
pub(super) fn bind_problem(error: &BindError, serves_on: Option<u16>) -> AppError {
    match error {
        BindError::PortInUse { port, free } => {
            let owner = port_owner(*port);
            let owner = owner.as_deref().unwrap_or("another program");
            let problem =
                AppError::new(Code::PortInUse, format!("port {port} is in use by {owner}"));
            let kept = serves_on.map_or_else(String::new, |port| {
                format!("Nothing was changed: the Codec Server serves on port {port}. ")
            });
            let way_out = match free {
                Some(free) => {
                    format!(
                        "Quit that program, or use port {free} and give your clients the new endpoint."
                    )
                }
                None => format!(
                    "Quit that program, or choose another port between {} and {} in Server.",
                    config::PORTS.start(),
                    config::PORTS.end()
                ),
            };
            let problem = problem.hint(kept + &way_out);
            match *free {
                Some(port) => problem.offer(WayOut::UsePort { port }),
                None => problem,
            }
        }
        unguarded @ BindError::Unguarded { .. } => AppError::new(
            Code::InvalidSetting,
            unguarded.to_string(),
        )
        .hint(
            "A Codec Server for others decodes for whoever it can tell apart, and for nobody else.",
        ),
        other @ (BindError::NotLoopback { .. } | BindError::Io { .. }) => {
            let message = format!("the Codec Server could not start: {other}");
            AppError::new(Code::Internal, message).hint(way_out_of(other))
        }
    }
}

/// What to do about what the system said, where that is known.
fn way_out_of(error: &BindError) -> &'static str {
    let kind = match error {
        BindError::Io { source, .. } => Some(source.kind()),
        BindError::PortInUse { .. }
        | BindError::NotLoopback { .. }
        | BindError::Unguarded { .. } => None,
    };
    if kind == Some(ErrorKind::PermissionDenied) {
        "Choose a port from 1024 on: those below take a right that this program does not have."
    } else if kind == Some(ErrorKind::AddrNotAvailable) {
        "Choose an address that this machine has."
    } else if kind == Some(ErrorKind::AddrInUse) {
        "Quit the program that has the port there, or choose another."
    } else {
        ""
    }
}
