//! Patterns for Namespaces: a name, or text with `*` for any characters, none too. `orders` and `prod-*` also match what
//! Temporal Cloud calls `orders.account` and `prod-x.account`.

use std::fmt;

use access::star_matches;

use crate::route::{MAX_NAMESPACE_BYTES, Namespace};

/// Which Namespaces a rule is for. Case counts, as it does for Namespaces.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NamespacePattern(Box<str>);

/// Text that is no pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPattern {
    /// Nothing but space.
    #[error("the pattern is empty")]
    Empty,
    /// Longer than any Namespace.
    #[error("the pattern has {bytes} bytes, a Namespace has at most {MAX_NAMESPACE_BYTES}")]
    TooLong {
        /// Its length in bytes.
        bytes: usize,
    },
    /// It holds control characters, or is what clients send when they know no Namespace: `undefined`, `{namespace}`.
    #[error("no Namespace is called that")]
    NoNamespace,
}

impl NamespacePattern {
    /// A pattern from its text; space around it goes, and several `*` in a row are one.
    ///
    /// # Errors
    /// [`InvalidPattern`] for what could never match a Namespace.
    pub fn new(text: &str) -> Result<Self, InvalidPattern> {
        let text = text.trim();
        if text.is_empty() {
            return Err(InvalidPattern::Empty);
        }
        if text.len() > MAX_NAMESPACE_BYTES {
            return Err(InvalidPattern::TooLong { bytes: text.len() });
        }
        let mut pattern = String::with_capacity(text.len());
        for character in text.chars() {
            if character != '*' || !pattern.ends_with('*') {
                pattern.push(character);
            }
        }
        // An exact name is one, and whatever stands for `*` changes neither control characters nor placeholders.
        match Namespace::new(&pattern) {
            Some(_) => Ok(NamespacePattern(pattern.into())),
            None => Err(InvalidPattern::NoNamespace),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is a name, without `*`.
    pub fn is_exact(&self) -> bool {
        !self.0.contains('*')
    }

    /// Characters that a name must have, in bytes: how narrow the pattern is. Only `*` itself has none.
    pub fn literal_bytes(&self) -> usize {
        self.0.len() - self.0.matches('*').count()
    }

    /// Whether it matches the Namespace: its whole name, or the name in front of the last dot, which is what it is called
    /// without its Cloud account. Takes time linear in both lengths.
    pub fn matches(&self, namespace: &Namespace) -> bool {
        let name = namespace.as_str();
        let without_account = name.rsplit_once('.').map(|(name, _account)| name);
        star_matches(&self.0, name)
            || without_account.is_some_and(|name| !name.is_empty() && star_matches(&self.0, name))
    }
}

impl fmt::Display for NamespacePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pattern(text: &str) -> NamespacePattern {
        NamespacePattern::new(text).expect("a pattern")
    }

    #[track_caller]
    fn check(text: &str, matching: &[&str], others: &[&str]) {
        let matches = |name| pattern(text).matches(&Namespace::new(name).expect("a name"));
        for name in matching {
            assert!(matches(name), "{text} matches {name}");
        }
        for name in others {
            assert!(!matches(name), "{text} does not match {name}");
        }
    }

    #[test]
    fn stars_stand_for_any_characters() {
        check(
            "orders",
            &["orders", "orders.a1b2c"],
            &["Orders", "order", "orders2", "orders.a.b"],
        );
        check(
            "prod-*",
            &["prod-", "prod-x", "prod-x.a1b2c"],
            &["prod", "x-prod-"],
        );
        check(
            "*-prod",
            &["a-prod", "-prod", "a-prod.a1b2c"],
            &["a-prod-x", "prod"],
        );
        check(
            "a*b*c",
            &["abc", "a-b-c", "abbcc", "abcbc.x"],
            &["acb", "ab", "abcx"],
        );
        check("aa*aa", &["aaaa", "aaxaa"], &["aaa", "aa"]);
        check("*", &["x", "x.y", "ü"], &[]);
        check("*.a1b2c", &["orders.a1b2c"], &["orders", "orders.zzzzz"]);
        check("ü*é", &["üé", "ü–é"], &["é", "ü"]);
    }

    #[test]
    fn refuses_what_no_namespace_is_called() {
        for (text, expect) in [
            ("", InvalidPattern::Empty),
            (" \t", InvalidPattern::Empty),
            ("undefined", InvalidPattern::NoNamespace),
            ("{namespace}", InvalidPattern::NoNamespace),
            ("a\u{7}*", InvalidPattern::NoNamespace),
        ] {
            assert_eq!(NamespacePattern::new(text), Err(expect), "{text:?}");
        }
        let long = "x".repeat(MAX_NAMESPACE_BYTES + 1);
        let bytes = MAX_NAMESPACE_BYTES + 1;
        assert_eq!(
            NamespacePattern::new(&long),
            Err(InvalidPattern::TooLong { bytes })
        );
        assert_eq!(pattern(" a***b* ").as_str(), "a*b*");
        assert_eq!(pattern("a*b*").literal_bytes(), 2);
    }

    #[test]
    fn a_hostile_pattern_takes_no_time() {
        let hostile = pattern(&"a*".repeat(500));
        let name = Namespace::new(&"a".repeat(499)).expect("a name");
        let start = std::time::Instant::now();
        for _ in 0..1000 {
            assert!(!hostile.matches(&name));
        }
        assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
    }

    /// The definition, by trying every way: exponential, and plainly right.
    fn by_definition(pattern: &[char], name: &[char]) -> bool {
        match pattern.split_first() {
            None => name.is_empty(),
            Some(('*', rest)) => (0..=name.len()).any(|skip| by_definition(rest, &name[skip..])),
            Some((first, rest)) => name.first() == Some(first) && by_definition(rest, &name[1..]),
        }
    }

    proptest! {
        #[test]
        fn matches_by_its_definition(text in "[ab*.ü]{1,10}", name in "[ab.ü]{1,12}") {
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            let namespace = Namespace::new(&name).expect("a name");
            let mut expect = by_definition(&chars(&text), &chars(&name));
            if let Some((short, _)) = name.rsplit_once('.') {
                expect |= !short.is_empty() && by_definition(&chars(&text), &chars(short));
            }
            prop_assert_eq!(pattern(&text).matches(&namespace), expect);
        }

        #[test]
        fn any_text_is_a_pattern_or_is_refused(text in any::<String>(), name in any::<String>()) {
            if let (Ok(pattern), Some(namespace)) = (NamespacePattern::new(&text), Namespace::new(&name)) {
                pattern.matches(&namespace);
                prop_assert_eq!(NamespacePattern::new(pattern.as_str()), Ok(pattern));
            }
        }
    }
}
