//! Foreign text as it may be shown: on one line, bounded, and without characters that act instead of being seen. Key ids, field
//! names, encodings, origins and paths go through here before they reach a terminal, a log, an HTTP header, a notification or
//! the text of an error.

/// Characters of a foreign name in a sentence. Resource names of key management services have fewer.
pub const MAX_NAME: usize = 200;

/// `text` with at most `limit` characters. What [`is_visible`] refuses becomes U+FFFD, and a text that is cut ends in `…`.
pub fn shown(text: &str, limit: usize) -> String {
    // No more room than the text needs: of one that is cut, `limit` may be much more.
    let mut shown = String::with_capacity(text.len().min(limit));
    push_shown(&mut shown, text, limit);
    shown
}

/// Adds [`shown`] to the end of a text.
pub fn push_shown(to: &mut String, text: &str, limit: usize) {
    // Nearly all texts are short and plain.
    if text.len() <= limit && text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return to.push_str(text);
    }
    let visible = |character| {
        if is_visible(character) {
            character
        } else {
            char::REPLACEMENT_CHARACTER
        }
    };
    // No room is reserved by `limit`: it may be much more than the text needs.
    to.extend(text.chars().take(limit).map(visible));
    if limit > 0 && text.chars().nth(limit).is_some() {
        to.pop();
        to.push('…');
    }
}

/// A foreign name in a sentence: [`shown`] with [`MAX_NAME`].
pub fn shown_name(name: &str) -> String {
    shown(name, MAX_NAME)
}

/// Whether a character is seen and does nothing else: no control character (C0, DEL, C1), no separator of lines or
/// paragraphs, nothing that turns the direction of text, nothing invisible (Unicode's `Default_Ignorable_Code_Point`, the
/// interlinear annotations, and blank Hangul), and no noncharacter.
pub fn is_visible(character: char) -> bool {
    if character.is_ascii() {
        return !character.is_ascii_control();
    }
    !matches!(character,
        '\u{80}'..='\u{9f}'
        | '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}'
        | '\u{fdd0}'..='\u{fdef}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}'
    ) && u32::from(character) & 0xfffe != 0xfffe
}

#[cfg(test)]
mod tests {
    use super::{is_visible, shown, shown_name};

    #[track_caller]
    fn check(text: &str, expect: &str) {
        assert_eq!(shown(text, 12), expect, "{text:?}");
    }

    #[test]
    fn what_acts_instead_of_being_seen_is_replaced() {
        check("prod-2024", "prod-2024");
        check("\u{1b}[2J\u{7}", "\u{fffd}[2J\u{fffd}");
        check("a\r\nb\tc\0", "a\u{fffd}\u{fffd}b\u{fffd}c\u{fffd}");
        // CSI, OSC and ST as single C1 characters, which terminals obey as well.
        check(
            "\u{9b}31m\u{9d}\u{9c}\u{7f}",
            "\u{fffd}31m\u{fffd}\u{fffd}\u{fffd}",
        );
        check("a\u{2028}\u{2029}b", "a\u{fffd}\u{fffd}b");
        check("\u{202e}gnp.exe", "\u{fffd}gnp.exe");
        check(
            "\u{2066}\u{2069}\u{200e}\u{61c}",
            "\u{fffd}\u{fffd}\u{fffd}\u{fffd}",
        );
        check(
            "p\u{200b}r\u{200d}o\u{fe0f}d",
            "p\u{fffd}r\u{fffd}o\u{fffd}d",
        );
        check("\u{feff}\u{e0041}\u{3164}", "\u{fffd}\u{fffd}\u{fffd}");
        check("\u{fdd0}\u{ffff}\u{10fffe}", "\u{fffd}\u{fffd}\u{fffd}");
        check("schlüssel 鍵", "schlüssel 鍵");
        check("ключ 🔑 \u{fffd}", "ключ 🔑 \u{fffd}");
    }

    #[test]
    fn a_cut_is_seen_and_splits_no_character() {
        check("123456789012", "123456789012");
        check("1234567890123", "12345678901…");
        check(&"🔑".repeat(13), &("🔑".repeat(11) + "…"));
        assert_eq!(shown("a", 0), "");
        assert_eq!(shown("ab", 1), "…");
        assert_eq!(
            shown_name(&"A".repeat(5000)).chars().count(),
            super::MAX_NAME
        );
    }

    #[test]
    fn of_all_characters_none_is_shown_that_a_terminal_obeys_or_nobody_sees() {
        let all = ('\0'..=char::MAX).filter(|&character| is_visible(character));
        for character in all {
            assert!(!character.is_control(), "{character:?}");
            // The standard library escapes what is not printable, and combining marks, which are seen.
            let escaped = character.escape_debug().to_string();
            // A space of another width is a space.
            let is_format = matches!(u32::from(character), 0x200b..=0x206f | 0xfff0..=0xfffb)
                && !character.is_whitespace();
            assert!(!(escaped.starts_with("\\u") && is_format), "{escaped}");
        }
    }
}
