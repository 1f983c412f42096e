//! What values look like that should not be handed on: e-mail addresses, card numbers, tokens. Each finds places in a text.

use std::ops::Range;

/// Something that is known by its looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Preset {
    /// `name@host.domain`.
    Email,
    /// 13 to 19 digits with a valid check digit (Luhn), in groups or not.
    Card,
    /// Three parts of base64url with dots between, the first of which begins as a JSON object does.
    Jwt,
}

impl Preset {
    pub(crate) fn new(name: &str) -> Option<Self> {
        Some(match name {
            "email" => Preset::Email,
            "card" => Preset::Card,
            "jwt" => Preset::Jwt,
            _ => return None,
        })
    }

    /// Appends where they stand, in order and apart from each other. Linear in the text.
    pub(crate) fn find(self, text: &str, found: &mut Vec<Range<usize>>) {
        match self {
            Preset::Email => emails(text, found),
            Preset::Card => cards(text.as_bytes(), found),
            Preset::Jwt => jwts(text.as_bytes(), found),
        }
    }
}

fn emails(text: &str, found: &mut Vec<Range<usize>>) {
    let is_local = |c: char| c.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(c);
    let is_host = |c: char| c.is_alphanumeric() || c == '-' || c == '.';
    let mut from = 0;
    let mut looked = 0;
    while let Some(at) = text[looked..].find('@').map(|at| looked + at) {
        looked = at + 1;
        // From the last address or sign on, so that no character is looked at twice.
        let local = text[from..at].trim_end_matches(is_local).len() + from;
        let rest = &text[at + 1..];
        let host = rest.find(|c| !is_host(c)).unwrap_or(rest.len());
        let host = rest[..host].trim_end_matches(['.', '-']);
        let is_host = host.rsplit_once('.').is_some_and(|(before, last)| {
            !before.is_empty() && last.chars().count() >= 2 && last.chars().any(char::is_alphabetic)
        });
        from = looked;
        if local < at && is_host {
            let end = at + 1 + host.len();
            found.push(local..end);
            from = end;
            looked = end;
        }
    }
}

/// Digits that a card number has.
const CARD_DIGITS: std::ops::RangeInclusive<usize> = 13..=19;

fn cards(text: &[u8], found: &mut Vec<Range<usize>>) {
    let mut at = 0;
    while at < text.len() {
        if !text[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        // A run of digits, with one space or dash between groups.
        let mut digits: Vec<usize> = Vec::new();
        let mut next = at;
        while next < text.len() {
            match text[next] {
                b'0'..=b'9' => digits.push(next),
                b' ' | b'-' if text.get(next + 1).is_some_and(u8::is_ascii_digit) => {}
                _ => break,
            }
            next += 1;
        }
        // Cards may stand in a row of groups: each place is tried, with each length.
        let mut first = 0;
        while first + CARD_DIGITS.start() <= digits.len() {
            let fits = CARD_DIGITS
                .rev()
                .filter(|n| first + n <= digits.len())
                .find(|n| luhn(text, &digits[first..first + n]));
            // Within a longer number without groups a check digit is right by chance, one time in ten.
            let starts_group = first == 0 || digits[first - 1] + 1 != digits[first];
            match fits {
                Some(n) if starts_group && ends_group(text, digits[first + n - 1]) => {
                    found.push(digits[first]..digits[first + n - 1] + 1);
                    first += n;
                }
                _ => first += 1,
            }
        }
        at = next;
    }
}

fn ends_group(text: &[u8], last: usize) -> bool {
    !text.get(last + 1).is_some_and(u8::is_ascii_digit)
}

fn luhn(text: &[u8], digits: &[usize]) -> bool {
    let mut sum = 0;
    let mut any = 0;
    for (place, &at) in digits.iter().rev().enumerate() {
        let digit = u32::from(text[at] - b'0');
        any |= digit;
        sum += match (place % 2, digit) {
            (0, digit) => digit,
            (_, digit) if digit > 4 => digit * 2 - 9,
            (_, digit) => digit * 2,
        };
    }
    any != 0 && sum % 10 == 0
}

fn jwts(text: &[u8], found: &mut Vec<Range<usize>>) {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let mut at = 0;
    while at < text.len() {
        if !is_part(text[at]) {
            at += 1;
            continue;
        }
        let mut end = at;
        let mut parts = [0_usize; 3];
        let mut part = 0;
        while end < text.len() {
            match text[end] {
                byte if is_part(byte) => parts[part.min(2)] += 1,
                b'.' if text.get(end + 1).is_some_and(|next| is_part(*next)) => part += 1,
                _ => break,
            }
            end += 1;
        }
        // {" is eyJ; { with white space after it begins in one of these ways.
        let header = &text[at..end];
        let is_object = [&b"eyJ"[..], b"ewo", b"eyA", b"ew0", b"ewk"]
            .iter()
            .any(|start| header.starts_with(start));
        // An encrypted one (JWE) has five parts.
        if is_object && part >= 2 && parts[0] >= 8 && parts[1] >= 4 {
            found.push(at..end);
        }
        at = end.max(at + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(preset: Preset, text: &str, expect: &[&str]) {
        let mut found = Vec::new();
        preset.find(text, &mut found);
        let found: Vec<&str> = found.into_iter().map(|place| &text[place]).collect();
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn finds_addresses() {
        let email = |text, expect: &[&str]| check(Preset::Email, text, expect);
        email("ada@example.com", &["ada@example.com"]);
        email(
            "<ada.l+x@mail.example.co.uk>, b@c.de.",
            &["ada.l+x@mail.example.co.uk", "b@c.de"],
        );
        email("mailto:jörg@müller.de?x", &["jörg@müller.de"]);
        email("4711@worker-host@", &[]);
        email("a@b", &[]);
        email("@example.com a@.com", &[]);
        email("a@b@c.de", &["b@c.de"]);
        email("user@10.0.0.12", &[]);
        email(&"@".repeat(1000), &[]);
    }

    #[test]
    fn finds_card_numbers() {
        let card = |text, expect: &[&str]| check(Preset::Card, text, expect);
        card("4111111111111111", &["4111111111111111"]);
        card("card 4111 1111 1111 1111, thanks", &["4111 1111 1111 1111"]);
        card("3782-822463-10005", &["3782-822463-10005"]);
        card("order-4111111111111111-5", &["4111111111111111"]);
        card("4111111111111112", &[]);
        card("0000000000000000", &[]);
        card("2026-01-02 03:04:05", &[]);
        card("12 34 5678", &[]);
    }

    #[test]
    fn finds_tokens() {
        let token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.c2ln";
        check(Preset::Jwt, token, &[token]);
        check(Preset::Jwt, &format!("Bearer {token}, ok."), &[token]);
        check(Preset::Jwt, "www.example.com eyJ.a.b", &[]);
        check(Preset::Jwt, "eyJhbGciOiJub25lIn0", &[]);
    }
}
