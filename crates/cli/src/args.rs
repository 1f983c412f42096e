//! What can be asked on the command line.
#![allow(
    rustdoc::broken_intra_doc_links,
    rustdoc::bare_urls,
    reason = "these comments are the help text, printed as they stand"
)]

use std::ffi::OsString;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

/// Decode and encode Temporal Payloads on this machine.
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
    /// Prints {"listening":[…]} on one line when ready. Without --keys, uses the settings and keys of Temporal Codec Desktop.
    Serve(Serve),
    /// Decode the Payloads in a document: {"payloads":[…]}, a Payload, or an Event History.
    ///
    /// Prints the same document with its Payloads decoded, in the form that --as asks for. A Payload that cannot be decoded stays as it was: the reason goes to standard error, and the exit status is 2.
    Decode(Decode),
    /// Encode the Payloads in a document.
    ///
    /// Prints the same document with its Payloads encoded. Payloads that are already encoded stay as they were; with --key, they are encoded again, with that key.
    Encode(Encode),
    /// Compare two Event Histories, or two documents of one Payload each.
    ///
    /// Prints from which event on they differ, and each difference with its decoded values by their jq paths. Exits with 0 where there is none, 1 where there is one, and 2 where it is not known, because a Payload could not be decoded, or where something failed.
    Compare(Compare),
    /// Print the certificate of this machine's own authority, for browsers and programs that are to trust `serve --https`.
    ///
    /// It is good for localhost, 127.0.0.1 and [::1] alone. Its private key is in the keychain, and is made on first use. With a command, who trusts it on this machine is looked at or changed.
    Authority {
        #[command(subcommand)]
        command: Option<AuthorityCommand>,
    },
    /// Print the environment variables that make the Temporal CLI of one terminal use this Codec Server.
    ///
    /// In sh, bash and zsh: eval "$(temporal-codec env)". Nothing is written; with --undo, or when the terminal is closed, all is as before.
    Env(Environment),
    /// Look for what keeps clients from the Codec Server on this machine, and go the way of a request to it.
    ///
    /// Prints a line for each check: [ok], [?] not known, [!] in part, [x] does not work, and what to do. Looks from outside, at a server of any process. Exits with 1 where something does not work.
    Doctor(Doctor),
    /// Make a token for a program, to send as `Authorization: Bearer`.
    ///
    /// Prints the token, which is kept nowhere, and its entry for `programs` in the file of `serve --access`.
    Token(Token),
}

/// What `temporal-codec authority` does beside printing the certificate.
#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum AuthorityCommand {
    /// Say which browsers of this user trust it, and which commands this program does not run itself.
    Status,
    /// Have the browsers of this user trust it for websites (Linux: certutil, from libnss3-tools).
    Trust,
    /// Take that back.
    Untrust,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Environment {
    /// Port of the Codec Server on this machine. Default: the port set in Temporal Codec Desktop, or 8081.
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) port: Option<u16>,
    /// File with the token of a program, or `-` for standard input, for a server with --access. Without it, no token of before is sent any more.
    #[arg(long, value_name = "FILE")]
    pub(crate) token: Option<PathBuf>,
    /// Shell to print for.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) shell: Shell,
    /// Print what takes the variables away again.
    #[arg(long, conflicts_with_all = ["port", "token"])]
    pub(crate) undo: bool,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Shell {
    /// sh, bash, zsh.
    #[default]
    Posix,
    /// fish.
    Fish,
    /// PowerShell.
    Powershell,
}

