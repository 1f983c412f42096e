//! Fuzzes `fuzz::made_document`: A document made of Temporal's words.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::made_document(data));
