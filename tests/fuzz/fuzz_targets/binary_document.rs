//! Fuzzes `fuzz::binary_document`: Binary documents from any bytes.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::binary_document(data));
