//! Fuzzes `fuzz::temporal_toml`: The Temporal CLI's file.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::temporal_toml(data));
