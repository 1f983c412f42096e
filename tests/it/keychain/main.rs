//! A real OS keychain: keys kept by one process are found by the next, and a keychain that is locked, absent, frozen or
//! restarted is named as such, within the deadline, and never replaced by anything.
//!
//! Each test has a home, a D-Bus and a gnome-keyring of its own (`support::keyring`), and processes of its own.

mod https;

mod store;

mod present;

mod unavailable;

mod killed;

mod key_file;

mod memory;

mod data_keys;

mod captured;

mod cached;

mod tokens_in_app;

mod tokens;

mod serving;
