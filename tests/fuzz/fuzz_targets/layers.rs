//! Fuzzes `fuzz::layers`: Layers of our own codecs around any Payload, bombs and damaged ones among them.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::layers(data));
