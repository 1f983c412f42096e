//! Fuzzes `fuzz::decode`: Any Payload through a chain that holds the samples' key.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::decode(data));
