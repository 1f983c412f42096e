//! Patterns of names and values: `*` stands for any characters, `?` for one; capital letters don't matter.

/// A pattern has fewer characters: each place in it, and its end, is a bit of a `u128`.
const MAX: usize = 128;

/// A pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Glob(Vec<char>);

impl Glob {
    /// `None` for an empty one, and one that is too long.
    pub(crate) fn new(pattern: &str) -> Option<Self> {
        let mut characters: Vec<char> = Vec::new();
        for character in pattern.chars().flat_map(char::to_lowercase) {
            // Two in a row say no more than one.
            if character != '*' || characters.last() != Some(&'*') {
                characters.push(character);
            }
        }
        (!characters.is_empty() && characters.len() < MAX).then_some(Glob(characters))
    }

    /// Whether it fits the whole text. Takes as many steps as the text is long, times [`MAX`].
    pub(crate) fn fits(&self, text: &str) -> bool {
        let Glob(pattern) = self;
        let text = text.chars().flat_map(char::to_lowercase);
        // Where the pattern may be after each character: one place a bit.
        let mut at = self.past_stars(1);
        for character in text {
            let mut next = 0;
            for (place, expected) in pattern.iter().enumerate() {
                let here = 1_u128 << place;
                if at & here == 0 {
                    continue;
                }
                next |= match expected {
                    '*' => here,
                    '?' => here << 1,
                    expected if *expected == character => here << 1,
                    _ => 0,
                };
            }
            at = self.past_stars(next);
            if at == 0 {
                return false;
            }
        }
        at & (1 << pattern.len()) != 0
    }

    fn past_stars(&self, mut at: u128) -> u128 {
        for (place, expected) in self.0.iter().enumerate() {
            if *expected == '*' && at & (1 << place) != 0 {
                at |= 1 << place << 1;
            }
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, text: &str, expect: bool) {
        let glob = Glob::new(pattern).expect("a pattern");
        assert_eq!(glob.fits(text), expect, "{pattern} and {text}");
    }

    #[test]
    fn fits_names() {
        check("password", "Password", true);
        check("PASSWORD", "password", true);
        check("pass*", "passPhrase", true);
        check("pass*", "pass", true);
        check("*pass*", "the_PASSWORD_2", true);
        check("*pass", "passport", false);
        check("?", "é", true);
        check("a?c", "ac", false);
        check("a**b*c", "axxbyyc", true);
        check("ÄRGER", "ärger", true);
        check("*", "", true);
        check("a", "", false);
        check(&"*a".repeat(60), &"a".repeat(100_000), true);
    }

    #[test]
    fn refuses_what_is_too_long() {
        assert_eq!(Glob::new(""), None);
        assert!(Glob::new(&"a".repeat(MAX)).is_none());
        assert!(Glob::new(&"a".repeat(MAX - 1)).is_some());
    }
}
