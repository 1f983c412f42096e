//! Questions whether somebody may be served, and answers to them. Requests wait for an answer here; the room `consent` shows the
//! questions to the user and brings the answers.
//!
//! However many ask, there are few questions: one for each page and Namespace and for each program, [`MAX_OF_ONE`] for a page of
//! however many Namespaces, and [`MAX_OPEN`] in all. One that nobody waits for any more stays, since whoever was refused is told to
//! look at it, unless somebody who does wait needs its room. Nobody is asked while nothing would be opened anyway.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use codec_server::{AskConsent, Asker, ComingAnswer, ConsentAnswer, Namespace, Question, Shut};
use jiff::Timestamp;
use tokio::sync::{Notify, watch};

use crate::config::consent::{AskerKind, ConsentSettings, RememberedAnswer, Subject};

/// Questions at once.
pub(crate) const MAX_OPEN: usize = 8;
/// Questions at once of one page, so that it leaves room for others. Requests for more of its Namespaces wait for their turn.
pub(crate) const MAX_OF_ONE: usize = 4;
/// Answers for a time that are kept at once.
const MAX_FOR_A_TIME: usize = 500;
/// How long a yes for a while holds.
const HOUR: Duration = Duration::from_secs(60 * 60);
/// How long a yes for once waits for somebody to ask again, where nobody waits for it any more.
const ONCE: Duration = Duration::from_secs(60);

/// What the app calls itself, when it tries its own endpoint.
const OWN_CLIENT: &str = "this";

/// What the user says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// Yes, to whoever waits for it.
    Once,
    /// Yes, for an hour.
    ForAnHour,
    /// Yes, for good. The settings remember it.
    Always,
    /// No, for good. The settings remember it.
    Never,
}

/// The questions, and what was answered. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct Questions(Arc<Inner>);

#[derive(Default)]
struct Inner {
    state: Mutex<State>,
    window: OnceLock<Window>,
    changed: Notify,
}

struct Window {
    is_there: Box<dyn Fn() -> bool + Send + Sync>,
    shut: Box<dyn Fn() -> Option<Shut> + Send + Sync>,
}

#[derive(Default)]
struct State {
    settings: ConsentSettings,
    for_a_time: Vec<(Subject, Instant)>,
    open: Vec<Open>,
    last: u32,
    /// Told when there may be room for another question; with an answer when nobody gets a turn any more.
    turn: watch::Sender<Option<ConsentAnswer>>,
}

struct Open {
    number: u32,
    subject: Subject,
    question: Question,
    since: Timestamp,
    n_requests: u32,
    n_waiting: u32,
    answer: watch::Sender<Option<ConsentAnswer>>,
}

/// A question, to be shown.
pub(crate) struct OpenQuestion {
    pub(crate) number: u32,
    pub(crate) subject: Subject,
    pub(crate) question: Question,
    pub(crate) since: Timestamp,
    pub(crate) n_requests: u32,
    pub(crate) n_waiting: u32,
}

/// Where a request stands with its question.
enum Stand {
    Answered(ConsentAnswer),
    /// It waits for the answer to its question.
    Waits(Place),
    /// Its page has as many questions open as it may: it waits for one of them to be over.
    WaitsForTurn(watch::Receiver<Option<ConsentAnswer>>),
}

/// A request's place at a question. Dropping it gives it up.
struct Place {
    questions: Questions,
    number: u32,
    answer: watch::Receiver<Option<ConsentAnswer>>,
}

impl Questions {
    /// `is_there` says whether there is a window to ask in, `shut` whether nothing would be opened anyway. The first ones count.
    pub(crate) fn ask_in(
        &self,
        is_there: impl Fn() -> bool + Send + Sync + 'static,
        shut: impl Fn() -> Option<Shut> + Send + Sync + 'static,
    ) {
        // A core has one room for it.
        let _ = self.0.window.set(Window {
            is_there: Box::new(is_there),
            shut: Box::new(shut),
        });
    }

    /// Returns when something changed that the window shows.
    pub(crate) async fn changed(&self) {
        self.0.changed.notified().await;
    }

    /// Other settings came into force. What they answer is answered.
    pub(crate) fn follow(&self, settings: &ConsentSettings) {
        let mut state = self.state();
        if state.settings == *settings {
            return;
        }
        state.settings = settings.clone();
        let is_on = settings.on;
        let answers: Vec<_> = state
            .open
            .iter()
            .map(|open| match is_on {
                // Nobody is asked any more: whoever asks again is judged by the other rules.
                false => Some(ConsentAnswer::NotGiven),
                true => state.known(&open.subject),
            })
            .collect();
        let mut answers = answers.into_iter();
        state.open.retain(|open| match answers.next().flatten() {
            Some(answer) => {
                open.answer.send_replace(Some(answer));
                false
            }
            None => true,
        });
        state.turn.send_replace(None);
        drop(state);
        self.0.changed.notify_one();
    }

