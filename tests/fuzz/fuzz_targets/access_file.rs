//! Fuzzes `fuzz::access_file`: An access file.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::access_file(data));
