//! All connections, and their bound. When it is reached, a new connection takes the place of one that the server can do
//! without: the one that is idle for longest, else the one that has kept the server waiting for longest. Where there is none,
//! the new one waits; those behind it wait in the system's queue.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{Instant, sleep, timeout};

use crate::connection::activity::Activity;
use crate::connection::http1::{self, Answers, Served};
use crate::connection::timeouts::Timeouts;
use crate::connection::transport::Security;
use crate::connection::warnings::Warnings;

/// How soon to look again whether there is one to give up.
const AGAIN: Duration = Duration::from_millis(50);
/// The longest pause after the system refused a connection.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// The connections of one server.
pub(crate) struct Connections<S> {
    server: Served<S>,
    timeouts: Timeouts,
    bound: usize,
    tasks: JoinSet<()>,
    activities: HashMap<Id, Arc<Activity>>,
    warnings: Warnings,
    /// Grows with each refusal of the system in a row.
    pause: Duration,
}

impl<S: Answers> Connections<S> {
    pub(crate) fn new(server: Served<S>, timeouts: Timeouts, bound: usize) -> Self {
        Connections {
            server,
            timeouts,
            bound,
            tasks: JoinSet::new(),
            activities: HashMap::new(),
            warnings: Warnings::default(),
            pause: AGAIN,
        }
    }

    /// Serves a connection as soon as there is a place for it.
    pub(crate) async fn take(
        &mut self,
        (stream, security): (TcpStream, Security),
        stop: &watch::Receiver<()>,
    ) {
        self.pause = AGAIN;
        while self.tasks.len() >= self.bound {
            let given_up = self.give_up_one();
            let cause = if given_up {
                "the longest idle or slowest connection was closed for a new one"
            } else {
                "a new connection waits: all others are busy"
            };
            if let Some(n_times) = self.warnings.due(cause) {
                let bound = self.bound;
                tracing::warn!(bound, n_times, "too many connections: {cause}");
            }
            let _ = timeout(AGAIN, self.ended()).await;
        }
        let activity = Arc::new(Activity::new());
        let serving = http1::serve(
            stream,
            security,
            self.server.clone(),
            self.timeouts,
            Arc::clone(&activity),
            stop.clone(),
        );
        let task = self.tasks.spawn(serving);
        self.activities.insert(task.id(), activity);
    }

    /// The system has no connection to hand over. Returns when it is worth another try.
    pub(crate) async fn refused(&mut self, error: &io::Error) {
        use io::ErrorKind as Kind;
        // One that its client closed before it was taken.
        let is_its_own = matches!(
            error.kind(),
            Kind::ConnectionAborted | Kind::ConnectionReset | Kind::Interrupted
        );
        if is_its_own {
            tracing::debug!(%error, "a connection was not accepted");
            return;
        }
        // No descriptors left: other parts of the process took them.
        self.give_up_one();
        if let Some(n_times) = self.warnings.due("refused") {
            tracing::warn!(%error, n_times, "connections were not accepted");
        }
        let pause = self.pause;
        self.pause = (pause * 2).min(LONGEST_PAUSE);
        tokio::select! {
            () = sleep(pause) => {}
            () = self.ended() => {}
        }
    }

    /// Returns when a connection has ended; never where there is none.
    pub(crate) async fn ended(&mut self) {
        match self.tasks.join_next_with_id().await {
            Some(ended) => {
                let id = ended.map_or_else(|error: JoinError| error.id(), |(id, ())| id);
                self.activities.remove(&id);
            }
            None => std::future::pending().await,
        }
    }

    /// Waits for the requests in flight. Returns how many connections had to be cut off.
    pub(crate) async fn drain(mut self) -> usize {
        let drained = async { while self.tasks.join_next().await.is_some() {} };
        if timeout(self.timeouts.drain, drained).await.is_ok() {
            return 0;
        }
        let n_cut = self.tasks.len();
        self.tasks.shutdown().await;
        n_cut
    }

    fn give_up_one(&self) -> bool {
        let now = Instant::now();
        let ranked = self.activities.values().filter_map(|activity| {
            let rank = activity.rank(now)?;
            Some((rank, activity))
        });
        let first = ranked.min_by_key(|(rank, _)| *rank);
        first.is_some_and(|((_, since), activity)| activity.give_up(since))
    }
}
