//! What is to be taken out, as people write it: `everything`, `$.customer.name`, `key:*password*`, `value:email`.

use crate::glob::Glob;
use crate::json_path::JsonPath;
use crate::patterns::Preset;

/// Rules that one redaction may have.
pub const MAX_RULES: usize = 64;

/// What is to be taken out. Without `everything`, what no rule means stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    pub(crate) everything: bool,
    pub(crate) paths: Vec<JsonPath>,
    pub(crate) keys: Vec<Glob>,
    pub(crate) presets: Vec<Preset>,
    pub(crate) values: Vec<Glob>,
}

/// A rule that there is not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadRule {
    /// None at all: nothing would be taken out.
    #[error("a redaction needs a rule")]
    None,
    /// More than [`MAX_RULES`].
    #[error("a redaction has at most {MAX_RULES} rules")]
    TooMany,
    /// One that cannot be read.
    #[error("rule {number} cannot be used: {why}")]
    Unreadable {
        /// Which one; the first is 1. It is not quoted: anything may have been pasted there.
        number: usize,
        /// What is wrong.
        why: String,
    },
}

impl Rules {
    /// Reads rules, one each.
    ///
    /// # Errors
    /// [`BadRule`].
    pub fn new<T: AsRef<str>>(rules: &[T]) -> Result<Self, BadRule> {
        if rules.len() > MAX_RULES {
            return Err(BadRule::TooMany);
        }
        let mut read = Rules::default();
        for (at, rule) in rules.iter().enumerate() {
            let rule = rule.as_ref().trim();
            read.add(rule).map_err(|why| BadRule::Unreadable {
                number: at + 1,
                why,
            })?;
        }
        if read == Rules::default() {
            return Err(BadRule::None);
        }
        Ok(read)
    }

    /// Takes every value out.
    pub fn everything() -> Self {
        Rules {
            everything: true,
            ..Rules::default()
        }
    }

    fn add(&mut self, rule: &str) -> Result<(), String> {
        const TOO_LONG: &str = "a pattern has 1 to 127 characters";
        if rule == "everything" {
            self.everything = true;
        } else if rule.starts_with('$') {
            self.paths.push(JsonPath::new(rule)?);
        } else if let Some(path) = rule.strip_prefix("path:") {
            self.paths.push(JsonPath::new(path.trim())?);
        } else if let Some(key) = rule.strip_prefix("key:") {
            self.keys.push(Glob::new(key.trim()).ok_or(TOO_LONG)?);
        } else if let Some(value) = rule.strip_prefix("value:") {
            let value = value.trim();
            match Preset::new(value) {
                Some(preset) => self.presets.push(preset),
                None => self.values.push(Glob::new(value).ok_or(TOO_LONG)?),
            }
        } else {
            return Err("write everything, $.path, key:NAME, value:email, value:card, value:jwt or value:PATTERN".to_owned());
        }
        Ok(())
    }

    /// Whether each rule can be asked about any text, and not only about JSON.
    pub(crate) fn are_of_values_alone(&self) -> bool {
        self.paths.is_empty() && self.keys.is_empty()
    }

    pub(crate) fn means_key(&self, name: &str) -> bool {
        self.keys.iter().any(|key| key.fits(name))
    }
}
