//! Two JSON texts side by side, with parts of them that could not be decoded: what is told of them holds both ways, for each with
//! itself, and in steps that their lengths bound.

use arbitrary::{Result, Unstructured};
use comparison::{
    Differences, Kind, Mark, Marked, Rules, Step, Tree, WINDOW, align, differences, excerpts,
};
use temporal_payload::Document;

use super::documents::made_text;

/// Differences that are told of.
const LIMIT: usize = 64;
/// Bytes that are aligned: an alignment takes as many steps as it has differences, squared.
const ALIGNED: usize = 96;
/// Characters of an excerpt.
const SHOWN: usize = 40;

/// Up to a zero byte the bytes are one text, after it the other; without one both are made of them.
pub fn compared(data: &[u8]) {
    let mut parts = data.splitn(2, |byte| *byte == 0).map(std::str::from_utf8);
    match (parts.next(), parts.next()) {
        (Some(Ok(left)), Some(Ok(right))) => both(left, right),
        // Too few bytes for a choice are no finding.
        _ => drop(made(&mut Unstructured::new(data))),
    }
}

/// Two made texts that have one part in common.
fn made(u: &mut Unstructured<'_>) -> Result<()> {
    let (same, left, right) = (made_text(u)?, made_text(u)?, made_text(u)?);
    let with = |other: &str, is_first: bool| match is_first {
        true => format!("[{same},{other}]"),
        false => format!("[{other},{same}]"),
    };
    let is_moved: bool = u.arbitrary()?;
    both(&with(&left, true), &with(&right, !is_moved));
    both(&left, &right);
    Ok(())
}

fn both(left: &str, right: &str) {
    let [start, other_start] =
        [left, right].map(|text| text.as_bytes().get(..ALIGNED).unwrap_or(text.as_bytes()));
    aligned(start, other_start);
    let (shown, other_shown) = excerpts(left, right, SHOWN);
    for (shown, text) in [(shown, left), (other_shown, right)] {
        assert!(shown.chars().count() <= SHOWN + 2, "no more than is shown");
        assert!(
            text.contains(shown.trim_matches('…')) || text.contains('…'),
            "nothing but what stands there"
        );
    }
    for rules in [Rules::everything(), Rules::usual(["order-1".to_owned()])] {
        for what in [None, Some(Marked::Value), Some(Marked::Unknown)] {
            let [marks, other_marks] = [left, right].map(|text| marks(text, what));
            let one = Tree::of(left, &marks, &rules);
            let other = Tree::of(right, &other_marks, &rules);
            if let (Some(one), Some(other)) = (one, other) {
                holds(&one, &other, left.len() + right.len());
            }
        }
    }
}

/// Each Payload of a document, as something else than the rest of it.
fn marks(text: &str, what: Option<Marked>) -> Vec<Mark> {
    let (Some(what), Ok(document)) = (what, Document::parse(text)) else {
        return Vec::new();
    };
    if document.text() != text || !document.wrappings().is_empty() {
        return Vec::new();
    }
    let slots = document.slots().iter();
    slots
        .map(|slot| Mark {
            span: slot.span.clone(),
            what,
        })
        .collect()
}

fn holds(one: &Tree<'_>, other: &Tree<'_>, size: usize) {
    for tree in [one, other] {
        assert_eq!(differences(tree, tree, LIMIT).n, 0, "it is as itself");
    }
    let there = differences(one, other, LIMIT);
    let back = differences(other, one, LIMIT);
    assert_eq!(
        there.n == 0,
        one.digest() == other.digest(),
        "a digest says the same"
    );
    assert_eq!((there.n, there.n_unknown), (back.n, back.n_unknown));
    assert_eq!(there.all.len(), there.n.min(LIMIT), "all up to the limit");
    assert!(
        there.n_unknown == 0 || one.has_unknown() || other.has_unknown(),
        "unknown is only what could not be decoded"
    );
    let most = (size as u64 + 1) * WINDOW as u64;
    assert!(there.work <= most, "{} steps of {most}", there.work);
    sides(&there);
    sides(&back);
}

fn sides(found: &Differences) {
    for it in &found.all {
        assert!(it.path.starts_with('.'), "as jq writes it: {:?}", it.path);
        let has = (it.left.is_some(), it.right.is_some());
        let expected = match it.kind {
            Kind::Changed | Kind::Unknown => (true, true),
            Kind::OnlyLeft => (true, false),
            Kind::OnlyRight => (false, true),
        };
        assert_eq!(has, expected);
    }
}

/// Every item once, in its order, and what is paired is equal.
fn aligned(left: &[u8], right: &[u8]) {
    let mut work = 0;
    let steps = align(left, right, &mut work);
    let (mut one, mut other) = (0, 0);
    for step in &steps {
        match *step {
            Step::Both(at, other_at) => {
                assert_eq!((at, other_at), (one, other));
                assert_eq!(left.get(at), right.get(other_at), "paired is equal");
                (one, other) = (one + 1, other + 1);
            }
            Step::Left(at) => {
                assert_eq!(at, one);
                one += 1;
            }
            Step::Right(at) => {
                assert_eq!(at, other);
                other += 1;
            }
        }
    }
    assert_eq!((one, other), (left.len(), right.len()), "nothing is lost");
}
