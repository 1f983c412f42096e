//! The server's half of the panic lock: everybody is refused, from this moment on and whether it serves or not.

use super::Server;
use super::panic_lock_port::PanicLock;
use super::view::ServerView;
use crate::error::AppError;

impl PanicLock for Server {
    fn set_panic_lock(&self, locked: bool) -> Result<ServerView, AppError> {
        if self.core.pause().set_panic_lock(locked) {
            tracing::warn!(locked, "the panic lock was set or lifted");
        }
        self.tell_server()
    }
}