    /// Answers a question, but for what the settings remember: that is in force already. `None` where it is not open any more.
    pub(crate) fn answer(&self, number: u32, said: Said) -> Option<Subject> {
        let mut state = self.state();
        let place = state.open.iter().position(|open| open.number == number)?;
        let open = state.open.remove(place);
        let until = match said {
            Said::Once if open.n_waiting == 0 => Some(ONCE),
            Said::ForAnHour => Some(HOUR),
            Said::Once | Said::Always | Said::Never => None,
        };
        if let Some(time) = until {
            state.allow_for(open.subject.clone(), time);
        }
        open.answer.send_replace(Some(match said {
            Said::Never => ConsentAnswer::Denied,
            Said::Once | Said::ForAnHour | Said::Always => ConsentAnswer::Allowed,
        }));
        state.turn.send_replace(None);
        drop(state);
        self.0.changed.notify_one();
        Some(open.subject)
    }

    /// Whom an open question is about.
    pub(crate) fn subject_of(&self, number: u32) -> Option<Subject> {
        let state = self.state();
        let open = state.open.iter().find(|open| open.number == number);
        open.map(|open| open.subject.clone())
    }

    /// Takes back a yes for a time. Says whether there was one.
    pub(crate) fn forget(&self, subject: &Subject) -> bool {
        let mut state = self.state();
        let before = state.for_a_time.len();
        state.for_a_time.retain(|(its, _)| its != subject);
        state.for_a_time.len() != before
    }

    /// Answers whoever waits, and takes back every yes for a time: the app is locked, or its server stops.
    pub(crate) fn withdraw(&self, answer: ConsentAnswer) {
        self.state().for_a_time.clear();
        self.close(answer);
    }

    /// Answers whoever waits, and forgets the questions.
    pub(crate) fn close(&self, answer: ConsentAnswer) {
        let mut state = self.state();
        for open in state.open.drain(..) {
            open.answer.send_replace(Some(answer));
        }
        std::mem::take(&mut state.turn).send_replace(Some(answer));
        drop(state);
        self.0.changed.notify_one();
    }

    /// The open questions, the oldest first.
    pub(crate) fn open(&self) -> Vec<OpenQuestion> {
        let state = self.state();
        let open = state.open.iter().map(|open| OpenQuestion {
            number: open.number,
            subject: open.subject.clone(),
            question: open.question.clone(),
            since: open.since,
            n_requests: open.n_requests,
            n_waiting: open.n_waiting,
        });
        open.collect()
    }

    /// Who has a yes for a time, and for how long yet.
    pub(crate) fn for_a_time(&self) -> Vec<(Subject, Duration)> {
        let now = Instant::now();
        let mut state = self.state();
        state.for_a_time.retain(|(_, until)| *until > now);
        let left = |(subject, until): &(Subject, Instant)| (subject.clone(), *until - now);
        state.for_a_time.iter().map(left).collect()
    }

