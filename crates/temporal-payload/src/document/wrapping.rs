//! What a document can be wrapped in when people copy it, for them to read.

use std::fmt;

/// The program that printed a text left part of it out, at this byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LeftOut(pub(super) usize);

/// What was around a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wrapping {
    /// gzip.
    Gzip,
    /// Base64.
    Base64,
    /// Hex digits: psql's `\x…`, a dump, or plain.
    Hex,
    /// A code block of Markdown.
    CodeBlock,
    /// A command of a shell: *Copy as cURL*.
    Command,
    /// A command of PowerShell.
    PowerShell,
    /// A call of `fetch`: *Copy as fetch*.
    Fetch,
    /// The requests and responses that a browser exports.
    Har,
    /// An HTTP message with its headers: `curl -i`.
    HttpMessage,
    /// A string of JSON that holds JSON, or bytes.
    JsonString,
    /// Other text around it: log lines, tables, prose.
    Text,
    /// protobuf's text format, which Go and Python print.
    ProtobufText,
    /// As Node prints and serializes bytes.
    NodeNotation,
    /// A value of Go.
    GoNotation,
    /// A value of Python.
    PythonNotation,
    /// An object of JavaScript.
    JavaScriptNotation,
    /// `name=value`.
    Pairs,
    /// Part of an object or list.
    Fragment,
    /// A list of numbers that are bytes.
    Numbers,
    /// Arguments of a function.
    Call,
    /// Text as URLs and forms have it: `%7B%22…`.
    PercentEncoding,
    /// Text as HTML has it: `{&quot;…`.
    Html,
    /// JSON with commas or comments that JSON does not have.
    LooseJson,
    /// YAML.
    Yaml,
}

impl Wrapping {
    /// Whether a text with its signs is hardly anything else.
    pub(super) fn is_certain(self) -> bool {
        matches!(
            self,
            Wrapping::Gzip
                | Wrapping::CodeBlock
                | Wrapping::Command
                | Wrapping::PowerShell
                | Wrapping::Fetch
                | Wrapping::Har
                | Wrapping::HttpMessage
        )
    }
}

impl fmt::Display for Wrapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Wrapping::Gzip => "gzip",
            Wrapping::Base64 => "base64",
            Wrapping::Hex => "hex",
            Wrapping::CodeBlock => "a Markdown code block",
            Wrapping::Command => "a cURL command",
            Wrapping::PowerShell => "a PowerShell command",
            Wrapping::Fetch => "a fetch call",
            Wrapping::Har => "a HAR file",
            Wrapping::HttpMessage => "an HTTP message",
            Wrapping::JsonString => "a string in JSON",
            Wrapping::Text => "text around it",
            Wrapping::ProtobufText => "protobuf text",
            Wrapping::NodeNotation => "Node’s notation",
            Wrapping::GoNotation => "Go’s notation",
            Wrapping::PythonNotation => "Python’s notation",
            Wrapping::JavaScriptNotation => "a JavaScript object",
            Wrapping::Pairs => "name=value pairs",
            Wrapping::Fragment => "a fragment of JSON",
            Wrapping::Numbers => "a list of numbers",
            Wrapping::Call => "a call of a function",
            Wrapping::PercentEncoding => "percent-encoded text",
            Wrapping::Html => "HTML",
            Wrapping::LooseJson => "JSON with a comma or comment that JSON does not have",
            Wrapping::Yaml => "YAML",
        })
    }
}
