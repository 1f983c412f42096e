//! Two long texts as far as they are shown: from shortly before the first character that differs.

/// Characters that are the same and are shown before the first that differs.
const BEFORE: usize = 60;

/// The part of each of two texts that is shown, of so many characters at most. Where a part is left out, `…` stands for it.
pub fn excerpts(left: &str, right: &str, most: usize) -> (String, String) {
    let is_long = |text: &str| text.chars().nth(most).is_some();
    let same = left.chars().zip(right.chars());
    let same = same.take_while(|(one, other)| one == other).count();
    let skip = match is_long(left) || is_long(right) {
        true => same.saturating_sub(BEFORE),
        false => 0,
    };
    (excerpt(left, skip, most), excerpt(right, skip, most))
}

fn excerpt(text: &str, skip: usize, most: usize) -> String {
    let mut out = String::new();
    if skip > 0 {
        out.push('…');
    }
    let mut rest = text.chars().skip(skip);
    out.extend(rest.by_ref().take(most));
    if rest.next().is_some() {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_in_it() {
        assert_eq!(excerpts("a", "b", 10), ("a".to_owned(), "b".to_owned()));
        let same = "é".repeat(5000);
        let (left, right) = excerpts(&format!("{same}1 end"), &format!("{same}2"), 100);
        assert_eq!(left, format!("…{}1 end", "é".repeat(60)));
        assert_eq!(right, format!("…{}2", "é".repeat(60)));
        let (left, right) = excerpts(&same, "", 100);
        assert_eq!((left.chars().count(), right.len()), (101, 0));
    }
}
