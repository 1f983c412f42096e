//! Fuzzes `fuzz::link`: A link of the app's scheme, and an origin.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::link(data));
