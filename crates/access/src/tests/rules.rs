//! Rules: who may do what.

use serde_json::{Value, json};

use super::{NOW, access_of, claims, file, page, with};
use crate::signers::Signer;
use crate::{Access, Asked, NewProgramToken, Operation, Refusal, Verdict};

/// What a token with these claims gets from the rule, which is the only one; `false` where the default decides.
async fn fits(when: &Value, claims: &Value, namespace: Option<&str>) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let signer = Signer::new("EdDSA", "k");
    let rules = json!([{"when": when, "then": "original"}]);
    let access = access_of(folder.path(), &[&signer], &rules);
    let bearer = format!("Bearer {}", signer.token(claims));
    let asked = Asked {
        operation: Operation::Decode,
        namespace,
        is_page: true,
        authorization: &[bearer.as_bytes()],
        extras: &[],
    };
    access.decide_at(&asked, NOW).await.verdict == Ok(Verdict::Original)
}

#[tokio::test]
async fn each_condition_is_met_by_what_it_says() {
    let cloud = {
        let mut cloud = with(
            "https://saas-api.tmprl.cloud/user/email",
            json!("bo@cloud.test"),
        );
        cloud.as_object_mut().unwrap().remove("email");
        cloud
    };
    let unverified = with("email_verified", json!(false));
    let odd = with("email_verified", json!("False"));
    let verified = with("email_verified", json!("true"));
    let roles = with("realm_access", json!({"roles": ["dev", "ops"], "level": 3}));
    let reader = with("permissions", json!(["orders:read"]));
    let ns = Some("orders");
    for (when, claims, namespace, expect) in [
        (json!({"email": "ann@example.com"}), claims(), ns, true),
        (json!({"email": ["x", "*@EXAMPLE.com"]}), claims(), ns, true),
        (json!({"email": "nn@example.com"}), claims(), ns, false),
        (json!({"email": "*"}), unverified.clone(), ns, false),
        (json!({"email": "*"}), odd, ns, false),
        (json!({"email": "*"}), verified, ns, true),
        (
            json!({"email_domain": "example.com"}),
            unverified,
            ns,
            false,
        ),
        (json!({"email": "bo@cloud.test"}), cloud.clone(), ns, true),
        (json!({"email_domain": "example.COM"}), claims(), ns, true),
        (json!({"email_domain": "cloud.test"}), cloud, ns, true),
        (json!({"email_domain": "ample.com"}), claims(), ns, false),
        (
            json!({"email_domain": "x.example.com"}),
            claims(),
            ns,
            false,
        ),
        (
            json!({"email_domain": "evil.test"}),
            with("email", json!("a@evil.test@example.com")),
            ns,
            false,
        ),
        (json!({"permission": "read"}), reader.clone(), ns, true),
        (json!({"permission": "write"}), reader.clone(), ns, false),
        (json!({"permission": "read"}), reader, Some("other"), false),
        (json!({"permission": "read"}), claims(), ns, false),
        (
            json!({"claim": {"path": "sub", "is": "u*"}}),
            claims(),
            ns,
            true,
        ),
        (
            json!({"claim": {"path": "realm_access/roles", "is": "ops"}}),
            roles.clone(),
            ns,
            true,
        ),
        (
            json!({"claim": {"path": "realm_access/roles", "is": "op"}}),
            roles.clone(),
            ns,
            false,
        ),
        (
            json!({"claim": {"path": "realm_access/level", "is": "3"}}),
            roles.clone(),
            ns,
            true,
        ),
        (
            json!({"claim": {"path": "realm_access", "is": "*"}}),
            roles,
            ns,
            false,
        ),
        (
            json!({"claim": {"path": "missing/at/all", "is": "*"}}),
            claims(),
            ns,
            false,
        ),
        (
            json!({"namespace": "orders"}),
            claims(),
            Some("orders.a1b2c"),
            true,
        ),
        (
            json!({"namespace": ["a", "prod-*"]}),
            claims(),
            Some("prod-x"),
            true,
        ),
        (json!({"namespace": "*"}), claims(), None, false),
        (json!({"client": "page"}), claims(), ns, true),
        (json!({"client": "program"}), claims(), ns, false),
        (json!({"operation": "decode"}), claims(), ns, true),
        (json!({"operation": "encode"}), claims(), ns, false),
        // All of it.
        (
            json!({"email": "*", "namespace": "other"}),
            claims(),
            ns,
            false,
        ),
    ] {
        assert_eq!(
            fits(&when, &claims, namespace).await,
            expect,
            "{when} {claims}"
        );
    }
}

#[tokio::test]
async fn the_first_rule_that_fits_decides_and_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let signer = Signer::new("EdDSA", "k");
    let rules = json!([
        {"when": {"email": "eve@*"}, "then": "refuse"},
        {"name": "staff", "when": {"email_domain": "example.com"}, "then": "decode"},
        {"name": "others", "when": {"client": "page"}, "then": "original"},
    ]);
    let access = access_of(folder.path(), &[&signer], &rules);
    for (email, rule, expect) in [
        ("eve@example.com", "rule 1", Err(Refusal::ByRule)),
        ("ann@example.com", "staff", Ok(Verdict::Decode)),
        ("ann@other.com", "others", Ok(Verdict::Original)),
    ] {
        let token = signer.token(&with("email", json!(email)));
        let decision = page(&access, Some(&token), None).await;
        assert_eq!(decision.verdict, expect);
        assert_eq!(decision.rule.as_deref(), Some(rule));
        assert_eq!(decision.who.as_deref(), Some(email));
    }
    // Originals are no answer to whoever wants something encoded: it would store plaintext.
    let token = format!(
        "Bearer {}",
        signer.token(&with("email", json!("ann@other.com")))
    );
    let asked = Asked {
        operation: Operation::Encode,
        namespace: None,
        is_page: true,
        authorization: &[token.as_bytes()],
        extras: &[],
    };
    let verdict = access.decide_at(&asked, NOW).await.verdict;
    assert_eq!(verdict, Err(Refusal::EncodeByRule));
}

