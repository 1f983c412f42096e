//! What is said where the Codec Server cannot listen.

use codec_server::BindError;

use super::port_owner::port_owner;
use crate::config;
use crate::error::{AppError, Code};

/// What is said of a port that cannot be had, with one that is free. `serves_on` is the port that the server keeps.
pub(super) fn bind_problem(error: &BindError, serves_on: Option<u16>) -> (AppError, Option<u16>) {
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
            (problem.hint(kept + &way_out), *free)
        }
        unguarded @ BindError::Unguarded { .. } => (
            AppError::new(Code::InvalidSetting, unguarded.to_string())
                .hint("A Codec Server for others decodes for whoever it can tell apart, and for nobody else."),
            None,
        ),
        other @ (BindError::NotLoopback { .. } | BindError::Io { .. }) => (
            AppError::new(
                Code::Internal,
                format!("the Codec Server could not start: {other}"),
            ),
            None,
        ),
    }
}