impl From<Shell> for app::Shell {
    fn from(shell: Shell) -> Self {
        match shell {
            Shell::Posix => app::Shell::Posix,
            Shell::Fish => app::Shell::Fish,
            Shell::Powershell => app::Shell::PowerShell,
        }
    }
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Doctor {
    /// Port of the Codec Server on this machine. Default: the port set in Temporal Codec Desktop, or 8081.
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) port: Option<u16>,
    /// File with the token of a program, or `-` for standard input, to be tried as well.
    #[arg(long, value_name = "FILE")]
    pub(crate) token: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Token {
    /// What the program is called in rules and in the log.
    pub(crate) name: String,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Serve {
    /// Port to listen on; 0 lets the system choose. Default: the port set in Temporal Codec Desktop, or 8081.
    #[arg(long)]
    pub(crate) port: Option<u16>,
    /// File with keys, or `-` for standard input: JSON, YAML, .env, JWK, a Tink keyset or a Kubernetes Secret; [{"id": "…", "material": "…", "format": "base64|hex|utf8"}], or an object with formats and profiles (see the README). The keys stay in memory; the first one encodes.
    #[arg(long, value_name = "FILE")]
    pub(crate) keys: Option<PathBuf>,
    /// Origin to allow in addition to the default ones, such as https://temporal.example.com. Can be repeated.
    #[arg(long = "origin", value_name = "URL")]
    pub(crate) origins: Vec<String>,
    /// Host that programs may ask for beside localhost, 127.0.0.1 and [::1], such as host.docker.internal for those in containers. Pages, which send an origin, are refused there. Can be repeated.
    #[arg(long = "program-host", value_name = "NAME")]
    pub(crate) program_hosts: Vec<String>,
    /// Work that one request may take, in MiB: what is decrypted and decompressed, all layers together. Default: the limit set in Temporal Codec Desktop, or 128.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(16..=65_536))]
    pub(crate) work_mib: Option<u32>,
    /// Work on every request anew. Otherwise, a request that is asked again within a minute is answered from memory, unless rules or keys changed since. Default: as set in Temporal Codec Desktop, or with a cache.
    #[arg(long)]
    pub(crate) no_cache: bool,
    /// JSON file that says who may have Payloads decoded: providers of access tokens, programs with tokens of their own, and rules (see the README). Without it, every listed origin and every program may.
    #[arg(long, value_name = "FILE")]
    pub(crate) access: Option<PathBuf>,
    /// Serve HTTPS beside http, on --https-port, with a certificate of this machine's own authority, whose key is made on first use and kept in the keychain. Clients have to trust the authority: see `temporal-codec authority`.
    #[arg(long, conflicts_with = "tls_cert")]
    pub(crate) https: bool,
    /// PEM file with the certificate to serve HTTPS with, and its chain: HTTPS is served beside http, on --https-port.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// PEM file with the private key of --tls-cert, without a passphrase.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(crate) tls_key: Option<PathBuf>,
    /// Port for HTTPS; 0 lets the system choose.
    #[arg(long, value_name = "N", default_value_t = app::HTTPS_PORT)]
    pub(crate) https_port: u16,
    /// Address beyond this machine to listen on as well, for a team. Takes --tls-cert and --tls-key (or --behind-proxy), and --access with rules that ask everyone for a token.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) listen: Option<IpAddr>,
    /// Name that clients use for this server with --listen, such as codec.example.com. Can be repeated.
    #[arg(long = "host", value_name = "NAME", requires = "listen")]
    pub(crate) hosts: Vec<String>,
    /// A proxy in front of this server ends TLS: --listen is for http, on --port. Tokens then go over the network between the two in plain text.
    #[arg(long, requires = "listen")]
    pub(crate) behind_proxy: bool,
    /// What to do with Payloads that cannot be decoded.
    #[arg(long, value_enum)]
    pub(crate) undecodable: Option<Undecodable>,
    /// Address for Prometheus to read metrics from, on a listener of its own: a port of 127.0.0.1, or ADDRESS:PORT; beyond this machine only together with --listen. Metrics have no Namespace, no key id and no content.
    #[arg(long, value_name = "ADDRESS", value_parser = metrics_address)]
    pub(crate) metrics: Option<SocketAddr>,
    /// File to append who asked for what to: one JSON object for each request, without content. Only you can read it; at 10 MiB it becomes FILE.1, and ten are kept.
    #[arg(long, value_name = "FILE")]
    pub(crate) access_log: Option<PathBuf>,
    /// How to write the log on standard error.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) log_format: LogFormat,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum LogFormat {
    /// Lines for people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

impl From<LogFormat> for logging::Format {
    fn from(format: LogFormat) -> Self {
        match format {
            LogFormat::Text => logging::Format::Text,
            LogFormat::Json => logging::Format::Json,
        }
    }
}

/// How arguments that are wrong want to be told so: what reads the log of `serve` as JSON reads this, too.
pub(crate) fn log_format_of(arguments: impl Iterator<Item = OsString>) -> logging::Format {
    let mut is_value = false;
    let mut is_json = false;
    for argument in arguments {
        is_json |= argument == "--log-format=json" || (is_value && argument == "json");
        is_value = argument == "--log-format";
    }
    match is_json {
        true => logging::Format::Json,
        false => logging::Format::Text,
    }
}

fn metrics_address(text: &str) -> Result<SocketAddr, String> {
    let of_port = |port: u16| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let address = text.parse().or_else(|_| text.parse().map(of_port));
    address.map_err(|_| "a port, or ADDRESS:PORT such as 127.0.0.1:9464".to_owned())
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Undecodable {
    /// Return them as they were; if nothing could be decoded, web pages get the reason.
    Explain,
    /// Fail the whole request with the reason.
    Fail,
    /// Return them as they were.
    Pass,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Decode {
    #[command(flatten)]
    pub(crate) document: Document,
    /// What to print the document as.
    #[arg(long = "as", value_enum, value_name = "FORM", default_value_t)]
    pub(crate) form: Form,
    /// What to take out, with --as redacted: everything, $.json.path, key:NAME with * and ?, value:email, value:card, value:jwt or value:PATTERN. Can be repeated. Default: everything.
    #[arg(long = "rule", value_name = "RULE")]
    pub(crate) rules: Vec<String>,
    /// Protobuf types to show messages by, with --as readable or redacted: a .proto file, a folder of them, a descriptor set or a buf image. Can be repeated; types that Temporal Codec Desktop was given count after them. Temporal’s own are built in.
    #[arg(long = "proto", value_name = "PATH")]
    pub(crate) protos: Vec<PathBuf>,
    /// Type of messages that do not say theirs, or say it wrong, with --as readable or redacted: ChargeCard.input=shop.v1.Charge, workflow:Order.memo.customer=shop.v1.Customer, any:signal.cancel=shop.v1.Cancel. Can be repeated. Rules that Temporal Codec Desktop remembers count as well.
    #[arg(long = "message-type", value_name = "NAME.POSITION=TYPE")]
    pub(crate) message_types: Vec<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Compare {
    /// One document, or `-` for standard input.
    pub(crate) left: PathBuf,
    /// The other one.
    pub(crate) right: PathBuf,
    /// Let Workflow Tasks, times, numbers of events, ids of runs and requests, and Workers count, too.
    #[arg(long)]
    pub(crate) everything: bool,
    #[command(flatten)]
    pub(crate) by: By,
}

/// What documents are decoded and encoded by.
#[derive(Debug, ClapArgs)]
pub(crate) struct By {
    /// File with keys, as for `serve`. Default: the keys of Temporal Codec Desktop.
    #[arg(long, value_name = "FILE")]
    pub(crate) keys: Option<PathBuf>,
    /// Work that a document may take, in MiB, as for `serve`.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(16..=65_536))]
    pub(crate) work_mib: Option<u32>,
    /// Namespace whose profile to use, and that Payloads were sealed for where their format binds them to it. Default: the default profile.
    #[arg(long, value_name = "NAME")]
    pub(crate) namespace: Option<String>,
}

/// What a decoded document is printed as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// With Payloads in base64, as a Replayer reads them.
    #[default]
    Decoded,
    /// With the JSON of Payloads in its place, for people.
    Readable,
    /// As that, with [REDACTED:…] in the place of values. What cannot be decoded is left out.
    Redacted,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Encode {
    #[command(flatten)]
    pub(crate) document: Document,
    /// Id of the key to encode with, for all Payloads: those that are encoded are decoded first.
    #[arg(long = "key", value_name = "ID")]
    pub(crate) key: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Document {
    /// Document to read, or `-` for standard input.
    #[arg(default_value = "-")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) by: By,
    /// Id of the Workflow that Payloads were sealed for, where their format binds them to it and the document does not say it.
    #[arg(long, value_name = "ID")]
    pub(crate) workflow_id: Option<String>,
    /// Type of that Workflow, in the same way.
    #[arg(long, value_name = "NAME")]
    pub(crate) workflow_type: Option<String>,
    /// Type of the Activity that Payloads were sealed for, in the same way; an empty one for a Workflow's own.
    #[arg(long, value_name = "NAME")]
    pub(crate) activity_type: Option<String>,
    /// Which document to print, where the file holds several: executions of an export, requests of a HAR file, code blocks. The first is 1. Default: all, one after the other.
    #[arg(long, value_name = "N")]
    pub(crate) document: Option<usize>,
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