#[tokio::test]
async fn two_tokens_count_together_only_if_they_are_of_one_subject() {
    let folder = tempfile::tempdir().unwrap();
    let signer = Signer::new("EdDSA", "k");
    let rules = json!([
        {"when": {"email": "boss@example.com", "permission": "read"}, "then": "decode"},
        {"when": {"operation": "decode"}, "then": "refuse"},
    ]);
    let access = access_of(folder.path(), &[&signer], &rules);
    let bearer = |sub: &str| {
        let mut claims = with("permissions", json!(["orders:read"]));
        claims["sub"] = json!(sub);
        claims.as_object_mut().unwrap().remove("email");
        signer.token(&claims)
    };
    let mut id = with("email", json!("boss@example.com"));
    id["aud"] = json!("ui");
    let id = signer.token(&id);
    let verdict = page(&access, Some(&bearer("u1")), Some(&id)).await.verdict;
    assert_eq!(verdict, Ok(Verdict::Decode));
    let verdict = page(&access, Some(&bearer("u2")), Some(&id)).await.verdict;
    assert_eq!(verdict, Err(Refusal::ByRule));
}

#[tokio::test]
async fn programs_have_tokens_of_their_own() {
    let made = NewProgramToken::make("ci-orders").unwrap();
    let access = json!({
        "programs": [made.entry],
        "rules": [{"when": {"program": "ci-*"}, "then": "decode"}],
    });
    let access = Access::new(&file(&access)).unwrap();
    let bearer = format!("Bearer {}", *made.token);
    let ask = |authorization: Vec<&'static [u8]>, is_page| {
        let access = &access;
        async move {
            let asked = Asked {
                operation: Operation::Decode,
                namespace: None,
                is_page,
                authorization: &authorization,
                extras: &[],
            };
            access.decide_at(&asked, NOW).await
        }
    };
    let bearer: &'static [u8] = bearer.into_bytes().leak();
    let decision = ask(vec![bearer], false).await;
    assert_eq!(decision.verdict, Ok(Verdict::Decode));
    assert_eq!(decision.who.as_deref(), Some("ci-orders"));
    // A page that got hold of it is no program.
    assert_eq!(
        ask(vec![bearer], true).await.verdict,
        Err(Refusal::TokenOpaque)
    );
    let unknown = ask(vec![b"Bearer tcodec_x"], false).await;
    assert_eq!(unknown.verdict, Err(Refusal::ProgramUnknown));
    let nothing = ask(vec![], false).await;
    assert_eq!(nothing.verdict, Err(Refusal::TokenMissing));
    assert!(access.verifies_tokens() && !access.lets_in_without_token());
}

#[tokio::test]
async fn a_program_without_a_token_is_refused_where_one_is_required_and_a_page_is_not() {
    let made = NewProgramToken::make("ci").unwrap();
    let access = json!({
        "programs": [made.entry], "programs_need_token": true, "default": "decode",
    });
    let access = Access::new(&file(&access)).unwrap();
    let bearer = format!("Bearer {}", *made.token);
    let none: &[&[u8]] = &[];
    let (own, other): (&[&[u8]], &[&[u8]]) = (&[bearer.as_bytes()], &[b"Bearer tcodec_x"]);
    for (authorization, is_page, expect) in [
        (none, false, Err(Refusal::TokenMissing)),
        (none, true, Ok(Verdict::Decode)),
        (own, false, Ok(Verdict::Decode)),
        (other, false, Err(Refusal::ProgramUnknown)),
    ] {
        let asked = Asked {
            operation: Operation::Decode,
            namespace: None,
            is_page,
            authorization,
            extras: &[],
        };
        let decision = access.decide_at(&asked, NOW).await;
        assert_eq!(decision.verdict, expect);
        assert_eq!(decision.is_program, decision.who.is_some());
    }
}

#[test]
fn what_lets_in_without_a_token_is_known() {
    let entry = NewProgramToken::make("x").unwrap().entry;
    for (rules, default, expect) in [
        (json!([]), "refuse", false),
        (json!([]), "original", false),
        (json!([]), "decode", true),
        (
            json!([{"when": {"operation": "encode"}, "then": "decode"}]),
            "refuse",
            true,
        ),
        (
            json!([{"when": {"namespace": "x"}, "then": "decode"}]),
            "refuse",
            true,
        ),
        (
            json!([{"when": {"client": "program"}, "then": "decode"}]),
            "refuse",
            true,
        ),
        (
            json!([{"when": {"client": "named-program"}, "then": "decode"}]),
            "refuse",
            false,
        ),
        (
            json!([{"when": {"email": "*"}, "then": "decode"}]),
            "refuse",
            false,
        ),
        (
            json!([{"when": {"client": "page"}, "then": "original"}]),
            "refuse",
            false,
        ),
    ] {
        let access = json!({"programs": [entry], "rules": rules, "default": default});
        let access = Access::new(&file(&access)).unwrap();
        assert_eq!(access.lets_in_without_token(), expect, "{rules} {default}");
    }
}
