//! What formats are made of: ciphers, derivations of their keys, compressions, and the end of what they leave in memory.

pub(crate) mod cbc;

pub(crate) mod cipher;

pub(crate) mod fernet;

pub(crate) mod secretbox;

pub(crate) mod derive;

pub(crate) mod cipher_cache;

pub(crate) mod compression;

pub(crate) mod hex;

pub(crate) mod inflate;

pub(crate) mod named_compression;

pub(crate) mod zeroize;

pub(crate) mod zeroize_stack;
