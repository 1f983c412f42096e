//! Fuzzes `fuzz::compared`: Two JSON texts side by side.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::compared(data));
