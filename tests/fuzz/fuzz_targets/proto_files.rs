//! Fuzzes `fuzz::proto_files`: Two `.proto` files, and bytes by each of their types.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::proto_files(data));
