//! Consent: the user is asked before the first request of a page or a program for a Namespace is answered. What the answer was, and how
//! it is asked for, is behind [`AskConsent`](crate::rules::consent::AskConsent); here a request waits for it, within bounds.
//!
//! A request that waits has its body and what it reserved for it, and nothing else: no thread, and no place among those that are worked
//! on. When its client goes away, so does the wait.

use std::time::Duration;

use axum::http::HeaderValue;
use temporal_payload::{Payload, TakePayloads, read_payloads, shown};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use crate::checks::origin::Caller;
use crate::error::RequestError;
use crate::rules::consent::{AskConsent, Asker, ConsentAnswer, Question};
use crate::rules::shut::Shut;

/// Requests that wait for an answer at once.
const MAX_WAITING: usize = 32;
/// What their bodies may take together, in units of a KiB. One that is larger has it to itself.
const MAX_WAITING_KIB: u32 = 32 << 10;
/// Payloads are counted in bodies up to this size: the count is there for a person, and no worker is taken for it.
const COUNTED_BYTES: usize = 64 << 10;
/// How long a question waits for the name of the program that asks.
const PROCESS: Duration = Duration::from_millis(150);
/// Characters of a name from outside.
const MAX_TEXT: usize = 120;

/// Requests that wait for an answer.
pub(crate) struct WaitingForConsent {
    requests: Semaphore,
    kib: Semaphore,
    wait: Duration,
}

impl WaitingForConsent {
    /// Each waits so long at most.
    pub(crate) fn new(wait: Duration) -> Self {
        WaitingForConsent {
            requests: Semaphore::new(MAX_WAITING),
            kib: Semaphore::new(MAX_WAITING_KIB as usize),
            wait,
        }
    }

    /// Asks the user, and waits for the answer. `Some` where nobody is asked, since nothing may be opened.
    ///
    /// # Errors
    /// [`RequestError::ConsentDenied`], [`RequestError::ConsentNotGiven`], also where too many wait already: their questions are
    /// there to be answered.
    pub(crate) async fn ask(
        &self,
        consent: &dyn AskConsent,
        mut question: Question,
        body: &[u8],
    ) -> Result<Option<Shut>, RequestError> {
        let _place = self
            .place(body.len())
            .ok_or(RequestError::ConsentNotGiven)?;
        question.n_payloads = count(body);
        // Whoever is asked reads it, which takes longer.
        question.process.settled(PROCESS).await;
        let answer = timeout(self.wait, consent.ask(question)).await;
        check(answer.unwrap_or(ConsentAnswer::NotGiven))
    }

    fn place(&self, bytes: usize) -> Option<(SemaphorePermit<'_>, SemaphorePermit<'_>)> {
        let kib = u32::try_from(bytes.div_ceil(1 << 10)).unwrap_or(u32::MAX);
        let requests = self.requests.try_acquire().ok()?;
        let kib = self.kib.try_acquire_many(kib.min(MAX_WAITING_KIB)).ok()?;
        Some((requests, kib))
    }
}

/// Refuses what the user does not allow. `Some` where nobody was asked, and why.
pub(crate) fn check(answer: ConsentAnswer) -> Result<Option<Shut>, RequestError> {
    match answer {
        ConsentAnswer::Allowed => Ok(None),
        ConsentAnswer::Shut(shut) => Ok(Some(shut)),
        ConsentAnswer::Denied => Err(RequestError::ConsentDenied),
        ConsentAnswer::NotGiven => Err(RequestError::ConsentNotGiven),
        ConsentAnswer::NoWindow => Err(RequestError::ConsentNoWindow),
    }
}

/// Who asks, by what is known of the request once access has looked at it: `program` is the name of its token.
pub(crate) fn asker(caller: &Caller, program: Option<&str>) -> Asker {
    let text = |origin: &HeaderValue| shown(&String::from_utf8_lossy(origin.as_bytes()), MAX_TEXT);
    match (caller, program) {
        (Caller::Page(origin), _) => Asker::Page(text(origin)),
        (Caller::Unlisted(origin), _) => Asker::UnlistedPage(text(origin)),
        (_, Some(name)) => Asker::NamedProgram(name.to_owned()),
        (_, None) => Asker::Program,
    }
}

