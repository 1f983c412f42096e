//! Consent: the user is asked before the first request of a page for a Namespace, or of a program, is answered. Who asks and for what
//! is shown, never content. The questions themselves, and requests that wait for them, are in `core/questions.rs`.

pub(crate) mod view;

use std::sync::Arc;
use std::time::Duration;

use codec_server::{ConsentAnswer, Operation, Shut};
use temporal_payload::shown;

use crate::config::consent::{AskerKind, RememberedAnswer, Subject};
use crate::core::questions::{OpenQuestion, Said};
use crate::core::{Core, Tell};
use crate::error::{AppError, Code};
use crate::keys::forget_port::Forget;
use crate::settings::changes::SettingsChanges;

use view::{
    AnswerConsentRequest, ConsentAnswerView, ConsentChoice, ConsentQuestion, ConsentView,
    ForgetConsentRequest, SwitchConsentRequest,
};

/// The window is told of questions this often at most.
const PAUSE: Duration = Duration::from_millis(200);
/// Characters of a name in a notification.
const MAX_TEXT: usize = 120;

/// The user’s consent.
pub struct Consent {
    core: Core,
    settings: SettingsChanges,
}

impl Consent {
    pub(crate) fn new(core: Core, settings: SettingsChanges, tell: Tell<ConsentView>) -> Arc<Self> {
        let consent = Arc::new(Consent { core, settings });
        let window = tell.clone();
        let core = consent.core.watched();
        let shut = move || core().and_then(|core| core.shut());
        let questions = consent.core.questions();
        questions.ask_in(move || window.is_heard(), shut);
        consent.tell_in_batches(tell);
        consent
    }

    /// Tells the window of questions, until this is gone. What many ask at once is told once.
    fn tell_in_batches(self: &Arc<Self>, tell: Tell<ConsentView>) {
        let questions = self.core.questions().clone();
        let weak = Arc::downgrade(self);
        self.core.runtime().spawn(async move {
            loop {
                // Not to outlive the room while nothing happens.
                let changed = tokio::time::timeout(Duration::from_secs(1), questions.changed());
                let changed = changed.await;
                let Some(consent) = weak.upgrade() else {
                    break;
                };
                if changed.is_ok() {
                    tell.tell(consent.view());
                    drop(consent);
                    tokio::time::sleep(PAUSE).await;
                }
            }
        });
    }

    fn view(&self) -> ConsentView {
        let revision = self.core.next_revision();
        let settings = self.core.settings().get().consent;
        let questions = self.core.questions();
        let for_good = settings.answers.iter();
        let for_good = for_good.map(|answer| answer_view(&answer.subject, answer.allow, None));
        let for_a_time = questions.for_a_time();
        let for_a_time = for_a_time.iter();
        let for_a_time = for_a_time.map(|(subject, left)| answer_view(subject, true, Some(*left)));
        ConsentView {
            revision,
            change: None,
            on: settings.on,
            unlisted_pages: settings.unlisted_pages,
            questions: questions.open().iter().map(question_view).collect(),
            answers: for_good.chain(for_a_time).collect(),
        }
    }

