//! Fuzzes `fuzz::settings`: Settings as JSON.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::settings(data));
