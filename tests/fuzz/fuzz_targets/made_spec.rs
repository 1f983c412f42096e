//! Fuzzes `fuzz::made_spec`: A spec made of its parts, and any bytes.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::made_spec(data));
