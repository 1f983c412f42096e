//! Text with `*` for any characters, none too: one kind of pattern for Namespaces, names and claims.

/// Whether `text` is what `pattern` stands for. Takes time linear in both lengths.
pub fn star_matches(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let (middle, end) = rest.rsplit_once('*').unwrap_or(("", rest));
    let inside = text
        .strip_prefix(start)
        .and_then(|text| text.strip_suffix(end));
    // Each part as early as it can be leaves the most for the parts behind it, so there is nothing to go back for.
    inside.is_some_and(|mut left| {
        middle.split('*').all(|part| {
            let found = left.find(part);
            left = found.map_or("", |at| &left[at + part.len()..]);
            found.is_some()
        })
    })
}

/// As [`star_matches`] for a Namespace: its whole name, or the name in front of the last dot, which is what it is called without
/// its Cloud account.
pub(crate) fn matches_namespace(pattern: &str, namespace: &str) -> bool {
    let without_account = namespace.rsplit_once('.').map(|(name, _account)| name);
    star_matches(pattern, namespace)
        || without_account.is_some_and(|name| !name.is_empty() && star_matches(pattern, name))
}
