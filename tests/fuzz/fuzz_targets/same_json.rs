//! Fuzzes `fuzz::same_json`: Our readers of JSON against serde_json.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::same_json(data));
