//! The product without its window.
