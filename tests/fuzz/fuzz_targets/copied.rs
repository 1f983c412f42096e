//! Fuzzes `fuzz::copied`: What people copy with a document, and bytes that are none.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::copied(data));
