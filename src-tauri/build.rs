//! Reads tauri.conf.json and the capabilities, and generates what the shell includes.

fn main() {
    tauri_build::build();
}
