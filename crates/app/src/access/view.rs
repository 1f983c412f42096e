//! Access as people see and change it: providers of tokens, programs with tokens of their own, rules, and what becomes of one token.
//! No token is in anything that is answered.

use access::{Client, Operation, Role, Verdict};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::AppError;
use crate::files::view::FileTicket;
use crate::keys::view::SecretText;

/// Who may have Payloads decoded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct AccessView {
    /// Counts up with each look at the state: of two, the one with the larger number is the newer, however they arrive.
    pub revision: u64,
    /// The number of the change that this answers, by which `undo_settings` takes it back; absent where nothing was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub change: Option<u32>,
    /// Whether the rules are in force.
    pub on: bool,
    /// Whether programs, which send no origin, are refused without a token.
    pub programs_need_token: bool,
    /// Whose tokens are verified.
    pub providers: Vec<ProviderView>,
    /// Programs with tokens of their own.
    pub programs: Vec<ProgramView>,
    /// The first rule that fits decides.
    pub rules: Vec<RuleView>,
    /// What is done where no rule fits.
    #[ts(type = "\"decode\" | \"original\" | \"refuse\"")]
    pub default: Verdict,
    /// Whether something is decoded for whoever sends no token, in some case.
    pub decodes_without_token: bool,
}

/// A provider of tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ProviderView {
    /// How its keys are found.
    pub kind: ProviderKind,
    /// The `iss` of its tokens; empty for what Temporal Cloud is expected to write.
    pub issuer: String,
    /// The audiences, of which a token must name one; empty for that of Temporal Cloud.
    pub audience: Vec<String>,
    /// Where its keys are: a URL or a path; empty where the kind says it.
    pub keys: String,
    /// Seconds that the clocks may differ, where that is set.
    #[ts(type = "number | null")]
    pub skew_seconds: Option<u64>,
}

/// How a provider's keys are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ProviderKind {
    /// Temporal Cloud has its own.
    TemporalCloud,
    /// By the discovery document of an OpenID provider.
    Oidc,
    /// By a URL.
    JwksUrl,
    /// In a file.
    JwksFile,
}

/// A program with a token of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ProgramView {
    /// What rules and Requests call it.
    pub name: String,
    /// Whether its token was just made, and can be copied once.
    pub is_new: bool,
    /// When the token was last used since the app was started, RFC 3339.
    pub last_used: Option<String>,
    /// How many requests it was used by since the app was started.
    pub n_uses: u32,
}

/// One rule. What is empty asks for nothing; of what is not, all must be there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RuleView {
    /// What Requests calls it; empty for its place.
    pub name: String,
    /// Who asks.
    #[ts(type = "\"page\" | \"named-program\" | \"program\" | null")]
    pub client: Option<Client>,
    /// A pattern for the name of a program's token.
    pub program: String,
    /// Patterns for the email address in the token.
    pub email: Vec<String>,
    /// Domains of the email address.
    pub email_domain: Vec<String>,
    /// The role that the token's `permissions` give for the Namespace.
    #[ts(type = "\"read\" | \"write\" | \"worker\" | \"admin\" | null")]
    pub permission: Option<Role>,
    /// Name or path of another claim.
    pub claim: String,
    /// A pattern for that claim's value.
    pub claim_is: String,
    /// Patterns for the Namespace.
    pub namespace: Vec<String>,
    /// What is asked for.
    #[ts(type = "\"decode\" | \"encode\" | \"download\" | null")]
    pub operation: Option<Operation>,
    /// What is done then.
    #[ts(type = "\"decode\" | \"original\" | \"refuse\"")]
    pub then: Verdict,
}

/// Switches something on or off.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[ts(export)]
pub struct AccessSwitchRequest {
    /// On.
    pub on: bool,
}

/// Saves a provider.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct SaveProviderRequest {
    /// Its place, from 0; absent for a new one.
    #[ts(optional = nullable)]
    pub place: Option<u32>,
    /// How its keys are found.
    pub kind: ProviderKind,
    /// The `iss` of its tokens; may be empty for Temporal Cloud.
    pub issuer: String,
    /// The audiences; may be empty for Temporal Cloud.
    pub audience: Vec<String>,
    /// The URL of its keys, for that kind.
    pub url: String,
    /// The file with its keys, for that kind; absent to keep the one that it has.
    #[ts(optional = nullable)]
    pub file: Option<FileTicket>,
    /// Seconds that the clocks may differ: 600 at most; 60 where it is absent.
    #[ts(optional = nullable)]
    pub skew_seconds: Option<u32>,
}

/// Names a provider or a rule.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[ts(export)]
pub struct AccessPlaceRequest {
    /// Its place, from 0.
    pub place: u32,
}

/// Why a provider's tokens cannot be verified now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ProviderProblem {
    /// The provider's place, from 0.
    pub place: u32,
    /// Why, and what to do.
    pub problem: AppError,
}

/// Saves a rule.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct SaveRuleRequest {
    /// Its place, from 0; absent for a new one, which comes last.
    #[ts(optional = nullable)]
    pub place: Option<u32>,
    /// What it is to be.
    pub rule: RuleView,
}

/// Moves a rule.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[ts(export)]
pub struct MoveRuleRequest {
    /// Its place, from 0.
    pub place: u32,
    /// Its new place, from 0, once it is out of the old one.
    pub to: u32,
}

/// Says what is done where no rule fits.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[ts(export)]
pub struct SetAccessDefaultRequest {
    /// What is done then.
    #[ts(type = "\"decode\" | \"original\" | \"refuse\"")]
    pub then: Verdict,
}

/// Names a program.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct ProgramRequest {
    /// What it is called: 1 to 120 visible characters.
    pub name: String,
}

/// Asks what would become of a request with a token. The token is looked at and forgotten.
#[derive(Clone, Deserialize, TS)]
#[ts(export)]
pub struct TestTokenRequest {
    /// The token, with or without `Bearer` in front of it; empty for a request without one.
    pub token: SecretText,
    /// Whether a page sends it, and not a program.
    pub is_page: bool,
    /// The Namespace that the request names; may be empty.
    pub namespace: String,
    /// What is asked for.
    #[ts(type = "\"decode\" | \"encode\" | \"download\"")]
    pub operation: Operation,
}

/// What would become of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct TokenTestView {
    /// What the token has to pass, in order; none where no token was sent.
    pub checks: Vec<TokenCheck>,
    /// The name that records would show; absent where it is not known who asks.
    pub who: Option<String>,
    /// The rule that decides: its name, its place, or `default`; absent where none was asked.
    pub rule: Option<String>,
    /// What is done.
    #[ts(type = "\"decode\" | \"original\" | \"refuse\"")]
    pub verdict: Verdict,
    /// The same in a sentence.
    pub message: String,
    /// What to do where it is refused; else empty.
    pub hint: String,
}

/// One thing that a token has to pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct TokenCheck {
    /// What is looked at: `Signature`.
    pub name: String,
    /// Whether it passed; absent where it was not looked at.
    pub passed: Option<bool>,
}

/// The rules as a file for `temporal-codec serve --access`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct AccessFileView {
    /// JSON.
    pub text: String,
}
