//! Times as servers write them: RFC 3339 in UTC, to the millisecond.

/// Milliseconds since 1970 of an RFC 3339 time; `None` for anything else.
pub(super) fn milliseconds(text: &str) -> Option<i64> {
    let number = |from: usize, to: usize| -> Option<i64> {
        let digits = text.get(from..to)?;
        (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| digits.parse().ok())?
    };
    let is = |at: usize, wanted: &[u8]| {
        text.as_bytes()
            .get(at)
            .is_some_and(|byte| wanted.contains(byte))
    };
    let separated = is(4, b"-") && is(7, b"-") && is(10, b"Tt ") && is(13, b":") && is(16, b":");
    if !separated {
        return None;
    }
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let valid = (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60;
    if !valid {
        return None;
    }
    let rest = text.get(19..)?;
    let (fraction, zone) = match rest.strip_prefix('.') {
        Some(after) => {
            let end = after.bytes().take_while(u8::is_ascii_digit).count();
            after.split_at(end)
        }
        None => ("", rest),
    };
    let milli = (0..3).fold(0, |sum, at| {
        sum * 10
            + fraction
                .as_bytes()
                .get(at)
                .map_or(0, |digit| i64::from(digit - b'0'))
    });
    let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    Some((seconds - offset(zone)?) * 1000 + milli)
}

/// Seconds that a zone is ahead of UTC.
fn offset(zone: &str) -> Option<i64> {
    if matches!(zone, "Z" | "z") {
        return Some(0);
    }
    let sign = match zone.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    let two = |digits: &str| -> Option<i64> {
        (digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| digits.parse().ok())?
    };
    Some(sign * (two(hours)? * 3600 + two(minutes)? * 60))
}

/// Days since 1970 in the proleptic Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> i64 {
    // Years begin in March, so that the odd day is the last one.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::milliseconds;

    #[test]
    fn reads_times_in_every_spelling_and_nothing_else() {
        for (text, expect) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-02-29T12:30:01.5Z", 951_827_401_500),
            ("2026-08-01T00:00:00.123456789Z", 1_785_542_400_123),
            ("2026-08-01T02:00:00+02:00", 1_785_542_400_000),
            ("1969-12-31T23:59:59.999Z", -1),
        ] {
            assert_eq!(milliseconds(text), Some(expect), "{text}");
        }
        for text in [
            "",
            "2026-08-01",
            "2026-13-01T00:00:00Z",
            "2026-08-01T00:00:00",
            "2026-08-01T00:00:00é",
            "+026-08-01T00:00:00Z",
            "1785542400",
        ] {
            assert_eq!(milliseconds(text), None, "{text}");
        }
    }
}
