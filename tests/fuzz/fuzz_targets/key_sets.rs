//! Fuzzes `fuzz::key_sets`: A JSON Web Key Set.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::key_sets(data));
