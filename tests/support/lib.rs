//! What the integration tests share: vectors, servers, canaries.

pub mod keyring;
pub mod vectors;

pub mod hostile;
pub mod server;
pub mod tls;
pub mod tokens;
pub mod wire;

pub mod webdriver;

pub mod app;
pub mod bridge;
pub mod canary;
pub mod cli;
pub mod desktop;
pub mod extension;
pub mod long_history;
pub mod tray;
