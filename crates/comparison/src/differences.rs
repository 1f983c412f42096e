//! What differs between two JSON values, by path: linear in both, without recursion.

use std::cmp::Ordering;

use crate::align::{Step, align};
use crate::digest::Digest;
use crate::tree::{Shape, Tree};

/// What differs between two values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// The first of them.
    pub all: Vec<Difference>,
    /// How many there are, those that are not known included.
    pub n: usize,
    /// At how many places it is not known whether there is one.
    pub n_unknown: usize,
    /// Steps that it took.
    pub work: u64,
}

/// One place that differs.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// Where, as jq writes it: on the left, or, where it is only on the right, there.
    pub path: String,
    /// In what way.
    pub kind: Kind,
    /// What stands there on the left.
    pub left: Option<Side>,
    /// What stands there on the right.
    pub right: Option<Side>,
}

/// In what way a place differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Both have it, and they differ.
    Changed,
    /// Only the left has it.
    OnlyLeft,
    /// Only the right has it.
    OnlyRight,
    /// Both have it, and one of them could not be decoded.
    Unknown,
}

/// What stands at a place.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Side {
    /// As it stands.
    pub text: String,
    /// Whether it could not be decoded.
    pub is_unknown: bool,
}

/// Sizes only: what differs is content.
impl std::fmt::Debug for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let size = |side: &Option<Side>| side.as_ref().map(|side| side.text.len());
        write!(
            f,
            "{:?}({:?}, {:?})",
            self.kind,
            size(&self.left),
            size(&self.right)
        )
    }
}

/// Sizes only: what differs is content.
impl std::fmt::Debug for Side {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Side({} bytes)", self.text.len())
    }
}

/// The first `limit` places that differ, and how many there are.
pub fn differences(left: &Tree<'_>, right: &Tree<'_>, limit: usize) -> Differences {
    let mut found = Found {
        left,
        right,
        limit,
        out: Differences::default(),
    };
    // The last is the next one.
    let mut pairs = vec![(0, 0)];
    while let Some((one, other)) = pairs.pop() {
        found.out.work += 1;
        let (Some(a), Some(b)) = (left.node(one), right.node(other)) else {
            continue;
        };
        if a.digest == b.digest {
            continue;
        }
        let from = pairs.len();
        match (a.shape, b.shape) {
            (Shape::Unknown, _) | (_, Shape::Unknown) => {
                found.add(Kind::Unknown, Some(one), Some(other));
            }
            (Shape::Object, Shape::Object) => {
                found.members(&a.children, &b.children, &mut pairs);
            }
            (Shape::Array, Shape::Array) => found.items(&a.children, &b.children, &mut pairs),
            _ => found.add(Kind::Changed, Some(one), Some(other)),
        }
        // In the order in which they stand.
        if let Some(new) = pairs.get_mut(from..) {
            new.reverse();
        }
    }
    found.out
}

struct Found<'t, 'a> {
    left: &'t Tree<'a>,
    right: &'t Tree<'a>,
    limit: usize,
    out: Differences,
}

impl Found<'_, '_> {
    /// Two objects, whose members are in the order of their names.
    fn members(&mut self, left: &[usize], right: &[usize], pairs: &mut Vec<(usize, usize)>) {
        let (mut lefts, mut rights) = (left.iter().peekable(), right.iter().peekable());
        loop {
            self.out.work += 1;
            let order = match (lefts.peek(), rights.peek()) {
                (Some(one), Some(other)) => {
                    self.left.member(**one).cmp(&self.right.member(**other))
                }
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => return,
            };
            if order.is_eq() {
                pairs.extend(
                    lefts
                        .next()
                        .zip(rights.next())
                        .map(|(one, other)| (*one, *other)),
                );
            } else if order.is_lt() {
                self.add(Kind::OnlyLeft, lefts.next().copied(), None);
            } else {
                self.add(Kind::OnlyRight, None, rights.next().copied());
            }
        }
    }

