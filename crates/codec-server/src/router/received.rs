//! Large requests, which are worked on while their body comes in.

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;

use super::{Exchange, payloads_json};
use crate::error::RequestError;
use crate::route::Operation;
use crate::rules::shut::Shut;
use crate::work::job::Job;
use crate::work::memory::Reservation;
use crate::work::scheduler::LARGE_BYTES;

impl Exchange<'_> {
    /// Whether a job may begin before all of its body is there: nobody needs the body as a whole, to keep it, to ask about it or to do
    /// the work once more, and there is something to open.
    pub(super) fn begins_early(&self, job: &Job) -> bool {
        job.n_bytes >= LARGE_BYTES
            && job.operation == Operation::Decode
            && !job.original
            && job.shut.is_none()
            && job.profile.chain.data_keys().is_none()
            && self.capturing.is_none()
            && !self.rules.pause.is_set()
    }

    /// The last two checks, and the work.
    pub(super) async fn work_while_received(
        &mut self,
        job: Job,
        body: &mut Body,
        reservation: Reservation,
    ) -> Result<Response<Bytes>, RequestError> {
        let pause = &self.rules.pause;
        if pause.is_panic_locked() {
            return Err(RequestError::PanicLocked);
        }
        let gives_up = self.record.replay_of.is_none();
        let scheduler = &self.server.scheduler;
        let done = scheduler.run_while_received(job, body, gives_up).await;
        // What was decoded meanwhile is overwritten, and nobody gets it.
        if pause.is_panic_locked() {
            return Err(RequestError::PanicLocked);
        }
        if pause.is_set() {
            return Err(Shut::Paused.into());
        }
        let (written, tally) = done?;
        self.record.timing.body = Some(self.clock.elapsed());
        self.record.timing.work = self.record.timing.body;
        self.record.tally(tally);
        Ok(payloads_json(reservation.hold(written?)))
    }
}
