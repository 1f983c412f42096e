//! The `permissions` of a token as Temporal's default claim mapper reads them: a list of `"<namespace>:<role>"`.
//!
//! Source: temporalio/temporal `common/authorization/default_jwt_claim_mapper.go` and `roles.go`: the Namespace is in front of the
//! first colon, `temporal-system` stands for the whole Cluster, roles are `read`, `write`, `worker` and `admin` in any case, and
//! whatever is none of these is passed over.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What the Cluster's own permissions are given for.
const WHOLE_CLUSTER: &str = "temporal-system";

/// A role that a rule asks for. `admin` includes `write`, and `write` includes `read`; a Worker's role includes neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// May look.
    Read,
    /// May start and change Workflows.
    Write,
    /// May poll for Tasks.
    Worker,
    /// May do everything.
    Admin,
}

impl Role {
    fn named(name: &str) -> Option<Self> {
        let roles = [
            ("read", Role::Read),
            ("write", Role::Write),
            ("worker", Role::Worker),
            ("admin", Role::Admin),
        ];
        let role = roles
            .iter()
            .find(|(known, _)| name.eq_ignore_ascii_case(known));
        role.map(|(_, role)| *role)
    }

    fn includes(self, asked: Role) -> bool {
        match (self, asked) {
            (Role::Admin, _) | (Role::Write, Role::Read) => true,
            _ => self == asked,
        }
    }
}

/// Whether the claim gives the role for the Namespace, or for the whole Cluster. Without a Namespace only the latter counts.
pub(crate) fn give(claim: Option<&Value>, role: Role, namespace: Option<&str>) -> bool {
    let permissions = claim.and_then(Value::as_array);
    permissions.into_iter().flatten().any(|permission| {
        let parts = permission.as_str().and_then(|text| text.split_once(':'));
        parts.is_some_and(|(given_for, given)| {
            (given_for == WHOLE_CLUSTER || Some(given_for) == namespace)
                && Role::named(given).is_some_and(|given| given.includes(role))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn permissions_are_read_as_temporal_reads_them() {
        let permissions = json!([
            "orders:read",
            "pay:Admin",
            7,
            "orders",
            "x:worker",
            "y:write:z"
        ]);
        let all = json!(["temporal-system:write"]);
        for (claim, role, namespace, expect) in [
            (&permissions, Role::Read, Some("orders"), true),
            (&permissions, Role::Write, Some("orders"), false),
            (&permissions, Role::Write, Some("pay"), true),
            (&permissions, Role::Worker, Some("pay"), true),
            (&permissions, Role::Read, Some("x"), false),
            (&permissions, Role::Worker, Some("x"), true),
            (&permissions, Role::Write, Some("y"), false),
            (&permissions, Role::Read, Some("Orders"), false),
            (&permissions, Role::Read, None, false),
            (&all, Role::Read, None, true),
            (&all, Role::Write, Some("any"), true),
            (&all, Role::Admin, Some("any"), false),
            (&json!("orders:read"), Role::Read, Some("orders"), false),
        ] {
            let given = give(Some(claim), role, namespace);
            assert_eq!(given, expect, "{claim} {role:?} {namespace:?}");
        }
        assert!(!give(None, Role::Read, Some("orders")));
    }
}
