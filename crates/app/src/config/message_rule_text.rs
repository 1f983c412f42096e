//! A rule for a message type as it is written on a command line: `ChargeCard.input=shop.v1.Charge`.

use serde_json::Map;

use crate::config::message_rules::{MessageRule, RuleSubject};
use crate::error::{AppError, Code};

/// What a position is, alone or with the place of an argument behind it.
const WHOLE: [&str; 7] = [
    "input",
    "result",
    "heartbeatDetails",
    "failureDetails",
    "details",
    "lastCompletionResult",
    "continuedFailure",
];
/// What a position begins with, where names follow.
const NAMED: [&str; 6] = [
    "memo.",
    "header.",
    "signal.",
    "update.",
    "marker.",
    "userMetadata.",
];

/// Reads rules as `[activity:|workflow:|nexus:]NAME.POSITION=TYPE`, and `any:POSITION=TYPE`. A name alone means a Workflow or an
/// Activity. They count in place of a `messageType`, too: whoever says it so means it.
///
/// # Errors
/// [`Code::InvalidSetting`].
pub fn message_rules(text: &str) -> Result<Vec<MessageRule>, AppError> {
    let refused = || {
        AppError::new(
            Code::InvalidSetting,
            "a message type is chosen as NAME.POSITION=TYPE",
        )
        .hint("Such as ChargeCard.input=shop.v1.Charge, workflow:Order.memo.customer=shop.v1.Customer or any:signal.cancel=shop.v1.Cancel. Positions are input, input[1], result, heartbeatDetails, failureDetails, details, memo.NAME, header.NAME, signal.NAME, update.NAME.input, update.NAME.result and marker.NAME.FIELD.")
    };
    let (place, message_type) = text.rsplit_once('=').ok_or_else(refused)?;
    let rule = |of: RuleSubject, name: &str, position: &str| MessageRule {
        namespace: None,
        of,
        name: name.to_owned(),
        position: position.to_owned(),
        message_type: message_type.trim().to_owned(),
        overrides: true,
        unknown: Map::new(),
    };
    if message_type.trim().is_empty() {
        return Err(refused());
    }
    let place = place.trim();
    let (kinds, place): (&[RuleSubject], &str) = match place.split_once(':') {
        Some(("activity", rest)) => (&[RuleSubject::Activity], rest),
        Some(("workflow", rest)) => (&[RuleSubject::Workflow], rest),
        Some(("nexus", rest)) => (&[RuleSubject::Nexus], rest),
        Some(("any", position)) if is_position(position) => {
            return Ok(vec![rule(RuleSubject::Any, "", position)]);
        }
        _ => (&[RuleSubject::Activity, RuleSubject::Workflow], place),
    };
    let dots = place.match_indices('.').map(|(at, _)| at);
    let mut splits = dots.filter_map(|at| Some((place.get(..at)?, place.get(at + 1..)?)));
    let (name, position) = splits
        .find(|(name, position)| !name.is_empty() && is_position(position))
        .ok_or_else(refused)?;
    let rules = kinds.iter().map(|of| rule(*of, name, position));
    Ok(rules.collect())
}

fn is_position(text: &str) -> bool {
    let is_named = NAMED.iter().any(|start| {
        let name = text.strip_prefix(start);
        name.is_some_and(|name| !name.is_empty())
    });
    is_named || {
        let (word, index) = text.split_once('[').unwrap_or((text, "0]"));
        let index = index.strip_suffix(']').unwrap_or_default();
        WHOLE.contains(&word) && index.parse::<usize>().is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &[(RuleSubject, &str, &str, &str)]) {
        let rules = message_rules(text).unwrap_or_default();
        let found: Vec<_> = rules
            .iter()
            .map(|rule| (rule.of, &*rule.name, &*rule.position, &*rule.message_type))
            .collect();
        assert_eq!(found, expect, "{text}");
        assert!(crate::config::message_rules::validate(&rules).is_ok());
    }

    #[test]
    fn a_name_may_have_dots_and_ends_where_a_position_begins() {
        use RuleSubject::{Activity, Any, Nexus, Workflow};
        let input = |name| {
            [
                (Activity, name, "input", "a.B"),
                (Workflow, name, "input", "a.B"),
            ]
        };
        check("ChargeCard.input=a.B", &input("ChargeCard"));
        check("com.acme.Charge.input=a.B", &input("com.acme.Charge"));
        check(
            "activity:pkg.Charge.input[1]=a.B",
            &[(Activity, "pkg.Charge", "input[1]", "a.B")],
        );
        check(
            "workflow:Order.memo.the.customer=a.B",
            &[(Workflow, "Order", "memo.the.customer", "a.B")],
        );
        check(
            "workflow:Order.signal.a=b.input=a.B",
            &[(Workflow, "Order", "signal.a=b.input", "a.B")],
        );
        check(
            "nexus:payments/charge.result=a.B",
            &[(Nexus, "payments/charge", "result", "a.B")],
        );
        check(
            "any:signal.cancel=a.B",
            &[(Any, "", "signal.cancel", "a.B")],
        );
        for wrong in [
            "",
            "=",
            "Charge.input",
            "Charge.input=",
            ".input=a.B",
            "Charge.inputs=a.B",
            "Charge.input[x]=a.B",
            "Charge.memo.=a.B",
            "any:x=a.B",
        ] {
            check(wrong, &[]);
        }
    }
}
