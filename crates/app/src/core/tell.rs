//! How a room tells the window that something of its own changed, without a view of what the window is told besides.

use std::sync::Arc;

/// Tells the window one kind of thing. Clones tell the same window.
pub(crate) struct Tell<T>(Arc<dyn Fn(T) + Send + Sync>);

impl<T> Tell<T> {
    pub(crate) fn new(tell: impl Fn(T) + Send + Sync + 'static) -> Self {
        Tell(Arc::new(tell))
    }

    pub(crate) fn tell(&self, what: T) {
        (self.0)(what);
    }
}

impl<T> Clone for Tell<T> {
    fn clone(&self) -> Self {
        Tell(Arc::clone(&self.0))
    }
}
