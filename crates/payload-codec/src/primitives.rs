//! What formats are made of, and what knows of no format: ciphers, hex, and the end of what they
//! leave in memory.

pub(crate) mod cbc;

pub(crate) mod cipher;

pub(crate) mod detached;

pub(crate) mod fast_gcm;

pub(crate) mod fernet;

pub(crate) mod secretbox;

pub(crate) mod hex;

pub(crate) mod zeroize;

pub(crate) mod zeroize_stack;