    /// Two lists. Where something in them is not known, an item is compared with that at its own place: by what they say they
    /// cannot be told to have moved.
    fn items(&mut self, left: &[usize], right: &[usize], pairs: &mut Vec<(usize, usize)>) {
        let has_unknown =
            |tree: &Tree<'_>, item: &usize| tree.node(*item).is_some_and(|node| node.has_unknown);
        let is_known = !left.iter().any(|item| has_unknown(self.left, item))
            && !right.iter().any(|item| has_unknown(self.right, item));
        let digests = |tree: &Tree<'_>, items: &[usize]| -> Vec<Digest> {
            let nodes = items.iter().filter_map(|item| tree.node(*item));
            nodes.map(|node| node.digest).collect()
        };
        let steps = match is_known {
            true => {
                let (lefts, rights) = (digests(self.left, left), digests(self.right, right));
                align(&lefts, &rights, &mut self.out.work)
            }
            false => {
                let lefts = (0..left.len()).map(Step::Left);
                lefts.chain((0..right.len()).map(Step::Right)).collect()
            }
        };
        let (mut lefts, mut rights) = (Vec::new(), Vec::new());
        for step in steps.into_iter().map(Some).chain([None]) {
            match step {
                Some(Step::Left(at)) => lefts.extend(left.get(at)),
                Some(Step::Right(at)) => rights.extend(right.get(at)),
                Some(Step::Both(..)) | None => {
                    // Between two that are equal, one by one.
                    let both = lefts.len().min(rights.len());
                    pairs.extend(lefts.iter().copied().zip(rights.iter().copied()));
                    for item in lefts.drain(..).skip(both) {
                        self.add(Kind::OnlyLeft, Some(item), None);
                    }
                    for item in rights.drain(..).skip(both) {
                        self.add(Kind::OnlyRight, None, Some(item));
                    }
                }
            }
        }
    }

    fn add(&mut self, kind: Kind, left: Option<usize>, right: Option<usize>) {
        self.out.n += 1;
        self.out.n_unknown += usize::from(kind == Kind::Unknown);
        if self.out.all.len() >= self.limit {
            return;
        }
        let path = match (left, right) {
            (Some(left), _) => self.left.path(left),
            (None, Some(right)) => self.right.path(right),
            (None, None) => return,
        };
        let side = |tree: &Tree<'_>, node: usize| Side {
            text: tree.value(node).to_owned(),
            is_unknown: tree.node(node).is_some_and(|node| node.has_unknown),
        };
        self.out.all.push(Difference {
            path,
            kind,
            left: left.map(|node| side(self.left, node)),
            right: right.map(|node| side(self.right, node)),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;
    use crate::tree::{Mark, Marked};
    use proptest::prelude::*;
    use serde_json::Value;

    fn between(left: &str, right: &str) -> Differences {
        let [left, right] =
            [left, right].map(|text| Tree::of(text, &[], &Rules::everything()).expect(text));
        let found = differences(&left, &right, 100);
        assert_eq!(found.n == 0, left.digest() == right.digest());
        found
    }

    fn said(left: &str, right: &str) -> Vec<String> {
        let text =
            |side: &Option<Side>| side.as_ref().map_or("–".to_owned(), |it| it.text.clone());
        let one = |it: &Difference| format!("{} {} {}", it.path, text(&it.left), text(&it.right));
        between(left, right).all.iter().map(one).collect()
    }

    #[test]
    fn places_are_told_as_jq_writes_them() {
        let left = r#"{"a":1,"b":{"c d":[1,2,{"e":null}]},"gone":[],"n":1.10}"#;
        let right = r#"{"n":1.1,"b":{"c d":[1,3,{"e":"x"},4]},"a":1,"new":true}"#;
        let expected = [
            ".gone [] –",
            ".new – true",
            ".b[\"c d\"][3] – 4",
            ".b[\"c d\"][1] 2 3",
            ".b[\"c d\"][2].e null \"x\"",
            ".n 1.10 1.1",
        ];
        assert_eq!(said(left, right), expected);
        assert_eq!(said("[1]", "{}"), [". [1] {}"]);
        assert_eq!(said("9007199254740993", "9007199254740992").len(), 1);
    }

    #[test]
    fn how_it_is_written_does_not_count() {
        assert_eq!(
            said("{ \"a\": [1, \"\\u00e9\"] }", "{\"a\":[1,\"é\"]}"),
            [""; 0]
        );
        assert_eq!(said("[{\"b\":1,\"a\":2}]", "[{\"a\":2,\"b\":1}]"), [""; 0]);
        // Of two members of one name each counts.
        assert_eq!(said("{\"a\":1,\"a\":2}", "{\"a\":2,\"a\":1}").len(), 2);
    }

    #[test]
    fn an_item_more_in_a_list_is_one_difference() {
        assert_eq!(said("[1,2,3,4]", "[0,1,2,3,4]"), [".[0] – 0"]);
        assert_eq!(
            said("[{\"a\":1},2,3]", "[{\"a\":2},2]"),
            [".[2] 3 –", ".[0].a 1 2"]
        );
    }

    #[test]
    fn what_is_unknown_is_neither_equal_nor_different() {
        let tree = |text: &'static str, unknown: &str| {
            let at = text.find(unknown).expect("there");
            let mark = Mark {
                span: at..at + unknown.len(),
                what: Marked::Unknown,
            };
            Tree::of(text, &[mark], &Rules::everything()).expect("JSON")
        };
        let kinds = |left: &Tree<'_>, right: &Tree<'_>| {
            let found = differences(left, right, 9);
            found
                .all
                .iter()
                .map(|it| (it.kind, it.path.clone()))
                .collect::<Vec<_>>()
        };
        let left = tree(r#"{"a":[{"data":"x1"},2]}"#, r#"{"data":"x1"}"#);
        let right = tree(r#"{"a":[{"data":"x2"},2]}"#, r#"{"data":"x2"}"#);
        assert_eq!(kinds(&left, &right), [(Kind::Unknown, ".a[0]".to_owned())]);
        // The same bytes say the same.
        assert_eq!(kinds(&left, &left), []);
        // One that is known may be what the other one says.
        let known = Tree::of(r#"{"a":[7,2]}"#, &[], &Rules::everything()).expect("JSON");
        assert_eq!(kinds(&left, &known), [(Kind::Unknown, ".a[0]".to_owned())]);
        // It has not moved as far as anybody knows.
        let moved = tree(r#"{"a":[2,{"data":"x1"}]}"#, r#"{"data":"x1"}"#);
        assert!(
            kinds(&left, &moved)
                .iter()
                .all(|(kind, _)| *kind == Kind::Unknown)
        );
    }

    #[test]
    fn in_a_value_everything_counts() {
        let text = |id: &str, own: &str| {
            format!(r#"{{"requestId":"{id}","data":{{"requestId":"{own}"}}}}"#)
        };
        let tree = |text: &'static str| {
            let at = text.rfind("{\"requestId").expect("there");
            let mark = Mark {
                span: at..text.len() - 1,
                what: Marked::Value,
            };
            Tree::of(text, &[mark], &Rules::usual([])).expect("JSON")
        };
        let [one, other, third] = [text("1", "a"), text("2", "a"), text("2", "b")]
            .map(|text| tree(Box::leak(text.into_boxed_str())));
        assert_eq!(differences(&one, &other, 9).n, 0);
        assert_eq!(one.digest(), other.digest());
        let found = differences(&one, &third, 9);
        assert_eq!(found.all[0].path, ".data.requestId");
        assert_eq!(found.n, 1);
    }

    #[test]
    fn the_name_of_a_workers_own_queue_does_not_count() {
        let queue = |name: &str, kind: &str| {
            format!(r#"{{"taskQueue":{{"name":"{name}","kind":"TASK_QUEUE_KIND_{kind}"}}}}"#)
        };
        let n = |kind: &str, rules: &Rules| {
            let (left, right) = (queue("1@a", kind), queue("2@b", kind));
            let [left, right] =
                [&left, &right].map(|text| Tree::of(text, &[], rules).expect("JSON"));
            differences(&left, &right, 9).n
        };
        assert_eq!(n("STICKY", &Rules::usual([])), 0);
        assert_eq!(n("NORMAL", &Rules::usual([])), 1);
        assert_eq!(n("STICKY", &Rules::everything()), 1);
    }

    #[test]
    fn what_is_deep_or_long_takes_as_long_as_it_is() {
        let deep = |what: &str| format!("{}{what}{}", "[".repeat(2000), "]".repeat(2000));
        let found = between(&deep("1"), &deep("2"));
        assert_eq!(found.n, 1);
        assert!(found.work < 2 * 2000 * 4, "{}", found.work);
        assert!(Tree::of(&"[".repeat(100_000), &[], &Rules::everything()).is_none());
        let work = |n: usize| {
            let list = |end: &str| {
                let items = (0..n).map(|at| format!("{{\"a\":{at},\"b\":[{at},{end}]}}"));
                format!("[{}]", items.collect::<Vec<_>>().join(","))
            };
            let found = between(&list("1"), &list("2"));
            assert_eq!((found.all.len(), found.n), (100.min(n), n));
            found.work
        };
        let (one, two, four) = (work(2000), work(4000), work(8000));
        assert!(two <= one * 3 && four <= two * 3, "{one} {two} {four}");
    }

    /// Any JSON of a few kinds.
    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            (0..3).prop_map(Value::from),
            "[ab]{0,2}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("[ab]{0,2}", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn only_what_differs_is_told_and_the_same_both_ways(left in json(), right in json()) {
            let (one, other) = (left.to_string(), right.to_string());
            prop_assert_eq!(between(&one, &one).n, 0);
            let found = between(&one, &other);
            prop_assert_eq!(found.n == 0, left == right);
            for it in &found.all {
                let [left, right] = [&it.left, &it.right].map(|side| side.as_ref().map(|it| &it.text));
                prop_assert_ne!(left, right);
            }
            let there = found.all.into_iter().map(|it| {
                let kind = match it.kind {
                    Kind::OnlyLeft => Kind::OnlyRight,
                    Kind::OnlyRight => Kind::OnlyLeft,
                    kind @ (Kind::Changed | Kind::Unknown) => kind,
                };
                (kind, it.left, it.right)
            });
            let back = between(&other, &one).all.into_iter().map(|it| (it.kind, it.right, it.left));
            let (mut there, mut back): (Vec<_>, Vec<_>) = (there.collect(), back.collect());
            there.sort();
            back.sort();
            prop_assert_eq!(there, back);
        }
    }
}
