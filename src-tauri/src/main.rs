//! The desktop program.

// A release build on Windows opens no console beside the window.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    // First of all: a process that watches over a command is no second window.
    app::supervise_if_asked().unwrap_or_else(desktop::run)
}