/// How many Payloads there are; of what is no list of them, whoever works on it says so.
fn count(body: &[u8]) -> Option<usize> {
    struct Count(usize);
    impl TakePayloads for Count {
        type Stopped = std::convert::Infallible;
        fn take(&mut self, _: &Payload) -> Result<(), Self::Stopped> {
            self.0 += 1;
            Ok(())
        }
        fn start_again(&mut self) {
            self.0 = 0;
        }
    }
    let mut count = Count(0);
    let is_counted = body.len() <= COUNTED_BYTES && read_payloads(body, &mut count).is_ok();
    is_counted.then_some(count.0)
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::pin::Pin;
    use std::sync::Arc;

    use tokio::task::JoinSet;
    use tokio::time::Instant;

    use super::*;
    use crate::connection::client_process::ClientProcess;
    use crate::route::{Namespace, Operation};
    use crate::rules::consent::ComingAnswer;

    struct Never;

    impl AskConsent for Never {
        fn asks_about_unlisted_pages(&self) -> bool {
            false
        }

        fn known(&self, _: &Asker, _: Option<&Namespace>) -> Option<ConsentAnswer> {
            None
        }

        fn ask(&self, _: Question) -> ComingAnswer {
            Box::pin(std::future::pending())
        }
    }

    fn question() -> Question {
        Question {
            asker: Asker::Program,
            client: "other",
            process: ClientProcess::default(),
            who: None,
            namespace: None,
            operation: Operation::Decode,
            n_payloads: None,
        }
    }

    async fn is_pending<T>(mut future: Pin<&mut (impl Future<Output = T> + ?Sized)>) -> bool {
        poll_fn(|cx| std::task::Poll::Ready(future.as_mut().poll(cx).is_pending())).await
    }

    #[tokio::test(start_paused = true)]
    async fn the_wait_is_bounded_and_so_is_the_number_of_those_who_wait() {
        let waiting = Arc::new(WaitingForConsent::new(Duration::from_secs(25)));
        let started = Instant::now();
        let mut all = JoinSet::new();
        for _ in 0..MAX_WAITING {
            let waiting = Arc::clone(&waiting);
            all.spawn(async move { waiting.ask(&Never, question(), b"{}").await });
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        let refused = waiting.ask(&Never, question(), b"{}").await;
        assert!(matches!(refused, Err(RequestError::ConsentNotGiven)));
        assert_eq!(started.elapsed().as_secs(), 1, "it was refused at once");
        for one in all.join_all().await {
            assert!(matches!(one, Err(RequestError::ConsentNotGiven)));
        }
        assert_eq!(started.elapsed().as_secs(), 25);
        assert!(
            waiting.place(1 << 30).is_some(),
            "every place was given back"
        );
    }

    #[tokio::test]
    async fn bodies_that_wait_are_bounded_together_and_a_client_that_leaves_makes_room() {
        let waiting = WaitingForConsent::new(Duration::from_secs(25));
        let large = vec![0; 20 << 20];
        let mut first = Box::pin(waiting.ask(&Never, question(), &large));
        assert!(is_pending(first.as_mut()).await);
        let second = waiting.ask(&Never, question(), &large).await;
        assert!(matches!(second, Err(RequestError::ConsentNotGiven)));
        drop(first);
        let mut third = Box::pin(waiting.ask(&Never, question(), &large));
        assert!(is_pending(third.as_mut()).await);
    }

    #[test]
    fn payloads_are_counted_where_it_is_cheap() {
        assert_eq!(count(br#"{"payloads":[{},{}]}"#), Some(2));
        assert_eq!(count(b"no list"), None);
        assert_eq!(count(&vec![b' '; COUNTED_BYTES + 1]), None);
    }
}
