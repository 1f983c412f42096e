//! Consent, as requests need it: whoever has the user’s answers, and can ask for one. It is asked in `checks/consent.rs`.

use std::pin::Pin;

use crate::connection::client_process::ClientProcess;
use crate::route::{Namespace, Operation};
use crate::rules::shut::Shut;

/// Who asks, as far as the request tells.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Asker {
    /// A page of an allowed origin.
    Page(String),
    /// A page of an origin that is not allowed.
    UnlistedPage(String),
    /// A program, by the name of its token.
    NamedProgram(String),
    /// A program without a token of its own. What it calls itself is no proof of what it is.
    Program,
}

/// What a user is asked about. Nothing of what the Payloads hold is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Who asks.
    pub asker: Asker,
    /// What a program calls itself: `go`, `curl`, …
    pub client: &'static str,
    /// The program that holds the other end of the connection, once it is found, if it is.
    pub process: ClientProcess,
    /// Whom an access token names, where one was sent and verified.
    pub who: Option<String>,
    /// For which Namespace; `None` where none was named.
    pub namespace: Option<Namespace>,
    /// What is asked for.
    pub operation: Operation,
    /// How many Payloads; `None` where the body is too large to be counted for this.
    pub n_payloads: Option<usize>,
}

/// What became of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsentAnswer {
    /// The user allows it.
    Allowed,
    /// The user denies it.
    Denied,
    /// Nobody has answered.
    NotGiven,
    /// There is no window in which anybody could answer.
    NoWindow,
    /// Nobody is asked: nothing would be opened whatever the answer is.
    Shut(Shut),
}

/// An answer that is still to come. It may be dropped at any time.
pub type ComingAnswer = Pin<Box<dyn Future<Output = ConsentAnswer> + Send>>;

/// Whoever has the user’s answers, and can ask for one.
pub trait AskConsent: Send + Sync {
    /// Whether a page of an origin that is not allowed is asked about, too, and not refused.
    fn asks_about_unlisted_pages(&self) -> bool;

    /// The answer, where it is known without asking.
    fn known(&self, asker: &Asker, namespace: Option<&Namespace>) -> Option<ConsentAnswer>;

    /// Asks. Must not block.
    fn ask(&self, question: Question) -> ComingAnswer;
}
