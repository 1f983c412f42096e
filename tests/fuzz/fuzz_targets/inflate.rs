//! Fuzzes `fuzz::inflate`: Any bytes as compressed data.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::inflate(data));
