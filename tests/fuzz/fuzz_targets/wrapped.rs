//! Fuzzes `fuzz::wrapped`: A Payload whose data key a key service wraps.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::wrapped(data));
