//! The work of a large request, done while its body comes in: a Payload is decoded when it is complete, and its text is not kept.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use payload_codec::{Budget, zeroize_stack_once};
use temporal_payload::{ReceivedPayloads, Unread};

use crate::error::RequestError;
use crate::work::job::{Batch, Done, Interrupt, Job, Progress, Stopped};

/// Work between two looks at whether somebody still waits for the answer: some milliseconds.
pub(crate) const SLICE: u64 = 1 << 20;

/// A job whose body is not there yet.
pub(crate) struct Receiving {
    job: Job,
    budget: Budget<'static>,
    received: ReceivedPayloads,
    /// Why it goes on with no more of the body, if it does not.
    interrupt: Option<Interrupt>,
    progress: Progress,
}

impl Receiving {
    /// Of a job whose body is empty. It is given up once nobody waits for it.
    pub(crate) fn new(job: Job, is_waited_for: Arc<AtomicBool>) -> Self {
        let go_on = move |_| is_waited_for.load(Ordering::Relaxed);
        Receiving {
            budget: job.budget().asking_every(SLICE, go_on),
            received: ReceivedPayloads::new(),
            interrupt: None,
            progress: Progress::of(&job),
            job,
        }
    }

    /// Does the work on what is complete with these pieces. What comes after a request was refused is passed over.
    pub(crate) fn go_on(mut self, pieces: Vec<Bytes>) -> Self {
        if self.interrupt.is_some() {
            return self;
        }
        for piece in pieces {
            self.received.receive(&piece);
        }
        let mut batch = Batch::of(&self.job, &self.budget, self.progress);
        let read = zeroize_stack_once(|| self.received.go_on(&mut batch));
        Receiving {
            progress: batch.into_progress(),
            interrupt: read.err(),
            received: self.received,
            budget: self.budget,
            job: self.job,
        }
    }

    /// Does the rest of the work, once all of the body is there.
    ///
    /// # Errors
    /// [`Stopped`] where nobody waits for it.
    pub(crate) fn finish(self) -> Result<Done, Stopped> {
        let mut batch = Batch::of(&self.job, &self.budget, self.progress);
        let read = match self.interrupt {
            Some(interrupt) => Err(Unread::Stopped(interrupt)),
            None => zeroize_stack_once(|| self.received.finish(&mut batch)),
        };
        let progress = batch.into_progress();
        if read.is_ok() && progress.was_locked() {
            // Nobody gets a part of what was asked, and what was sent is not there to be handed back.
            return self.job.done(
                Err(Unread::Stopped(Interrupt::Refused(RequestError::Locked))),
                progress,
            );
        }
        self.job.done(read, progress)
    }
}
