//! The product without its window, promise by promise.

mod commands;

mod inspecting;

mod settings;

mod serving;

mod vault;

mod secrecy;

mod cli_serve;

mod cli_documents;

mod fuzzed;

mod tidy;
