//! Timestamps and Durations of protobuf's text format as proto3 JSON writes them.

use super::node::{Member, Node};
use crate::protobuf_time;

/// The text of a `Timestamp` or `Duration` message that stands under `name`; `None` where it is neither.
pub(super) fn text(name: &str, members: &[Member]) -> Option<String> {
    let (mut seconds, mut nanos) = (0_i64, 0_i32);
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
    match name.ends_with("_time") || name.ends_with("Time") || name.ends_with("timestamp") {
        true => protobuf_time::timestamp(seconds, nanos),
        false => protobuf_time::duration(seconds, nanos),
    }
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
