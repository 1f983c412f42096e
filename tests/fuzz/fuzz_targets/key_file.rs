//! Fuzzes `fuzz::key_file`: A file of keys.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::key_file(data));
