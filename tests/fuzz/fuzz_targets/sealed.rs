//! Fuzzes `fuzz::sealed`: Any format and any Payload through a codec of it.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::sealed(data));
