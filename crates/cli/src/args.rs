//! What can be asked on the command line.
#![allow(
    rustdoc::broken_intra_doc_links,
    rustdoc::bare_urls,
    reason = "these comments are the help text, printed as they stand"
)]

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

/// Decodes and encodes Temporal Payloads on this machine.
#[derive(Debug, Parser)]
#[command(name = "temporal-codec", version, max_term_width = 100)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve /decode and /encode on 127.0.0.1 and [::1] for the Web UI and the CLI.
    ///
    /// Prints {"listening":[…]} as one line when it is ready. Without --keys it uses the settings and the keys of Temporal Codec Desktop.
    Serve(Serve),
    /// Decode the Payloads of a document: {"payloads":[…]}, a Payload, or an Event History.
    ///
    /// Prints the same document. What could not be decoded stays as it was; its reason is on standard error, and the exit status is 2.
    Decode(Document),
    /// Encode the Payloads of a document.
    ///
    /// Prints the same document. What is encoded already is left alone.
    Encode(Document),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Serve {
    /// Port to listen on; 0 lets the system choose. Default: the port that is set in Temporal Codec Desktop, or 8081.
    #[arg(long)]
    pub(crate) port: Option<u16>,
    /// JSON list of keys, `-` for standard input: [{"id": "…", "material": "…", "format": "base64|hex|utf8"}], or an object with formats and profiles (see the README). They stay in memory; the first one encodes.
    #[arg(long, value_name = "FILE")]
    pub(crate) keys: Option<PathBuf>,
    /// An origin to serve beside the default ones, such as https://temporal.example.com. May be repeated.
    #[arg(long = "origin", value_name = "URL")]
    pub(crate) origins: Vec<String>,
    /// What happens with Payloads that cannot be decoded.
    #[arg(long, value_enum)]
    pub(crate) undecodable: Option<Undecodable>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Undecodable {
    /// They come back as they were; a page is told why where nothing could be decoded.
    Explain,
    /// The whole request fails with the reason.
    Fail,
    /// They come back as they were.
    Pass,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Document {
    /// The document; `-`, or nothing, for standard input.
    #[arg(default_value = "-")]
    pub(crate) file: PathBuf,
    /// JSON list of keys, as for `serve`. Without it the keys of Temporal Codec Desktop are used.
    #[arg(long, value_name = "FILE")]
    pub(crate) keys: Option<PathBuf>,
    /// Whose profile decodes or encodes. Without it, that of no Namespace: the default one.
    #[arg(long, value_name = "NAME")]
    pub(crate) namespace: Option<String>,
}

impl From<Undecodable> for app::view::Undecodable {
    fn from(policy: Undecodable) -> Self {
        match policy {
            Undecodable::Explain => app::view::Undecodable::Explain,
            Undecodable::Fail => app::view::Undecodable::Fail,
            Undecodable::Pass => app::view::Undecodable::Pass,
        }
    }
}
