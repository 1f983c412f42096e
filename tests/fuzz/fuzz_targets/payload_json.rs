//! Fuzzes `fuzz::payload_json`: Payload and Payloads from JSON text.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::payload_json(data));
