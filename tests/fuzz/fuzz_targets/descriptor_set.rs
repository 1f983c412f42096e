//! Fuzzes `fuzz::descriptor_set`: A descriptor set, and bytes by each of its types.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::descriptor_set(data));
