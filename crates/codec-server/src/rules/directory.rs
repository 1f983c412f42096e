//! Which profile a Namespace has: the rule that names it, else the rule with the narrowest pattern, else the default.
//!
//! A Namespace's profile is made when it is first asked for, and kept. Rules never change: a directory is swapped whole.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::route::Namespace;
use crate::rules::pattern::NamespacePattern;
use crate::rules::profile::{Built, Profile};

/// Makes the profile of one Namespace; `None` for requests that name none. It is called on threads that serve requests, so
/// it must not block.
pub type MakeProfile = Box<dyn Fn(Option<&Namespace>) -> Profile + Send + Sync>;

/// A profile for some Namespaces.
pub struct Rule {
    /// What people call it; it stands in the records of the requests that it served.
    pub name: Arc<str>,
    /// Which Namespaces.
    pub namespaces: Vec<NamespacePattern>,
    /// Makes their profiles.
    pub profile: MakeProfile,
}

/// What Namespaces without a rule get, and requests that name none.
pub struct DefaultRule {
    /// Namespaces that exist although no rule is for them. A path segment in front of the operation that is none of
    /// them, and has no rule, may be a proxy's prefix: the header behind it then counts.
    pub known: Vec<NamespacePattern>,
    /// Makes their profiles.
    pub profile: MakeProfile,
}

/// The rule that a Namespace has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match<'a> {
    /// The rule's name.
    pub rule: &'a Arc<str>,
    /// The pattern that decided.
    pub pattern: &'a NamespacePattern,
}

/// Every Namespace's [`Profile`].
pub struct CodecDirectory {
    rules: Vec<Rule>,
    default: Option<DefaultRule>,
    /// Names without `*`, with the place of their rule and of the pattern in it.
    exact: HashMap<Namespace, (usize, usize)>,
    /// The other patterns, narrowest first.
    patterns: Vec<(usize, usize)>,
    built: Built,
}

/// What a request gets: for which Namespace, by which rule, and the profile; `None` where it is refused.
pub(crate) struct Found {
    pub(crate) namespace: Option<Namespace>,
    pub(crate) rule: Option<Arc<str>>,
    pub(crate) profile: Option<Profile>,
}

impl CodecDirectory {
    /// A rule that names a Namespace goes before every pattern, then those with more literal characters, then the earlier
    /// one. Without a `default`, whoever has no rule is refused.
    pub fn by_rules(rules: Vec<Rule>, default: Option<DefaultRule>) -> Self {
        let places = || {
            rules.iter().enumerate().flat_map(|(rule, its)| {
                let patterns = its.namespaces.iter().enumerate();
                patterns.map(move |(place, pattern)| ((rule, place), pattern))
            })
        };
        let mut exact = HashMap::new();
        let names = places().filter(|(_, pattern)| pattern.is_exact());
        for (place, pattern) in names {
            if let Some(namespace) = Namespace::new(pattern.as_str()) {
                exact.entry(namespace).or_insert(place);
            }
        }
        let mut patterns: Vec<_> = places()
            .filter(|(_, pattern)| !pattern.is_exact())
            .map(|(place, pattern)| (std::cmp::Reverse(pattern.literal_bytes()), place))
            .collect();
        patterns.sort_unstable();
        let patterns = patterns.into_iter().map(|(_, place)| place).collect();
        CodecDirectory {
            rules,
            default,
            exact,
            patterns,
            built: Built::default(),
        }
    }

    /// Namespaces without a profile of their own, and requests that name none, get `default`.
    pub fn new(default: Profile, by_namespace: BTreeMap<Namespace, Profile>) -> Self {
        let default = DefaultRule {
            known: Vec::new(),
            profile: Box::new(move |_| default.clone()),
        };
        Self::by_rules(one_each(by_namespace), Some(default))
    }

    /// Serves the Namespaces that are listed, and no others.
    pub fn strict(by_namespace: BTreeMap<Namespace, Profile>) -> Self {
        Self::by_rules(one_each(by_namespace), None)
    }

    /// The rule that a Namespace has; `None` where it gets the default, or is refused. A rule for `name` is one for
    /// `name.account`, too, the form that Temporal Cloud uses, unless that has its own.
    pub fn matching(&self, namespace: &Namespace) -> Option<Match<'_>> {
        let place = self.place(namespace)?;
        Some(Match {
            rule: &self.rules[place.0].name,
            pattern: self.pattern(place),
        })
    }

    /// Whether Namespaces and requests without a rule get a profile, too.
    pub fn has_default(&self) -> bool {
        self.default.is_some()
    }

    /// Of the Namespaces that a request names, strongest first, the first that is known by more than a lone `*`; else the
    /// first. So a path in front of the operation that is no Namespace of ours (a proxy's prefix) does not hide the header
    /// behind it.
    pub(crate) fn find(&self, candidates: impl Iterator<Item = Namespace>) -> Found {
        let mut first = None;
        for namespace in candidates {
            if self.knows(&namespace) {
                return self.profile_of(Some(namespace));
            }
            first.get_or_insert(namespace);
        }
        self.profile_of(first)
    }

    fn profile_of(&self, namespace: Option<Namespace>) -> Found {
        let place = namespace
            .as_ref()
            .and_then(|namespace| self.place(namespace));
        let rule = place.map(|(rule, _)| &self.rules[rule]);
        let make = match rule {
            Some(rule) => Some(&rule.profile),
            None => self.default.as_ref().map(|default| &default.profile),
        };
        let profile = make.map(|make| self.built.get_or_make(namespace.as_ref(), make));
        Found {
            namespace,
            rule: rule.map(|rule| Arc::clone(&rule.name)),
            profile,
        }
    }

    /// The place of the rule, and of the pattern in it, that a Namespace has.
    fn place(&self, namespace: &Namespace) -> Option<(usize, usize)> {
        let short = || Namespace::new(namespace.as_str().rsplit_once('.')?.0);
        let exact = self.exact.get(namespace);
        let exact = exact.or_else(|| self.exact.get(&short()?));
        let mut patterns = self.patterns.iter();
        exact
            .or_else(|| patterns.find(|&&place| self.pattern(place).matches(namespace)))
            .copied()
    }

    fn pattern(&self, (rule, place): (usize, usize)) -> &NamespacePattern {
        &self.rules[rule].namespaces[place]
    }

    /// A lone `*` matches everything and so tells nothing about it.
    fn knows(&self, namespace: &Namespace) -> bool {
        let tells = |pattern: &NamespacePattern| pattern.literal_bytes() > 0;
        let known = self.default.iter().flat_map(|default| &default.known);
        self.place(namespace)
            .is_some_and(|place| tells(self.pattern(place)))
            || known
                .filter(|pattern| tells(pattern))
                .any(|pattern| pattern.matches(namespace))
    }
}

/// A rule for each Namespace, that bears its name.
fn one_each(by_namespace: BTreeMap<Namespace, Profile>) -> Vec<Rule> {
    let rules = by_namespace.into_iter().filter_map(|(namespace, profile)| {
        Some(Rule {
            name: namespace.as_str().into(),
            namespaces: vec![NamespacePattern::new(namespace.as_str()).ok()?],
            profile: Box::new(move |_| profile.clone()),
        })
    });
    rules.collect()
}
