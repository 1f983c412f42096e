//! Bytes as pairs of hex digits.

use std::fmt::Write as _;

use zeroize::Zeroizing;

/// The bytes that some pairs of digits spell, upper or lower case. `None` where there is anything else.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|digit| u8::try_from(digit.to_digit(16)?).ok())
        .collect();
    let digits = Zeroizing::new(digits?);
    let pairs = digits.chunks_exact(2);
    pairs
        .remainder()
        .is_empty()
        .then(|| pairs.map(|pair| pair[0] << 4 | pair[1]).collect())
}

/// Lower-case digits.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut hex = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        write!(hex, "{byte:02x}").expect("writing into a String cannot fail");
    }
    hex
}
