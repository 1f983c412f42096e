//! What would become of a request with a token: each check, and the rule that decides. The token is looked at and forgotten.

use access::{Access, Asked, Decision, Refusal, Verdict};
use codec_server::Code;
use zeroize::Zeroizing;

use super::AccessControl;
use super::view::{TestTokenRequest, TokenCheck, TokenTestView};
use crate::error::AppError;
use crate::hints::{self, sentence};

/// What a JWT has to pass, in the order of `access`.
const CHECKS: [&str; 8] = [
    "Is a JWT",
    "Accepted algorithm",
    "Known issuer",
    "Key of the issuer",
    "Signature",
    "Audience",
    "Not expired",
    "Valid already",
];

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl AccessControl {
    /// See the command table. A provider may be asked for its keys, as a request would have it.
    ///
    /// # Errors
    /// None that the settings do not have already.
    pub fn test_token(&self, request: TestTokenRequest) -> Result<TokenTestView, AppError> {
        let access = self.core.access()?;
        let testing = test(&access, &request);
        Ok(self.core.runtime().block_on(testing))
    }
}

async fn test(access: &Access, request: &TestTokenRequest) -> TokenTestView {
    let token = request.token.expose().trim();
    let token = match token.split_at_checked(7) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer ") => token.trim(),
        _ => token,
    };
    let header = Zeroizing::new(format!("Bearer {token}"));
    let sent = [header.as_bytes()];
    let namespace = request.namespace.trim();
    let asked = Asked {
        operation: request.operation,
        namespace: (!namespace.is_empty()).then_some(namespace),
        is_page: request.is_page,
        authorization: if token.is_empty() { &[] } else { &sent },
        extras: &[],
    };
    let decision = access.decide(&asked).await;
    let (verdict, message, hint) = match &decision.verdict {
        Ok(Verdict::Decode) => (
            Verdict::Decode,
            "Payloads are decoded and encoded.".to_owned(),
            String::new(),
        ),
        Ok(Verdict::Original) => (
            Verdict::Original,
            "Payloads are returned as they were sent.".to_owned(),
            String::new(),
        ),
        Ok(Verdict::Refuse) => (Verdict::Refuse, "It is refused.".to_owned(), String::new()),
        Err(refusal) => (
            Verdict::Refuse,
            sentence(&refusal.to_string()),
            hints::of_code(Code::Access(refusal.code())).to_owned(),
        ),
    };
    TokenTestView {
        checks: match token.is_empty() {
            true => Vec::new(),
            false => checks(&decision),
        },
        who: decision.who,
        rule: decision.rule,
        verdict,
        message,
        hint,
    }
}

fn checks(decision: &Decision) -> Vec<TokenCheck> {
    if decision.is_program {
        return vec![TokenCheck {
            name: "Token of a known program".to_owned(),
            passed: Some(true),
        }];
    }
    let failed = decision.verdict.as_ref().err().and_then(failed_at);
    let check = |(place, name): (usize, &str)| TokenCheck {
        name: name.to_owned(),
        passed: match failed {
            Some(failed) if place > failed => None,
            Some(failed) => Some(place < failed),
            None => Some(true),
        },
    };
    CHECKS.into_iter().enumerate().map(check).collect()
}

/// Which of [`CHECKS`] it did not pass; `None` where it passed them all, and a rule refused.
fn failed_at(refusal: &Refusal) -> Option<usize> {
    match refusal {
        Refusal::TokenMissing | Refusal::ByRule | Refusal::EncodeByRule => None,
        Refusal::TokenScheme
        | Refusal::TokenOpaque
        | Refusal::ProgramUnknown
        | Refusal::TokenTooLarge
        | Refusal::TokenDamaged(_)
        | Refusal::TypeNotAccepted
        | Refusal::DuplicateName => Some(0),
        Refusal::NotSigned | Refusal::SharedSecret | Refusal::AlgorithmNotAllowed => Some(1),
        Refusal::IssuerWrong => Some(2),
        Refusal::Keys(_) | Refusal::KeyUnknown | Refusal::KeyNotNamed => Some(3),
        Refusal::SignatureWrong => Some(4),
        Refusal::AudienceMissing | Refusal::AudienceWrong => Some(5),
        Refusal::ExpiryMissing | Refusal::Expired => Some(6),
        Refusal::NotYetValid => Some(7),
    }
}
