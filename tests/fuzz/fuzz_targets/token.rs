//! Fuzzes `fuzz::token`: An access token, as it is, as a header, and as the parts of one that was signed.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::token(data));
