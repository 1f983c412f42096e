//! Fuzzes `fuzz::message`: A message of a known type, and the same bytes without one.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::message(data));
