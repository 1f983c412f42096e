//! Two sequences side by side: which of their items belong together.

/// Differences after which a part of an alignment is settled. It bounds the work, `O((n + m) · WINDOW)`, and the memory,
/// `O(WINDOW²)`: with fewer differences the alignment is the shortest one (Myers, *An O(ND) Difference Algorithm*, 1986), with more
/// it is put together of parts that each reach as far as they can.
pub const WINDOW: usize = 512;

/// A place of an alignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Two items that are equal.
    Both(usize, usize),
    /// An item that the left one alone has.
    Left(usize),
    /// An item that the right one alone has.
    Right(usize),
}

/// Aligns two sequences. Between items that are equal, those of the left come first. `work` is raised by the steps that it took.
pub fn align<T: Ord>(left: &[T], right: &[T], work: &mut u64) -> Vec<Step> {
    // The same whichever side is which.
    let pairs = match left <= right {
        true => pairs(left, right, work),
        false => {
            let swapped = pairs(right, left, work).into_iter();
            swapped.map(|(one, other)| (other, one)).collect()
        }
    };
    let mut steps = Vec::with_capacity(left.len().max(right.len()));
    let (mut one, mut other) = (0, 0);
    for (left_at, right_at) in pairs.into_iter().chain([(left.len(), right.len())]) {
        steps.extend((one..left_at).map(Step::Left));
        steps.extend((other..right_at).map(Step::Right));
        if left_at < left.len() {
            steps.push(Step::Both(left_at, right_at));
        }
        (one, other) = (left_at + 1, right_at + 1);
    }
    steps
}

/// The pairs of equal items, in order.
fn pairs<T: Eq>(left: &[T], right: &[T], work: &mut u64) -> Vec<(usize, usize)> {
    let same = |(one, other): &(&T, &T)| one == other;
    let start = left.iter().zip(right).take_while(same).count();
    let (rest, other_rest) = (&left[start..], &right[start..]);
    let reversed = rest.iter().rev().zip(other_rest.iter().rev());
    let end = reversed.take_while(same).count();
    *work += (start + end) as u64;
    let mut pairs: Vec<(usize, usize)> = (0..start).map(|at| (at, at)).collect();
    let (n, m) = (left.len() - end, right.len() - end);
    let mut from = (start, start);
    while from.0 < n && from.1 < m {
        from = window(left, right, from, (n, m), &mut pairs, work);
    }
    pairs.extend((0..end).map(|at| (n + at, m + at)));
    pairs
}

/// Aligns from one place on, to the end or for [`WINDOW`] differences, and says how far it came.
fn window<T: Eq>(
    left: &[T],
    right: &[T],
    from: (usize, usize),
    to: (usize, usize),
    pairs: &mut Vec<(usize, usize)>,
    work: &mut u64,
) -> (usize, usize) {
    let (n, m) = (to.0 - from.0, to.1 - from.1);
    // For each number of differences, how far each diagonal comes on the left; `None` where it leads out of one of them.
    let mut reached: Vec<Vec<Option<usize>>> = Vec::new();
    let mut last = (0, 0);
    'all: for d in 0..=WINDOW {
        let mut row: Vec<Option<usize>> = Vec::with_capacity(d + 1);
        for at in 0..=d {
            *work += 1;
            let x = match reached.last() {
                None => Some(0),
                Some(before) => {
                    let [down, over] = moves(before, at);
                    down.max(over)
                }
            };
            // Diagonal k = x - y = 2 · at - d.
            let y = |x: usize| (x + d).checked_sub(2 * at);
            let x = x.filter(|x| *x <= n && y(*x).is_some_and(|y| y <= m));
            let Some(mut x) = x else {
                row.push(None);
                continue;
            };
            let mut y = y(x).unwrap_or_default();
            while x < n && y < m && left[from.0 + x] == right[from.1 + y] {
                (x, y) = (x + 1, y + 1);
                *work += 1;
            }
            row.push(Some(x));
            if x + y > last.0 + last.1 || d == 0 {
                last = (x, y);
            }
            if x == n && y == m {
                last = (x, y);
                reached.push(row);
                break 'all;
            }
        }
        reached.push(row);
    }
    walk_back(&reached, last, from, pairs);
    (from.0 + last.0, from.1 + last.1)
}

/// How far one comes on the left by an item of the right, and by one of the left, from the row before.
fn moves(before: &[Option<usize>], at: usize) -> [Option<usize>; 2] {
    let down = before.get(at).copied().flatten();
    let over = at
        .checked_sub(1)
        .and_then(|at| before.get(at).copied().flatten());
    [down, over.map(|x| x + 1)]
}

