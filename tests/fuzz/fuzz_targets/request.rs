//! Fuzzes `fuzz::request`: A request made of its parts, to the whole Codec Server.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::request(data));
