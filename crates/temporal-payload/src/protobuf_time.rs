//! Timestamps and Durations as proto3 JSON writes them.
//!
//! Source: the JSON mapping in Protocol Buffers’ language guide (proto3).

/// The first second of the year 1, and the last one of the year 9999: what RFC 3339 can say.
const SECONDS: std::ops::RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;

/// `2026-10-01T08:00:00.123Z`, with 0, 3, 6 or 9 digits; `None` where RFC 3339 cannot say it.
pub fn timestamp(seconds: i64, nanos: i32) -> Option<String> {
    if !SECONDS.contains(&seconds) || !(0..1_000_000_000).contains(&nanos) {
        return None;
    }
    let (days, of_day) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = date(days);
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    let fraction = fraction(nanos.unsigned_abs());
    Some(format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z"
    ))
}

/// `1.500s`; `None` where the two parts disagree, or it is longer than a Duration may be.
pub fn duration(seconds: i64, nanos: i32) -> Option<String> {
    let agree = seconds == 0 || nanos == 0 || (seconds < 0) == (nanos < 0);
    if !agree || seconds.unsigned_abs() > 315_576_000_000 || nanos.unsigned_abs() > 999_999_999 {
        return None;
    }
    let sign = if seconds < 0 || nanos < 0 { "-" } else { "" };
    Some(format!(
        "{sign}{}{}s",
        seconds.unsigned_abs(),
        fraction(nanos.unsigned_abs())
    ))
}

fn fraction(nanos: u32) -> String {
    match nanos {
        0 => String::new(),
        nanos if nanos % 1_000_000 == 0 => format!(".{:03}", nanos / 1_000_000),
        nanos if nanos % 1000 == 0 => format!(".{:06}", nanos / 1000),
        nanos => format!(".{nanos:09}"),
    }
}

/// The civil date of a day since 1970-01-01, by the proleptic Gregorian calendar.
fn date(days: i64) -> (i64, i64, i64) {
    // Counted from a first of March, so that the leap day is the last one of a year.
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_protobuf_writes_them() {
        let check = |seconds, nanos, expect: Option<&str>| {
            assert_eq!(
                timestamp(seconds, nanos).as_deref(),
                expect,
                "{seconds} {nanos}"
            );
        };
        check(0, 0, Some("1970-01-01T00:00:00Z"));
        check(1_790_841_600, 120_000_000, Some("2026-10-01T08:00:00.120Z"));
        check(951_782_400, 1000, Some("2000-02-29T00:00:00.000001Z"));
        check(-1, 1, Some("1969-12-31T23:59:59.000000001Z"));
        check(*SECONDS.start(), 0, Some("0001-01-01T00:00:00Z"));
        check(*SECONDS.end(), 0, Some("9999-12-31T23:59:59Z"));
        check(SECONDS.end() + 1, 0, None);
        check(0, -1, None);
    }

    #[test]
    fn durations_are_written_as_protobuf_writes_them() {
        let check = |seconds, nanos, expect: Option<&str>| {
            assert_eq!(
                duration(seconds, nanos).as_deref(),
                expect,
                "{seconds} {nanos}"
            );
        };
        check(0, 0, Some("0s"));
        check(10, 500_000_000, Some("10.500s"));
        check(0, -1, Some("-0.000000001s"));
        check(-3, -5_000, Some("-3.000005s"));
        check(1, -1, None);
        check(i64::MIN, 0, None);
    }
}
