//! How a room tells the window that something of its own changed, without a view of what the window is told besides.

use std::sync::Arc;

/// Tells the window one kind of thing. Clones tell the same window.
pub(crate) struct Tell<T>(Arc<Window<T>>);

struct Window<T> {
    tell: Box<dyn Fn(T) + Send + Sync>,
    is_heard: Box<dyn Fn() -> bool + Send + Sync>,
}

impl<T> Tell<T> {
    /// `is_heard` says whether there is a window at all, or anybody else who listens.
    pub(crate) fn new(
        tell: impl Fn(T) + Send + Sync + 'static,
        is_heard: impl Fn() -> bool + Send + Sync + 'static,
    ) -> Self {
        Tell(Arc::new(Window {
            tell: Box::new(tell),
            is_heard: Box::new(is_heard),
        }))
    }

    pub(crate) fn tell(&self, what: T) {
        (self.0.tell)(what);
    }

    /// Whether anybody listens: where nobody does, what is dear to make need not be made.
    pub(crate) fn is_heard(&self) -> bool {
        (self.0.is_heard)()
    }
}

impl<T> Clone for Tell<T> {
    fn clone(&self) -> Self {
        Tell(Arc::clone(&self.0))
    }
}
