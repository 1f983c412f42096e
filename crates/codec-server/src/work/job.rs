//! What is done with Payloads once a request has passed every check. Pure: bytes in, bytes and a tally out. Payloads are read,
//! worked on and written one at a time, so that memory goes with the bytes of a request and not with how many Payloads it has.

mod in_place;

use bytes::Bytes;
use payload_codec::{Budget, CodecError, Decoded, InPlace, zeroize_payload, zeroize_stack_once};
use temporal_payload::{Payload, PayloadsWriter, TakePayloads, Unread, encodings, read_payloads};

use crate::error::RequestError;
use crate::record::Tally;
use crate::route::Operation;
use crate::rules::profile::{EncodeRule, Profile, ReadMessages, Undecodable};
use crate::rules::shut::Shut;
use crate::work::buffers::Buffers;

/// More than this in one request is no list of arguments.
const MAX_PAYLOADS: usize = 1 << 20;

/// Messages that are larger stay as they are: a Web UI shows none of that size.
const MAX_MESSAGE: usize = 4 << 20;
/// Work that may be done on the reactor, in bytes as [`payload_codec::Budget`] counts them: a millisecond or two.
pub(crate) const INLINE_WORK: u64 = 512 << 10;
/// What the first message counts for: its types may have to be read from files, and the reactor waits for none.
const READING_TYPES: u64 = INLINE_WORK;

/// One request's work.
#[derive(Clone)]
pub(crate) struct Job {
    pub(crate) operation: Operation,
    /// The body; empty where it is worked on while it comes in.
    pub(crate) body: Bytes,
    /// Bytes of the body.
    pub(crate) n_bytes: usize,
    pub(crate) profile: Profile,
    /// Whether a page asked, which may show the reason to people.
    pub(crate) from_page: bool,
    /// Whether access gives the Payloads as they were sent.
    pub(crate) original: bool,
    /// Why nothing is opened, whatever the keys are by now.
    pub(crate) shut: Option<Shut>,
    /// What the answer is written into.
    pub(crate) buffers: Buffers,
}

/// The answer's body, or why there is none; and what was found on the way.
pub(crate) type Done = (Result<Bytes, RequestError>, Tally);

/// It was given up before its end, as its budget said.
pub(crate) struct Stopped;

impl Job {
    /// The account that the work is charged to.
    pub(crate) fn budget<'a>(&self) -> Budget<'a> {
        self.profile.chain.budget(self.n_bytes)
    }

    /// Does the work. What is given up leaves nothing behind, so that it can be done again from the start.
    ///
    /// # Errors
    /// [`Stopped`], where `budget` says that it is not to go on.
    // A function of its own: the instructions below it are counted (`xtask/src/count.rs`).
    #[inline(never)]
    pub(crate) fn run(&self, budget: &Budget<'_>) -> Result<Done, Stopped> {
        let mut batch = Batch::of(self, budget, Progress::of(self));
        let read = zeroize_stack_once(|| read_payloads(&self.body, &mut batch));
        let progress = batch.into_progress();
        if read.is_ok() && progress.was_locked() {
            // Nobody gets a part of what was asked: what was opened before the keys were locked is overwritten.
            drop(progress);
            let shut = Some(Shut::Locked);
            let locked = Job {
                shut,
                ..self.clone()
            };
            return locked.run(budget);
        }
        self.done(read, progress)
    }

    /// The answer, once the body was read.
    pub(super) fn done(
        &self,
        read: Result<(), Unread<Interrupt>>,
        progress: Progress,
    ) -> Result<Done, Stopped> {
        match read {
            Err(Unread::Stopped(Interrupt::Stopped)) => Err(Stopped),
            // Nothing counts of a body that is no request.
            Err(Unread::Stopped(Interrupt::Refused(error))) => {
                Ok((Err(error), self.nothing_counted()))
            }
            Err(Unread::Malformed(error)) => Ok((Err(error.into()), self.nothing_counted())),
            Ok(()) => Ok(progress.end(self)),
        }
    }
}

