//! Fuzzes `fuzz::laid_out`: any bytes as what each format writes.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::laid_out(data));