    fn stand(&self, question: &Question, subject: &Subject) -> Stand {
        let window = self.0.window.get();
        let is_there = window.is_some_and(|window| (window.is_there)());
        let mut state = self.state();
        if !state.settings.on {
            return Stand::Answered(ConsentAnswer::NotGiven);
        }
        if let Some(answer) = state.known(subject) {
            return Stand::Answered(answer);
        }
        // Asked with the state held: whoever shuts closes the questions afterwards, this one too.
        if let Some(shut) = window.and_then(|window| (window.shut)()) {
            return Stand::Answered(ConsentAnswer::Shut(shut));
        }
        if !is_there {
            return Stand::Answered(ConsentAnswer::NoWindow);
        }
        let place = match state.place_of(subject) {
            Some(place) => place,
            None if !state.makes_room(|open| is_of(open, subject), MAX_OF_ONE) => {
                return Stand::WaitsForTurn(state.turn.subscribe());
            }
            None if !state.makes_room(|_| true, MAX_OPEN) => {
                return Stand::Answered(ConsentAnswer::NotGiven);
            }
            None => state.open(question, subject),
        };
        let open = &mut state.open[place];
        open.n_waiting += 1;
        open.n_requests = open.n_requests.saturating_add(1);
        let place = Place {
            questions: self.clone(),
            number: open.number,
            answer: open.answer.subscribe(),
        };
        drop(state);
        self.0.changed.notify_one();
        Stand::Waits(place)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Its parts are changed whole.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a question is about the same page, or the same programs, for whatever Namespace.
fn is_of(open: &Open, subject: &Subject) -> bool {
    (open.subject.kind, &open.subject.name) == (subject.kind, &subject.name)
}

impl State {
    fn place_of(&self, subject: &Subject) -> Option<usize> {
        self.open.iter().position(|open| open.subject == *subject)
    }

    /// Whether there is room for one more of these questions. The one that has waited for its answer for longest without anybody
    /// at it makes room.
    fn makes_room(&mut self, is_one: impl Fn(&Open) -> bool, most: usize) -> bool {
        if self.open.iter().filter(|open| is_one(open)).count() < most {
            return true;
        }
        let mut open = self.open.iter();
        let left = open.position(|open| is_one(open) && open.n_waiting == 0);
        left.map(|place| self.open.remove(place)).is_some()
    }

    /// Opens a question, and returns its place.
    fn open(&mut self, question: &Question, subject: &Subject) -> usize {
        self.last = self.last.wrapping_add(1);
        self.open.push(Open {
            number: self.last,
            subject: subject.clone(),
            question: question.clone(),
            since: Timestamp::now(),
            n_requests: 0,
            n_waiting: 0,
            answer: watch::Sender::new(None),
        });
        self.open.len() - 1
    }

    fn known(&self, subject: &Subject) -> Option<ConsentAnswer> {
        let mut answers = self.settings.answers.iter();
        let is_it = |answer: &&RememberedAnswer| answer.subject == *subject;
        let for_good = answers.find(is_it).map(|answer| answer.allow);
        let now = Instant::now();
        let mut for_a_time = self.for_a_time.iter();
        let allows = for_good.or_else(|| {
            for_a_time
                .any(|(its, until)| its == subject && *until > now)
                .then_some(true)
        })?;
        Some(match allows {
            true => ConsentAnswer::Allowed,
            false => ConsentAnswer::Denied,
        })
    }

    fn allow_for(&mut self, subject: Subject, time: Duration) {
        let now = Instant::now();
        self.for_a_time
            .retain(|(its, until)| *its != subject && *until > now);
        if self.for_a_time.len() >= MAX_FOR_A_TIME {
            self.for_a_time.remove(0);
        }
        self.for_a_time.push((subject, now + time));
    }
}

impl Place {
    /// The answer to the question; `None` where it went without one.
    async fn answer(mut self) -> Option<ConsentAnswer> {
        let answer = self.answer.wait_for(Option::is_some).await;
        answer.ok().and_then(|answer| *answer)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.questions.state();
        let open = state
            .open
            .iter_mut()
            .find(|open| open.number == self.number);
        let Some(open) = open else {
            return;
        };
        open.n_waiting = open.n_waiting.saturating_sub(1);
        if open.n_waiting == 0 {
            state.turn.send_replace(None);
        }
        self.questions.0.changed.notify_one();
    }
}

impl AskConsent for Questions {
    fn asks_about_unlisted_pages(&self) -> bool {
        let state = self.state();
        state.settings.on && state.settings.unlisted_pages
    }

    fn known(&self, asker: &Asker, namespace: Option<&Namespace>) -> Option<ConsentAnswer> {
        self.state().known(&subject(asker, namespace))
    }

    fn ask(&self, question: Question) -> ComingAnswer {
        let questions = self.clone();
        Box::pin(async move {
            // The app tries its own endpoint: nobody is asked about that, and saying so lets nobody in.
            if question.client == OWN_CLIENT {
                return ConsentAnswer::NotGiven;
            }
            let subject = subject(&question.asker, question.namespace.as_ref());
            loop {
                match questions.stand(&question, &subject) {
                    Stand::Answered(answer) => return answer,
                    Stand::Waits(place) => {
                        // Gone without one, to make room for others.
                        return place.answer().await.unwrap_or(ConsentAnswer::NotGiven);
                    }
                    Stand::WaitsForTurn(mut turn) => {
                        // Where the sender is gone, so are those that it told of.
                        let _ = turn.changed().await;
                        let answer = *turn.borrow();
                        if let Some(answer) = answer {
                            return answer;
                        }
                    }
                }
            }
        })
    }
}

/// Whom an answer will be about.
fn subject(asker: &Asker, namespace: Option<&Namespace>) -> Subject {
    let (kind, name) = match asker {
        Asker::Page(origin) => (AskerKind::Page, origin.as_str()),
        Asker::UnlistedPage(origin) => (AskerKind::UnlistedPage, origin.as_str()),
        Asker::NamedProgram(name) => (AskerKind::NamedProgram, name.as_str()),
        Asker::Program => (AskerKind::Program, ""),
    };
    let is_page = matches!(kind, AskerKind::Page | AskerKind::UnlistedPage);
    let namespace = namespace.filter(|_| is_page).map(Namespace::as_str);
    Subject {
        kind,
        name: name.to_owned(),
        namespace: namespace.map(str::to_owned),
    }
}

#[cfg(test)]
mod tests;