impl Job {
    /// What is done with each Payload.
    fn step(&self) -> Step {
        match (self.operation, self.shut.is_some()) {
            (Operation::Encode, true) => Step::Refuse,
            (Operation::Encode, false) => match self.profile.encode {
                EncodeRule::NoCodec => Step::Pass,
                _ if self.profile.chain.encodes() => Step::Encode,
                _ => Step::Refuse,
            },
            (Operation::Decode | Operation::Download, _) if self.original => Step::Pass,
            (Operation::Decode | Operation::Download, true) => Step::Leave,
            (Operation::Decode | Operation::Download, false) => Step::Decode,
        }
    }

    /// What reads messages: for a page that asks to decode, and where nothing keeps Payloads as they were sent.
    fn messages(&self) -> Option<&dyn ReadMessages> {
        let messages = self.profile.messages.as_deref()?;
        let is_shown = self.operation == Operation::Decode
            && self.from_page
            && !self.original
            && self.shut.is_none();
        is_shown.then_some(messages)
    }

    fn why_shut(&self) -> RequestError {
        self.shut.unwrap_or(Shut::Paused).into()
    }

    fn nothing_counted(&self) -> Tally {
        Tally {
            bytes_in: self.n_bytes as u64,
            ..Tally::default()
        }
    }

    /// What is decoded is smaller than what was sent, unless it was compressed.
    fn empty_answer(&self) -> PayloadsWriter {
        PayloadsWriter::within(self.buffers.take(self.n_bytes))
    }
}

/// Why the rest of a body is not read.
#[derive(Debug)]
pub(super) enum Interrupt {
    Stopped,
    Refused(RequestError),
}

/// What is done with each Payload.
#[derive(Clone, Copy)]
enum Step {
    Decode,
    Leave,
    Pass,
    Encode,
    Refuse,
}

/// The Payloads of one request, on their way from the body to the answer.
pub(super) struct Batch<'a> {
    job: &'a Job,
    budget: &'a Budget<'a>,
    step: Step,
    messages: Option<&'a dyn ReadMessages>,
    /// What opens where the data lie, while it decodes.
    in_place: Option<InPlace<'a>>,
    /// What became of the next Payload, where it was decoded in place as far as it goes.
    decoded: Option<Decoded>,
    /// Where the tally counts what was opened so last, if it lists its shape; `None` where that is not what comes before.
    shape: Option<Option<usize>>,
    progress: Progress,
}

/// What became of a request's Payloads until now.
pub(super) struct Progress {
    tally: Tally,
    answer: PayloadsWriter,
    n_read: usize,
    /// The first that failed.
    failed: Option<(usize, CodecError)>,
    /// Whether types were needed by now.
    reads_types: bool,
    /// Whether a key opened something.
    used_a_key: bool,
    /// Whether the app was locked when a key was asked for: then it forgets every key.
    found_locked: bool,
}

impl Progress {
    /// Of a job that was not begun.
    pub(super) fn of(job: &Job) -> Self {
        Progress {
            tally: job.nothing_counted(),
            answer: job.empty_answer(),
            n_read: 0,
            failed: None,
            reads_types: false,
            used_a_key: false,
            found_locked: false,
        }
    }

    /// Whether the keys were locked after some Payloads were opened.
    pub(super) fn was_locked(&self) -> bool {
        self.used_a_key && self.found_locked
    }
}

impl<'a> Batch<'a> {
    /// Goes on with a job, from where it is.
    pub(super) fn of(job: &'a Job, budget: &'a Budget<'a>, progress: Progress) -> Self {
        let step = job.step();
        Batch {
            job,
            budget,
            step,
            messages: job.messages(),
            in_place: matches!(step, Step::Decode).then(|| job.profile.chain.in_place()),
            decoded: None,
            shape: None,
            progress,
        }
    }

