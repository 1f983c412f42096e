//! Tokens, good and bad.

use serde_json::json;

use super::{ISSUER, NOW, access_of, claims, page, refusal, with, without};
use crate::signers::{ALGORITHMS, Signer, base64, key_set};
use crate::{MAX_TOKEN_BYTES, Refusal, Verdict};

#[tokio::test]
async fn every_accepted_algorithm_verifies_a_real_signature() {
    let folder = tempfile::tempdir().unwrap();
    let signers: Vec<Signer> = ALGORITHMS.iter().map(|alg| Signer::new(alg, alg)).collect();
    let access = access_of(
        folder.path(),
        &signers.iter().collect::<Vec<_>>(),
        &json!([]),
    );
    for signer in &signers {
        let token = signer.token(&claims());
        let decision = page(&access, Some(&token), None).await;
        assert_eq!(decision.verdict, Ok(Verdict::Decode), "{}", signer.alg);
        assert_eq!(decision.who.as_deref(), Some("Ann@Example.com"));

        // One changed character, in each part.
        for part in 0..3 {
            let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
            let at = parts[part].len() / 2;
            let other = if parts[part].as_bytes()[at] == b'A' {
                "B"
            } else {
                "A"
            };
            parts[part].replace_range(at..=at, other);
            let changed = parts.join(".");
            assert!(
                refusal(&access, &changed).await.is_err(),
                "{} {part}",
                signer.alg
            );
        }
        let (signed, _) = token.rsplit_once('.').unwrap();
        for signature in ["", "AAAA", &base64(&[0; 64]), &base64(&[0; 256])] {
            let forged = format!("{signed}.{signature}");
            assert_eq!(
                refusal(&access, &forged).await,
                Err(Refusal::SignatureWrong)
            );
        }
    }
}

