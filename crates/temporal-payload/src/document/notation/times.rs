//! Timestamps and Durations of protobuf's text format as proto3 JSON writes them.

use super::node::{Member, Node};

/// The text of a `Timestamp` or `Duration` message that stands under `name`; `None` where it is neither.
pub(super) fn text(name: &str, members: &[Member]) -> Option<String> {
    let (mut seconds, mut nanos) = (0_i64, 0_u32);
    if members.is_empty() {
        return None;
    }
    for member in members {
        let Node::Scalar(value) = &member.node else {
            return None;
        };
        match member.name.as_str() {
            "seconds" if member.bare => seconds = value.parse().ok()?,
            "nanos" if member.bare => nanos = value.parse().ok()?,
            _ => return None,
        }
    }
    let fraction = match nanos {
        0 => String::new(),
        1_000_000_000.. => return None,
        nanos => format!(".{}", format!("{nanos:09}").trim_end_matches('0')),
    };
    if name.ends_with("_time") || name.ends_with("Time") || name.ends_with("timestamp") {
        let (day, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let (year, month, day) = date(day)?;
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        return Some(format!(
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z"
        ));
    }
    Some(format!("{seconds}{fraction}s"))
}

/// The date of a day since 1970-01-01, in the years that RFC 3339 has. The year begins in March, so that leap days come last.
fn date(day: i64) -> Option<(i64, i64, i64)> {
    if !(-719_162..=2_932_896).contains(&day) {
        return None;
    }
    let day = day + 719_468;
    let era = day.div_euclid(146_097);
    let of_era = day.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let date = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    Some((year, month, date))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(seconds: &str, nanos: &str, time: &str, duration: &str) {
        let member = |name: &str, value: &str| Member {
            name: name.to_owned(),
            bare: true,
            arrow: false,
            node: Node::Scalar(value.to_owned()),
        };
        let members = [member("seconds", seconds), member("nanos", nanos)];
        assert_eq!(text("event_time", &members).as_deref(), Some(time));
        assert_eq!(text("timeout", &members).as_deref(), Some(duration));
    }

    #[test]
    fn times_read_as_in_json() {
        check("1790841600", "0", "2026-10-01T08:00:00Z", "1790841600s");
        check(
            "951782400",
            "5000000",
            "2000-02-29T00:00:00.005Z",
            "951782400.005s",
        );
        check("-62135596800", "0", "0001-01-01T00:00:00Z", "-62135596800s");
        check("253402300799", "0", "9999-12-31T23:59:59Z", "253402300799s");
        assert_eq!(text("a_time", &[]), None);
    }
}
