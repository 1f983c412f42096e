//! Formats that come with keys: the spec that an entry of a key list spells out. It is added with its key, and not before.

use payload_codec::CodecSpec;

use super::read::Offered;
use crate::app::App;
use crate::error::AppError;
use crate::formats::{Formats, MAX_NAME};

/// Gives every spec its format's name: that of the format which is written so already, or a free one after the key's id.
pub(super) fn name(offered: &mut [Offered], formats: &Formats) {
    let mut brought: Vec<(String, CodecSpec)> = Vec::new();
    for entry in offered {
        let Some(spec) = &entry.spec else { continue };
        let known = formats.all().find(|(_, known)| *known == &**spec);
        let earlier = brought.iter().find(|(_, earlier)| *earlier == **spec);
        let name = match (known, earlier) {
            (Some((name, _)), _) => {
                let name = name.to_owned();
                entry.spec = None;
                name
            }
            (None, Some((name, _))) => name.clone(),
            (None, None) => {
                let is_free = |name: &str| {
                    formats.spec(name).is_none() && brought.iter().all(|(other, _)| other != name)
                };
                let name = free_name(entry.names.id.as_str(), is_free);
                brought.push((name.clone(), CodecSpec::clone(spec)));
                name
            }
        };
        entry.usage.formats.insert(0, name);
    }
}

/// `Prod/2026` is `prod-2026`, or `prod-2026-2` where that is taken.
fn free_name(id: &str, is_free: impl Fn(&str) -> bool) -> String {
    let letters = id.chars().map(|c| match c.to_ascii_lowercase() {
        c @ ('a'..='z' | '0'..='9') => c,
        _ => '-',
    });
    let letters: String = letters.take(MAX_NAME - 4).collect();
    let stem = match letters.trim_matches('-') {
        "" => "imported",
        stem => stem,
    };
    let numbered = (2..).map(|n| format!("{stem}-{n}"));
    std::iter::once(stem.to_owned())
        .chain(numbered)
        .find(|name| is_free(name))
        .expect("numbers do not end")
}

impl App {
    /// Adds the format that comes with an entry. It stays where the key is refused afterwards: the next try finds it.
    pub(super) fn bring_format(&self, entry: &Offered) -> Result<(), AppError> {
        match (&entry.spec, entry.usage.formats.first()) {
            (Some(spec), Some(name)) => self.add_format(name, spec),
            (None, _) | (_, None) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_made_of_the_id() {
        for (id, taken, name) in [
            ("prod-2026", &[][..], "prod-2026"),
            ("Prod/2026", &["prod-2026", "prod-2026-2"], "prod-2026-3"),
            ("", &[], "imported"),
            ("äöü", &["imported"], "imported-2"),
        ] {
            assert_eq!(free_name(id, |name| !taken.contains(&name)), name);
        }
        let long = free_name(&"k".repeat(200), |name| name.ends_with("-99"));
        assert!(long.len() <= MAX_NAME, "{long}");
    }
}
