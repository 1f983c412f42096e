//! Fuzzes `fuzz::document`: Documents from any bytes, and everything that can be asked of them.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::document(data));
