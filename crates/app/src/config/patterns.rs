//! Patterns for Namespaces as people write them, in profiles and in keys.

use codec_server::{Namespace, NamespacePattern};

use crate::error::{AppError, Code};

/// Patterns from their texts, in their order; each one once.
///
/// # Errors
/// [`Code::InvalidSetting`] names the text that is none.
pub(crate) fn parse(texts: &[String]) -> Result<Vec<NamespacePattern>, AppError> {
    let mut patterns = Vec::with_capacity(texts.len());
    for (place, text) in texts.iter().enumerate() {
        // Not quoted: whatever was pasted there by mistake stays out of errors.
        let pattern = NamespacePattern::new(text).map_err(|error| {
            AppError::new(
                Code::InvalidSetting,
                format!(
                    "Namespace {} of {} cannot be used: {error}",
                    place + 1,
                    texts.len()
                ),
            )
            .hint("Enter a Namespace, or a pattern such as prod-*.")
        })?;
        if !patterns.contains(&pattern) {
            patterns.push(pattern);
        }
    }
    Ok(patterns)
}

/// The canonical texts of patterns.
///
/// # Errors
/// As [`parse`].
pub(crate) fn canonical(texts: &[String]) -> Result<Vec<String>, AppError> {
    let patterns = parse(texts)?;
    Ok(patterns
        .iter()
        .map(|pattern| pattern.as_str().to_owned())
        .collect())
}

/// Whether one of `wide` matches every Namespace that `narrow` matches.
///
/// A `*` of `narrow` can only be taken by a `*` of the other, so the other one matches `narrow`'s own text exactly where it
/// matches whatever `narrow` stands for.
pub(crate) fn cover(wide: &[NamespacePattern], narrow: &NamespacePattern) -> bool {
    Namespace::new(narrow.as_str())
        .is_some_and(|text| wide.iter().any(|pattern| pattern.matches(&text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(texts: &[&str]) -> Vec<NamespacePattern> {
        let texts: Vec<String> = texts.iter().map(ToString::to_string).collect();
        parse(&texts).expect("patterns")
    }

    #[test]
    fn a_wider_pattern_covers_a_narrower_one() {
        for (wide, narrow, expect) in [
            ("prod-*", "prod-x", true),
            ("prod-*", "prod-eu-*", true),
            ("*", "prod-*", true),
            ("prod-*", "prod*", false),
            ("prod-x", "prod-*", false),
            ("a*b*c", "a*c", false),
            ("a*c", "a*b*c", true),
        ] {
            let narrow = &patterns(&[narrow])[0];
            assert_eq!(cover(&patterns(&[wide]), narrow), expect, "{wide} {narrow}");
        }
        assert!(!cover(&[], &patterns(&["x"])[0]));
    }

    #[test]
    fn each_pattern_is_kept_once() {
        let texts = [" prod-** ", "prod-*", "dev"].map(String::from);
        assert_eq!(canonical(&texts).expect("patterns"), ["prod-*", "dev"]);
        let error = canonical(&["undefined".to_owned()]).expect_err("no Namespace");
        assert_eq!(error.code, Code::InvalidSetting);
    }
}
