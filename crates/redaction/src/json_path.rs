//! A small part of JSONPath (RFC 9535): `$`, `.name`, `['name']`, `[3]`, `[*]`, `.*`, and each of them at any depth: `..name`,
//! `..*`, `..[3]`.

/// Steps that a path may have: each is a bit of a `u64`.
const MAX_STEPS: usize = 32;

/// A path from the value of a Payload down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct JsonPath(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Step {
    /// Whether it may be any number of levels further down.
    at_any_depth: bool,
    to: To,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum To {
    Name(String),
    Index(usize),
    All,
}

/// Which steps of a path were made on the way to a value. A value is meant where all were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Made(u64);

impl Made {
    /// Where no path leads on from.
    pub(crate) const NOWHERE: Made = Made(0);
}

impl JsonPath {
    /// # Errors
    /// What is wrong, in a sentence.
    pub(crate) fn new(text: &str) -> Result<Self, String> {
        let mut rest = text.strip_prefix('$').ok_or("it does not begin with $")?;
        let mut steps = Vec::new();
        while !rest.is_empty() {
            if steps.len() == MAX_STEPS {
                return Err(format!("it has more than {MAX_STEPS} steps"));
            }
            let at_any_depth = rest.starts_with("..");
            let dotted = rest.strip_prefix("..").or_else(|| rest.strip_prefix('.'));
            let (to, after) = match dotted {
                Some(after) if !(at_any_depth && after.starts_with('[')) => name(after)?,
                Some(after) => bracketed(after)?,
                None => bracketed(rest)?,
            };
            rest = after;
            steps.push(Step { at_any_depth, to });
        }
        Ok(JsonPath(steps))
    }

    /// At the value of a Payload itself.
    pub(crate) const START: Made = Made(1);

    /// Whether the value is meant that these steps lead to.
    pub(crate) fn is_there(&self, made: Made) -> bool {
        made.0 & (1 << self.0.len()) != 0
    }

    pub(crate) fn member(&self, made: Made, name: &str) -> Made {
        self.step(made, |to| match to {
            To::Name(wanted) => wanted == name,
            To::All => true,
            To::Index(_) => false,
        })
    }

    pub(crate) fn item(&self, made: Made, index: usize) -> Made {
        self.step(made, |to| match to {
            To::Index(wanted) => *wanted == index,
            To::All => true,
            To::Name(_) => false,
        })
    }

    fn step(&self, made: Made, leads_there: impl Fn(&To) -> bool) -> Made {
        let mut next = 0;
        for (place, step) in self.0.iter().enumerate() {
            if made.0 & (1 << place) == 0 {
                continue;
            }
            if step.at_any_depth {
                next |= 1 << place;
            }
            if leads_there(&step.to) {
                next |= 1 << (place + 1);
            }
        }
        Made(next)
    }
}

fn name(text: &str) -> Result<(To, &str), String> {
    if let Some(rest) = text.strip_prefix('*') {
        return Ok((To::All, rest));
    }
    let end = text.find(['.', '[']).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if name.is_empty() {
        return Err("a name is missing after a dot".to_owned());
    }
    if name.contains(|character: char| "]'\"*()?@,: ".contains(character)) {
        return Err("a name with a special character is written ['name']".to_owned());
    }
    Ok((To::Name(name.to_owned()), rest))
}

fn bracketed(text: &str) -> Result<(To, &str), String> {
    let inner = text
        .strip_prefix('[')
        .ok_or("a dot or a bracket is missing")?;
    let closed = |rest: &str| rest.starts_with(']');
    if let Some(rest) = inner.strip_prefix('*').filter(|rest| closed(rest)) {
        return Ok((To::All, &rest[1..]));
    }
    if let Some(quote @ ('\'' | '"')) = inner.chars().next() {
        let mut name = String::new();
        let mut characters = inner[1..].char_indices();
        while let Some((at, character)) = characters.next() {
            if character == quote {
                let rest = &inner[1 + at + 1..];
                return match closed(rest) {
                    true => Ok((To::Name(name), &rest[1..])),
                    false => Err("] is missing after a quoted name".to_owned()),
                };
            }
            name.push(match character {
                '\\' => match characters.next() {
                    Some((_, escaped @ ('\\' | '\'' | '"' | '/'))) => escaped,
                    _ => return Err("\\ stands before \\, /, ' and \" only".to_owned()),
                },
                other => other,
            });
        }
        return Err("a quotation mark is not closed".to_owned());
    }
    let (index, rest) = inner.split_once(']').ok_or("] is missing")?;
    let is_number = !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit());
    let index = index.parse::<usize>().ok().filter(|_| is_number);
    let index = index.ok_or("in brackets stand a number, * or a quoted name; filters, slices and negative numbers are not known here")?;
    Ok((To::Index(index), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A way down: names, and numbers for items.
    #[track_caller]
    fn check(path: &str, way: &[&str], expect: bool) {
        let path = JsonPath::new(path).expect("a path");
        let mut made = JsonPath::START;
        for step in way {
            made = match step.parse() {
                Ok(index) => path.item(made, index),
                Err(_) => path.member(made, step),
            };
        }
        assert_eq!(path.is_there(made), expect, "{path:?} and {way:?}");
    }

    #[test]
    fn leads_to_values() {
        check("$", &[], true);
        check("$", &["a"], false);
        check("$.a.b", &["a", "b"], true);
        check("$.a.b", &["a"], false);
        check("$.a[1]", &["a", "1"], true);
        check("$.a[1]", &["a", "0"], false);
        check("$.a[*].b", &["a", "7", "b"], true);
        check("$[*]", &["name"], true);
        check("$.*", &["0"], true);
        check("$..b", &["b"], true);
        check("$..b", &["a", "0", "b"], true);
        check("$..b", &["b", "c"], false);
        check("$..a..b", &["a", "x", "a", "y", "b"], true);
        check("$..*", &["x", "1"], true);
        check("$..*", &[], false);
        check("$..[0]", &["x", "0"], true);
        check("$['a.b'][\"it's\"]", &["a.b", "it's"], true);
        check(r"$['it\'s']", &["it's"], true);
    }

    #[test]
    fn says_what_it_does_not_know() {
        for wrong in [
            "",
            "a",
            "$a",
            "$.",
            "$..",
            "$.a.",
            "$[",
            "$[]",
            "$[-1]",
            "$[1:2]",
            "$[?(@.a)]",
            "$['a",
            "$['a'x]",
            "$.a b",
            "$.a]",
            "$.*x",
            r"$['\x']",
        ] {
            assert!(JsonPath::new(wrong).is_err(), "{wrong}");
        }
        assert!(JsonPath::new(&format!("${}", ".a".repeat(MAX_STEPS + 1))).is_err());
    }
}