/// Adds the pairs that lead to a place.
fn walk_back(
    reached: &[Vec<Option<usize>>],
    (x, y): (usize, usize),
    from: (usize, usize),
    pairs: &mut Vec<(usize, usize)>,
) {
    let first = pairs.len();
    let (mut x, mut y) = (x, y);
    // Its number of differences is the least with which its diagonal comes there.
    let mut d = (0..reached.len())
        .find(|d| {
            let at = (x + d).checked_sub(y).filter(|twice| twice % 2 == 0);
            at.is_some_and(|twice| reached[*d].get(twice / 2) == Some(&Some(x)))
        })
        .unwrap_or_default();
    loop {
        let at = (x + d).saturating_sub(y) / 2;
        let begins = match d {
            0 => 0,
            _ => {
                let [down, over] = moves(&reached[d - 1], at);
                down.max(over).unwrap_or_default()
            }
        };
        while x > begins {
            (x, y) = (x - 1, y - 1);
            pairs.push((from.0 + x, from.1 + y));
        }
        if d == 0 {
            break;
        }
        let [down, over] = moves(&reached[d - 1], at);
        if over >= down {
            x -= 1;
        } else {
            y -= 1;
        }
        d -= 1;
    }
    pairs[first..].reverse();
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(left: &[u8], right: &[u8]) -> Vec<Step> {
        align(left, right, &mut 0)
    }

    /// Every item once and in order, and pairs of equal items alone.
    fn check(left: &[u8], right: &[u8]) -> usize {
        let (mut lefts, mut rights, mut n) = (Vec::new(), Vec::new(), 0);
        for step in all(left, right) {
            match step {
                Step::Both(one, other) => {
                    assert_eq!(left[one], right[other]);
                    lefts.push(one);
                    rights.push(other);
                }
                Step::Left(one) => lefts.push(one),
                Step::Right(other) => rights.push(other),
            }
            n += usize::from(!matches!(step, Step::Both(..)));
        }
        assert_eq!(lefts, (0..left.len()).collect::<Vec<_>>());
        assert_eq!(rights, (0..right.len()).collect::<Vec<_>>());
        n
    }

    /// The least number of items that only one has, by the table that everybody knows.
    fn least(left: &[u8], right: &[u8]) -> usize {
        let mut row: Vec<usize> = (0..=right.len()).collect();
        for (at, one) in left.iter().enumerate() {
            let mut next = vec![at + 1];
            for (place, other) in right.iter().enumerate() {
                let least = match one == other {
                    true => row[place],
                    false => 1 + row[place + 1].min(next[place]),
                };
                next.push(least);
            }
            row = next;
        }
        row[right.len()]
    }

    #[test]
    fn an_item_more_moves_the_others_along() {
        let steps = all(b"abcd", b"abxcd");
        let expected = [
            Step::Both(0, 0),
            Step::Both(1, 1),
            Step::Right(2),
            Step::Both(2, 3),
            Step::Both(3, 4),
        ];
        assert_eq!(steps, expected);
        assert_eq!(all(b"", b"a"), [Step::Right(0)]);
        assert_eq!(all(b"b", b"a"), [Step::Left(0), Step::Right(0)]);
    }

    #[test]
    fn work_grows_with_the_length_whatever_the_sequences() {
        let made = |n: u64, seed: u64, kinds: u64| {
            let next = |at: u64| (at ^ seed).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
            (0..n).map(|at| next(at) % kinds).collect::<Vec<u64>>()
        };
        for kinds in [1, 2, 3, 50, u64::MAX] {
            let work = |n: u64| {
                let mut work = 0;
                let (left, right) = (made(n, 1, kinds), made(n, 7_777, kinds));
                let steps = align(&left, &right, &mut work);
                assert!(steps.len() as u64 >= n);
                assert!(
                    work <= (2 * n + 2) * (WINDOW as u64 + 2),
                    "{kinds} {n}: {work}"
                );
                work
            };
            let (one, two, four) = (work(10_000), work(20_000), work(40_000));
            assert!(
                two <= one * 3 && four <= two * 3,
                "{kinds}: {one} {two} {four}"
            );
        }
    }

    proptest! {
        #[test]
        fn it_is_the_shortest_and_the_same_both_ways(left in "[abc]{0,24}", right in "[abc]{0,24}") {
            let (left, right) = (left.as_bytes(), right.as_bytes());
            prop_assert_eq!(check(left, right), least(left, right));
            let both = |steps: Vec<Step>| steps.into_iter().filter_map(|step| match step {
                Step::Both(one, other) => Some((one, other)),
                Step::Left(_) | Step::Right(_) => None,
            }).collect::<Vec<_>>();
            let back: Vec<_> = both(all(right, left)).into_iter().map(|(one, other)| (other, one)).collect();
            prop_assert_eq!(both(all(left, right)), back);
        }
    }
}