    /// What became of the Payloads that it took.
    pub(super) fn into_progress(self) -> Progress {
        self.progress
    }
}

impl TakePayloads for Batch<'_> {
    type Stopped = Interrupt;

    fn take(&mut self, sent: &Payload) -> Result<(), Interrupt> {
        if self.progress.n_read == MAX_PAYLOADS {
            return Err(Interrupt::Refused(RequestError::TooManyPayloads {
                limit: MAX_PAYLOADS,
            }));
        }
        self.progress.tally.sent(sent);
        let done = match self.step {
            Step::Decode => self.decode(sent),
            Step::Leave => self.leave(sent),
            Step::Pass => self.pass(sent),
            Step::Encode => self.encode(sent),
            Step::Refuse => self.refuse(),
        };
        done.map_err(|Stopped| Interrupt::Stopped)?;
        self.progress.n_read += 1;
        Ok(())
    }

    fn takes_in_place(&self) -> bool {
        self.in_place.is_some()
    }

    fn take_in_place(
        &mut self,
        beside: &Payload,
        is_same: bool,
        data: &mut [u8],
    ) -> Result<bool, Interrupt> {
        if self.progress.n_read == MAX_PAYLOADS {
            return Ok(false);
        }
        let opened = self.open_in_place(beside, is_same, data);
        let opened = opened.map_err(|Stopped| Interrupt::Stopped)?;
        self.progress.n_read += usize::from(opened);
        Ok(opened)
    }

    fn start_again(&mut self) {
        let reads_types = self.progress.reads_types;
        self.progress = Progress {
            reads_types,
            ..Progress::of(self.job)
        };
        self.shape = None;
    }
}

