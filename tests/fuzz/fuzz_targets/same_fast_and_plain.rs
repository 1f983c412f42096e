//! Fuzzes `fuzz::same_fast_and_plain`: the fast reader of requests against the general one.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::same_fast_and_plain(data));
