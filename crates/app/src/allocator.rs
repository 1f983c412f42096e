//! The allocator of every program that has this crate in it.
//!
//! A burst of large bodies takes hundreds of MiB. glibc raises the size above which it maps a block of its own to the largest
//! block it saw freed, so that the next burst lies in heaps, which it shortens only at their end: what is free below a block
//! in use stays with the process for good. jemalloc's background thread gives unused pages back a few seconds after their
//! last use (`JEMALLOC_SYS_WITH_MALLOC_CONF` in `.cargo/config.toml`).

use tikv_jemallocator::Jemalloc;

#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;