    /// What a notification says of a question; never content.
    pub fn notice(&self, question: &ConsentQuestion) -> String {
        let who = match question.kind {
            AskerKind::Page | AskerKind::UnlistedPage => shown(&question.name, MAX_TEXT),
            AskerKind::NamedProgram => format!("The program {}", shown(&question.name, MAX_TEXT)),
            AskerKind::Program => "A program without a named token".to_owned(),
        };
        let of = question.namespace.as_ref();
        let of = of.map(|name| format!(" of {}", shown(name, MAX_TEXT)));
        let of = of.unwrap_or_default();
        let what = match question.operation.as_str() {
            "encode" => "encode",
            _ => "read",
        };
        format!("{who} wants to {what} Payloads{of}. Open the app to allow or deny it.")
    }
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl Consent {
    /// See the command table.
    ///
    /// # Errors
    /// None.
    pub fn list_consent(&self, (): ()) -> Result<ConsentView, AppError> {
        Ok(self.view())
    }

    /// See the command table. Whoever waits is refused when it is switched off; what was answered is kept.
    ///
    /// # Errors
    /// [`Code::File`].
    pub fn switch_consent(&self, request: SwitchConsentRequest) -> Result<ConsentView, AppError> {
        let saved = self.settings.change_with_undo(|settings| {
            settings.consent.on = request.on;
            settings.consent.unlisted_pages = request.unlisted_pages;
        })?;
        Ok(ConsentView {
            change: saved.change,
            ..self.view()
        })
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::InvalidSetting`] where the question is gone; [`Code::File`], and it stays open.
    pub fn answer_consent(&self, request: AnswerConsentRequest) -> Result<ConsentView, AppError> {
        let gone = || {
            AppError::new(Code::InvalidSetting, "this question is not asked any more")
                .hint("Ask again from the client; Access lists what was answered.")
        };
        let questions = self.core.questions();
        let subject = questions.subject_of(request.number).ok_or_else(gone)?;
        let remember = |allow| {
            let answer = RememberedAnswer {
                subject: subject.clone(),
                allow,
            };
            self.settings
                .change_with_undo(|settings| settings.consent.remember(answer))
        };
        // Saved first: what comes into force answers the question.
        let saved = match request.answer {
            ConsentChoice::Always => Some(remember(true)?),
            ConsentChoice::Deny => Some(remember(false)?),
            ConsentChoice::Once | ConsentChoice::Hour => None,
        };
        let said = match request.answer {
            ConsentChoice::Once => Said::Once,
            ConsentChoice::Hour => Said::ForAnHour,
            ConsentChoice::Always => Said::Always,
            ConsentChoice::Deny => Said::Never,
        };
        let answered = questions.answer(request.number, said);
        if saved.is_none() && answered.is_none() {
            return Err(gone());
        }
        tracing::info!(kind = ?subject.kind, answer = ?request.answer, "a question for consent was answered");
        Ok(ConsentView {
            change: saved.and_then(|saved| saved.change),
            ..self.view()
        })
    }

    /// See the command table. Forgetting what was not answered changes nothing.
    ///
    /// # Errors
    /// [`Code::File`].
    pub fn forget_consent(&self, request: ForgetConsentRequest) -> Result<ConsentView, AppError> {
        let subject = Subject {
            kind: request.kind,
            name: request.name,
            namespace: request.namespace,
        };
        self.core.questions().forget(&subject);
        let saved = self
            .settings
            .change_with_undo(|settings| settings.consent.forget(&subject))?;
        Ok(ConsentView {
            change: saved.change,
            ..self.view()
        })
    }
}

/// Whoever waits is refused, and a yes for a time ends with the lock.
impl Forget for Consent {
    fn forget(&self) {
        self.core
            .questions()
            .withdraw(ConsentAnswer::Shut(Shut::Locked));
    }
}

fn question_view(open: &OpenQuestion) -> ConsentQuestion {
    let question = &open.question;
    let n_payloads = question.n_payloads.map(u32::try_from);
    ConsentQuestion {
        number: open.number,
        kind: open.subject.kind,
        name: open.subject.name.clone(),
        client: client_words(question.client).to_owned(),
        process: question.process.get().map(ToString::to_string),
        who: question.who.clone(),
        namespace: question
            .namespace
            .as_ref()
            .map(|name| name.as_str().to_owned()),
        operation: match question.operation {
            Operation::Encode => "encode",
            Operation::Decode | Operation::Download => "decode",
        }
        .to_owned(),
        n_payloads: n_payloads.map(|n| n.unwrap_or(u32::MAX)),
        n_requests: open.n_requests,
        n_waiting: open.n_waiting,
        since: open.since.to_string(),
    }
}

/// What a program calls itself, in words.
fn client_words(client: &str) -> &'static str {
    match client {
        "browser" => "Browser",
        "go" => "Temporal CLI or Go program",
        "curl" => "curl",
        "this" => "This app",
        _ => "Other program",
    }
}

fn answer_view(subject: &Subject, allow: bool, left: Option<Duration>) -> ConsentAnswerView {
    let minutes = |left: Duration| u32::try_from(left.as_secs().div_ceil(60)).unwrap_or(u32::MAX);
    ConsentAnswerView {
        kind: subject.kind,
        name: subject.name.clone(),
        namespace: subject.namespace.clone(),
        allow,
        minutes_left: left.map(minutes),
    }
}