impl Batch<'_> {
    /// What no codec claims, and what cannot be decoded, is returned as it was sent.
    fn decode(&mut self, sent: &Payload) -> Result<(), Stopped> {
        let chain = &self.job.profile.chain;
        let known = self.decoded.take();
        match known.or_else(|| chain.decode_claimed(sent, self.budget)) {
            Some(decoded) => self.write_decoded(sent, decoded),
            None => self.pass(sent),
        }
    }

    /// Counts and writes what became of `sent`.
    fn write_decoded(&mut self, sent: &Payload, decoded: Decoded) -> Result<(), Stopped> {
        if decoded.error == Some(CodecError::Stopped) {
            return Err(Stopped);
        }
        for step in &decoded.steps {
            if let Some(key) = &step.key_id {
                self.progress.used_a_key = true;
                self.progress.tally.used(key);
            }
        }
        self.progress.tally.decoded(&decoded);
        self.progress.found_locked |= decoded.error.as_ref().is_some_and(CodecError::is_of_lock);
        let is_answer = decoded.is_answer();
        let written = match decoded.error {
            Some(error) if !is_answer => {
                self.progress.tally.failed(self.progress.n_read, &error);
                self.progress.answer.write(sent);
                self.progress
                    .failed
                    .get_or_insert((self.progress.n_read, error));
                Ok(())
            }
            error => {
                if let Some(error) = error {
                    self.progress.tally.noted(self.progress.n_read, &error);
                }
                self.progress.tally.counts.decoded += 1;
                self.write(&decoded.payload)
            }
        };
        zeroize_payload(decoded.payload);
        written
    }

    /// While nothing is opened: what a codec claims is not looked at.
    fn leave(&mut self, sent: &Payload) -> Result<(), Stopped> {
        if !self.job.profile.chain.claims(sent) {
            return self.pass(sent);
        }
        self.progress
            .tally
            .not_looked_at(self.progress.n_read, &self.job.why_shut());
        self.progress.answer.write(sent);
        Ok(())
    }

    fn pass(&mut self, sent: &Payload) -> Result<(), Stopped> {
        self.progress.tally.counts.passed_through += 1;
        self.write(sent)
    }

    /// Writes a Payload in the clear, a message as JSON where that is chosen. Where the request has had all the work that it may
    /// take, messages stay as they are.
    fn write(&mut self, payload: &Payload) -> Result<(), Stopped> {
        let messages = self.messages.filter(|_| {
            payload.encoding() == Some(encodings::BINARY_PROTOBUF)
                && payload.data.len() <= MAX_MESSAGE
                && self.budget.spent() < self.budget.limit()
        });
        let Some(messages) = messages else {
            self.progress.answer.write(payload);
            return Ok(());
        };
        let budget = self.budget;
        let note = |work: usize| budget.note(work).map_err(|_| Stopped);
        if !self.progress.reads_types {
            note(usize::try_from(READING_TYPES).unwrap_or(usize::MAX))?;
            self.progress.reads_types = true;
        }
        note(payload.data.len())?;
        let Some(json) = messages.as_json(payload) else {
            self.progress.answer.write(payload);
            return Ok(());
        };
        self.progress.tally.n_as_json += 1;
        self.progress.answer.write(&json);
        let done = note(json.data.len());
        zeroize_payload(json);
        done
    }

    /// All or nothing: a caller stores what it gets. After a failure the rest is only counted.
    fn encode(&mut self, sent: &Payload) -> Result<(), Stopped> {
        if self.progress.failed.is_some() {
            return Ok(());
        }
        // The clone shares the data, which is what is large.
        match self.job.profile.chain.encode(sent.clone()) {
            Ok(encoded) => {
                if encoded == *sent {
                    self.progress.tally.counts.passed_through += 1;
                } else {
                    self.progress.tally.counts.encoded += 1;
                }
                self.progress.answer.write(&encoded);
            }
            Err(error) => {
                self.progress.tally.failed(self.progress.n_read, &error);
                self.progress.failed = Some((self.progress.n_read, error));
            }
        }
        // Compressing and encrypting is linear in what was sent, so that it needs no limit; it can be given up.
        self.budget.note(sent.data.len()).map_err(|_| Stopped)
    }

    /// Nothing is encoded, so nothing is handed back.
    #[allow(clippy::unnecessary_wraps, reason = "one of the steps")]
    fn refuse(&mut self) -> Result<(), Stopped> {
        self.progress.tally.counts.failed += 1;
        Ok(())
    }
}

impl Progress {
    fn end(mut self, job: &Job) -> Done {
        self.tally.counts.total = self.n_read;
        let ended = match job.operation {
            Operation::Encode => self.end_encoding(job),
            Operation::Decode | Operation::Download => self.end_decoding(job),
        };
        let Progress { tally, answer, .. } = self;
        (ended.map(|()| job.buffers.lend(answer.finish())), tally)
    }

    /// The policy of the Namespace decides who is told of what could not be decoded.
    fn end_decoding(&self, job: &Job) -> Result<(), RequestError> {
        let n_failed = self.tally.counts.failed;
        let is_told = match job.profile.undecodable {
            Undecodable::Fail => n_failed > 0,
            Undecodable::Explain => job.from_page && n_failed > 0 && n_failed == self.n_read,
            Undecodable::Pass => false,
        };
        match &self.failed {
            _ if !is_told => Ok(()),
            Some(failed) => Err(self.error(failed)),
            None => Err(job.why_shut()),
        }
    }

    fn end_encoding(&self, job: &Job) -> Result<(), RequestError> {
        match &self.failed {
            Some(failed) => Err(self.error(failed)),
            None if job.shut.is_some() => Err(job.why_shut()),
            None if self.tally.counts.failed > 0 => Err(RequestError::NoEncodeKey),
            None => Ok(()),
        }
    }

    fn error(&self, (payload, source): &(usize, CodecError)) -> RequestError {
        RequestError::Codec {
            payload: *payload,
            of: self.n_read,
            source: source.clone(),
        }
    }
}
