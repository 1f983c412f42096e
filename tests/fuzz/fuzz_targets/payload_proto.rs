//! Fuzzes `fuzz::payload_proto`: Payload from protobuf bytes.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::payload_proto(data));
