//! Pausing and resuming: the Codec Server listens and decodes nothing meanwhile.

use codec_server::{ConsentAnswer, Shut};

use super::view::ServerView;
use super::{Server, State};
use crate::error::AppError;

impl Server {
    /// See the command table. A server that does not serve is not paused.
    ///
    /// # Errors
    /// None.
    pub fn pause_server(&self, (): ()) -> Result<ServerView, AppError> {
        let _changing = self.changing();
        let serves = matches!(&*self.state(), State::Serving(_));
        if serves && self.core.pause().set(true) {
            // Nobody is asked meanwhile.
            let paused = ConsentAnswer::Shut(Shut::Paused);
            self.core.questions().close(paused);
            tracing::info!("the Codec Server is paused");
        }
        self.tell_server()
    }

    /// See the command table. Resuming a server that is not paused changes nothing.
    ///
    /// # Errors
    /// None.
    pub fn resume_server(&self, (): ()) -> Result<ServerView, AppError> {
        let _changing = self.changing();
        if self.core.pause().set(false) {
            tracing::info!("the Codec Server is resumed");
        }
        self.tell_server()
    }
}