#[tokio::test]
async fn bad_tokens_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let signer = Signer::new("RS256", "k1");
    let edwards = Signer::new("EdDSA", "k2");
    let access = access_of(folder.path(), &[&signer, &edwards], &json!([]));
    let stranger = Signer::new("EdDSA", "k2");
    let header = |alg: &str, more: &str| format!(r#"{{"alg":"{alg}","kid":"k1"{more}}}"#);
    let text = claims().to_string();
    let unsigned = |alg: &str| {
        let header = base64(header(alg, "").as_bytes());
        format!("{header}.{}.", base64(text.as_bytes()))
    };
    // The attack itself: an HMAC with what everybody can read as its secret.
    let by_public_key = {
        let signed = unsigned("HS256");
        let signed = signed.trim_end_matches('.');
        let public = key_set(&[&signer]).to_string();
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, public.as_bytes());
        let tag = ring::hmac::sign(&key, signed.as_bytes());
        format!("{signed}.{}", base64(tag.as_ref()))
    };
    let twice = format!(
        r#"{{"iss":"{ISSUER}","aud":"codec","exp":{},"sub":"a","sub":"b"}}"#,
        NOW + 9
    );
    let no_kid = r#"{"alg":"RS256"}"#;
    let bad: Vec<(&str, String)> = vec![
        ("TOKEN_OPAQUE", "ya29.a0AfH6SMBx".into()),
        ("TOKEN_OPAQUE", "opaque".into()),
        ("TOKEN_OPAQUE", "a.b.c.d".into()),
        ("TOKEN_DAMAGED", "a.b.c".into()),
        ("TOKEN_DAMAGED", "..".into()),
        ("TOKEN_DAMAGED", "a.b.c.d.e".into()),
        ("TOKEN_DAMAGED", signer.token_of("[]", &text)),
        ("TOKEN_DAMAGED", signer.token_of("{}", &text)),
        (
            "TOKEN_DAMAGED",
            signer.token_of(&header("RS256", ""), "[1]"),
        ),
        ("TOKEN_DAMAGED", signer.token_of(&header("RS256", ""), "{")),
        (
            "TOKEN_DAMAGED",
            signer.token_of(&header("RS256", r#","crit":["b64"]"#), &text),
        ),
        (
            "TOKEN_DAMAGED",
            signer.token_of(r#"{"alg":"RS256","kid":7}"#, &text),
        ),
        ("TOKEN_TOO_LARGE", "a".repeat(MAX_TOKEN_BYTES + 1)),
        ("TOKEN_NOT_SIGNED", unsigned("none")),
        ("TOKEN_NOT_SIGNED", unsigned("NoNe")),
        ("TOKEN_SHARED_SECRET", by_public_key),
        (
            "TOKEN_ALGORITHM_NOT_ALLOWED",
            signer.token_of(&header("PS512", ""), &text),
        ),
        (
            "TOKEN_ALGORITHM_NOT_ALLOWED",
            signer.token_of(&header("rs256", ""), &text),
        ),
        // An algorithm that is accepted, with a key of another one.
        (
            "TOKEN_ALGORITHM_NOT_ALLOWED",
            signer.token_of(&header("EdDSA", ""), &text),
        ),
        (
            "TOKEN_ALGORITHM_NOT_ALLOWED",
            signer.token_of(&header("RS384", ""), &text),
        ),
        (
            "TOKEN_DUPLICATE_CLAIM",
            signer.token_of(&header("RS256", ""), &twice),
        ),
        (
            "TOKEN_DUPLICATE_CLAIM",
            signer.token_of(&header("RS256", r#","alg":"RS256""#), &text),
        ),
        ("TOKEN_SIGNATURE_WRONG", stranger.token(&claims())),
        (
            "TOKEN_KEY_UNKNOWN",
            Signer::new("ES256", "k9").token(&claims()),
        ),
        ("TOKEN_ISSUER_WRONG", signer.token(&without("iss"))),
        (
            "TOKEN_ISSUER_WRONG",
            signer.token(&with("iss", json!("https://id.example.com/"))),
        ),
        (
            "TOKEN_ISSUER_WRONG",
            signer.token(&with("iss", json!([ISSUER]))),
        ),
        ("TOKEN_AUDIENCE_MISSING", signer.token(&without("aud"))),
        (
            "TOKEN_AUDIENCE_MISSING",
            signer.token(&with("aud", json!([]))),
        ),
        (
            "TOKEN_AUDIENCE_WRONG",
            signer.token(&with("aud", json!("Codec"))),
        ),
        (
            "TOKEN_AUDIENCE_WRONG",
            signer.token(&with("aud", json!(["a", "b"]))),
        ),
        (
            "TOKEN_DAMAGED",
            signer.token(&with("aud", json!({"codec": true}))),
        ),
        ("TOKEN_EXPIRY_MISSING", signer.token(&without("exp"))),
        ("TOKEN_DAMAGED", signer.token(&with("exp", json!("never")))),
        ("TOKEN_EXPIRED", signer.token(&with("exp", json!(NOW - 60)))),
        ("TOKEN_EXPIRED", signer.token(&with("exp", json!(-1)))),
        (
            "TOKEN_NOT_YET_VALID",
            signer.token(&with("nbf", json!(NOW + 61))),
        ),
    ];
    for (code, token) in bad {
        let refused = refusal(&access, &token).await.expect_err(code);
        assert_eq!(refused.code(), code, "{token:.60}: {refused}");
        assert!(refused.is_about_token());
        let phrase = refused.phrase();
        assert!(phrase.len() < 80 && phrase.is_ascii(), "{phrase}");
        assert!(
            !refused.to_string().contains("Example"),
            "no claim is in an error"
        );
    }
    let good = [
        signer.token(&claims()),
        signer.token(&with("aud", json!(["x", "ui"]))),
        signer.token(&with("exp", json!(NOW - 59))),
        signer.token(&with("exp", json!((NOW + 1) as f64 + 0.5))),
        signer.token(&with("nbf", json!(NOW + 60))),
        // One key of its kind, so it need not be named.
        signer.token_of(no_kid, &text),
    ];
    for token in good {
        assert_eq!(
            refusal(&access, &token).await,
            Ok(Verdict::Decode),
            "{token:.60}"
        );
    }
}

#[tokio::test]
async fn codes_and_phrases_are_each_ones_own() {
    use crate::KeysProblem as P;
    let all = [
        Refusal::TokenMissing,
        Refusal::TokenScheme,
        Refusal::TokenOpaque,
        Refusal::ProgramUnknown,
        Refusal::TokenTooLarge,
        Refusal::TokenDamaged(""),
        Refusal::DuplicateName,
        Refusal::NotSigned,
        Refusal::SharedSecret,
        Refusal::AlgorithmNotAllowed,
        Refusal::KeyUnknown,
        Refusal::KeyNotNamed,
        Refusal::SignatureWrong,
        Refusal::IssuerWrong,
        Refusal::AudienceMissing,
        Refusal::AudienceWrong,
        Refusal::ExpiryMissing,
        Refusal::Expired,
        Refusal::NotYetValid,
        Refusal::ByRule,
        Refusal::EncodeByRule,
        P::Unreachable.into(),
        P::TimedOut.into(),
        P::Status(500).into(),
        P::TooLarge.into(),
        P::Garbage.into(),
        P::OtherIssuer.into(),
        P::NotHttps.into(),
        P::File.into(),
    ];
    let codes: std::collections::BTreeSet<_> = all.iter().map(Refusal::code).collect();
    let phrases: std::collections::BTreeSet<_> = all.iter().map(Refusal::phrase).collect();
    assert_eq!((codes.len(), phrases.len()), (all.len(), all.len()));
}

#[tokio::test]
async fn headers_are_one_token_each_and_one_of_them_is_enough() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (Signer::new("ES256", "k1"), Signer::new("ES256", "k2"));
    let access = access_of(folder.path(), &[&first, &second], &json!([]));
    // Two keys of one kind, and no name.
    let unnamed = first.token_of(r#"{"alg":"ES256"}"#, &claims().to_string());
    assert_eq!(refusal(&access, &unnamed).await, Err(Refusal::KeyNotNamed));

    let good = first.token(&claims());
    let expired = first.token(&with("exp", json!(1)));
    let table = [
        (None, Some(&*good), Ok(Verdict::Decode)),
        (Some("opaque"), Some(&*good), Ok(Verdict::Decode)),
        (Some(&*good), Some("opaque"), Ok(Verdict::Decode)),
        (Some("opaque"), Some(&*expired), Err(Refusal::Expired)),
        (Some(&*expired), Some("opaque"), Err(Refusal::Expired)),
        (Some("opaque"), None, Err(Refusal::TokenOpaque)),
        (Some(""), None, Err(Refusal::TokenScheme)),
        (Some("two tokens"), None, Err(Refusal::TokenScheme)),
        (None, Some("two tokens"), Err(Refusal::TokenScheme)),
    ];
    for (bearer, extras, expect) in table {
        assert_eq!(
            page(&access, bearer, extras).await.verdict,
            expect,
            "{bearer:?} {extras:?}"
        );
    }
    for values in [
        vec![&b"Basic YTpi"[..]],
        vec![b"Bearer"],
        vec![b"Bearer x", b"Bearer x"],
        vec![b"Bearer \xff"],
    ] {
        let asked = crate::Asked {
            operation: crate::Operation::Decode,
            namespace: None,
            is_page: true,
            authorization: &values,
            extras: &[],
        };
        let verdict = access.decide_at(&asked, NOW).await.verdict;
        assert_eq!(verdict, Err(Refusal::TokenScheme));
    }
}

#[tokio::test]
async fn a_token_says_that_it_is_one_or_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let signer = Signer::new("EdDSA", "k1");
    let access = access_of(folder.path(), &[&signer], &json!([]));
    let typed = |of: &str| {
        let header = format!(r#"{{"alg":"EdDSA","kid":"k1"{of}}}"#);
        signer.token_of(&header, &claims().to_string())
    };
    assert_eq!(refusal(&access, &typed("")).await, Ok(Verdict::Decode));
    for accepted in [
        "JWT",
        "jwt",
        "at+jwt",
        "AT+JWT",
        "application/at+jwt",
        "Application/JWT",
    ] {
        let token = typed(&format!(r#","typ":"{accepted}""#));
        let verdict = refusal(&access, &token).await;
        assert_eq!(verdict, Ok(Verdict::Decode), "{accepted}");
    }
    for other in [
        "",
        "JWS",
        "JOSE",
        "logout+jwt",
        "secevent+jwt",
        "dpop+jwt",
        "application/",
        "application/application/jwt",
        "text/jwt",
        "jwt ",
        "é",
    ] {
        let token = typed(&format!(r#","typ":"{other}""#));
        let verdict = refusal(&access, &token).await;
        assert_eq!(verdict, Err(Refusal::TypeNotAccepted), "{other}");
    }
    let odd = refusal(&access, &typed(r#","typ":7"#)).await;
    assert!(matches!(odd, Err(Refusal::TokenDamaged(_))));
}
