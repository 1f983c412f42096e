//! Base64 and hex as people copy them out of code, shells and terminals: in quotation marks, with a prefix, in groups, over
//! several lines. What is between the digits is left out; digits never are.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

/// A text is not spelled so.
pub(crate) enum NotSpelled {
    /// Not base64; how many characters there are.
    Base64 { len: usize },
    /// Not hex; how many characters there are.
    Hex { len: usize },
    /// Hex with half a byte; how many digits there are.
    OddHex { digits: usize },
}

/// What shows nothing and is copied along: a byte order mark, zero-width spaces.
const INVISIBLE: [char; 4] = ['\u{feff}', '\u{200b}', '\u{200c}', '\u{200d}'];

/// Quotation marks that open and close.
const QUOTES: [(char, char); 5] = [('"', '"'), ('\'', '\''), ('`', '`'), ('“', '”'), ('‘', '’')];

/// The text between quotation marks, as in `"…"`, `'…',` or `b"…"`; `None` where there are none.
pub(crate) fn quoted(text: &str) -> Option<&str> {
    let text = trimmed(text).trim_end_matches([',', ';']);
    let text = match text.strip_prefix(['b', 'B']) {
        Some(rest) if rest.starts_with(['"', '\'']) => rest,
        Some(_) | None => text,
    };
    QUOTES.iter().find_map(|(open, close)| {
        let rest = text.strip_prefix(*open)?;
        rest.strip_suffix(*close)
    })
}

fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || INVISIBLE.contains(&c))
}

fn unwrapped(text: &str) -> &str {
    trimmed(quoted(text).unwrap_or(text))
}

/// Base64, standard or url-safe, padded or not, also broken into lines, and after `base64:` or `base64-urlsafe:`, as PostHog's and HUB-Live's
/// settings have it.
pub(crate) fn base64_bytes(text: &str) -> Result<Zeroizing<Vec<u8>>, NotSpelled> {
    let text = unwrapped(text);
    let text = ["base64:", "base64-urlsafe:"]
        .iter()
        .find_map(|prefix| text.strip_prefix(prefix))
        .unwrap_or(text);
    let not_base64 = NotSpelled::Base64 {
        len: text.chars().count(),
    };
    // As long as it can get: a text that grows would leave copies of the key behind.
    let mut joined = Zeroizing::new(String::with_capacity(text.len()));
    text.lines().for_each(|line| joined.push_str(line.trim()));

    let config =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let alphabet = match joined.contains(['-', '_']) {
        true => &alphabet::URL_SAFE,
        false => &alphabet::STANDARD,
    };
    let mut bytes = Zeroizing::new(vec![0; base64::decoded_len_estimate(joined.len())]);
    let len = GeneralPurpose::new(alphabet, config)
        .decode_slice(joined.as_bytes(), &mut bytes)
        .map_err(|_| not_base64)?;
    bytes.truncate(len);
    Ok(bytes)
}

/// Hex in either case: in one piece, with or without `0x`; `00:11:22` and `00-11-22`; groups of whole bytes between white
/// space; `0x00, 0x11` between brackets or not; `\x00\x11`. A UUID is not hex: its groups are no bytes.
pub(crate) fn hex_bytes(text: &str) -> Result<Zeroizing<Vec<u8>>, NotSpelled> {
    let text = unwrapped(text);
    let len = text.chars().count();
    let text = [('[', ']'), ('{', '}'), ('(', ')')]
        .iter()
        .find_map(|(open, close)| text.strip_prefix(*open)?.strip_suffix(*close))
        .map_or(text, str::trim);
    let text = text.strip_prefix("hex:").unwrap_or(text);

    let mut bytes = Bytes(Zeroizing::new(Vec::with_capacity(text.len())));
    let read = if text.starts_with("\\x") {
        text.split("\\x").skip(1).all(|byte| bytes.push_byte(byte))
    } else if text.contains(',') {
        let numbers = text.trim_end_matches(',').split(',').map(str::trim);
        numbers
            .into_iter()
            .all(|number| digits_after_0x(number).is_some_and(|digits| bytes.push_number(digits)))
    } else if let Some(separator) = [':', '-'].into_iter().find(|one| text.contains(*one)) {
        text.split(separator).all(|byte| bytes.push_byte(byte))
    } else {
        let groups = text.split(|c: char| c.is_whitespace() || c == '_');
        let mut groups = groups.filter(|group| !group.is_empty());
        groups.all(|group| bytes.push_group(digits_after_0x(group).unwrap_or(group)))
    };
    match read {
        true => Ok(bytes.0),
        false => Err(fault(digits_after_0x(text).unwrap_or(text), len)),
    }
}

/// Why a text is not hex.
fn fault(text: &str, len: usize) -> NotSpelled {
    let only_digits = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    match only_digits && !text.len().is_multiple_of(2) {
        true => NotSpelled::OddHex { digits: text.len() },
        false => NotSpelled::Hex { len },
    }
}

fn digits_after_0x(text: &str) -> Option<&str> {
    text.strip_prefix("0x")
        .or_else(|| text.strip_prefix("0X"))
        .filter(|digits| !digits.is_empty())
}

/// Has room for all from the start.
struct Bytes(Zeroizing<Vec<u8>>);

impl Bytes {
    fn push_byte(&mut self, text: &str) -> bool {
        text.len() == 2 && self.push_group(text)
    }

    /// A byte as programs print numbers: `0xb` is `0x0b`.
    fn push_number(&mut self, digits: &str) -> bool {
        match digits.as_bytes() {
            [low] => digit(*low).map(|low| self.0.push(low)).is_some(),
            _ => self.push_byte(digits),
        }
    }

    fn push_group(&mut self, text: &str) -> bool {
        let pairs = text.as_bytes().chunks_exact(2);
        let whole = pairs.remainder().is_empty();
        whole
            && pairs.into_iter().all(|pair| {
                let (Some(high), Some(low)) = (digit(pair[0]), digit(pair[1])) else {
                    return false;
                };
                self.0.push(high << 4 | low);
                true
            })
    }
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}
