//! Where a Worker gets a new key from, in the language of each SDK: the id, and the environment variable that holds the key.

use super::import::KeyImport;
use super::view::{CopyFormat, WorkerSnippet, WorkerSnippetsRequest};
use crate::error::AppError;

/// The variable that the snippets read.
const VARIABLE: &str = "TEMPORAL_CODEC_KEY";

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl KeyImport {
    /// See the command table.
    ///
    /// # Errors
    /// None.
    pub fn worker_snippets(
        &self,
        request: WorkerSnippetsRequest,
    ) -> Result<Vec<WorkerSnippet>, AppError> {
        Ok(snippets(&request.id, request.format))
    }
}

/// A snippet for each SDK, for a key that was copied in this spelling.
fn snippets(id: &str, format: CopyFormat) -> Vec<WorkerSnippet> {
    // A JSON string is a literal in these languages, too.
    let quoted = serde_json::Value::from(id).to_string();
    let single = format!("'{}'", id.replace('\\', r"\\").replace('\'', r"\'"));
    let base64 = format == CopyFormat::Base64;
    let pick = |one: &'static str, other: &'static str| if base64 { one } else { other };
    let go = pick("base64.StdEncoding.DecodeString", "hex.DecodeString");
    let java = pick("Base64.getDecoder().decode", "HexFormat.of().parseHex");
    let typescript = pick("base64", "hex");
    let python = pick("base64.b64decode", "bytes.fromhex");
    let net = pick("Convert.FromBase64String", "Convert.FromHexString");
    let ruby = pick("unpack1('m')", "then { |hex| [hex].pack('H*') }");
    [
        (
            "Go",
            format!("keyID := {quoted}\nkey, err := {go}(os.Getenv(\"{VARIABLE}\"))"),
        ),
        (
            "Java",
            format!(
                "String keyId = {quoted};\nbyte[] key = {java}(System.getenv(\"{VARIABLE}\"));"
            ),
        ),
        (
            "TypeScript",
            format!(
                "const keyId = {quoted};\nconst key = Buffer.from(process.env.{VARIABLE} ?? '', '{typescript}');"
            ),
        ),
        (
            "Python",
            format!("key_id = {quoted}\nkey = {python}(os.environ[\"{VARIABLE}\"])"),
        ),
        (
            ".NET",
            format!(
                "var keyId = {quoted};\nvar key = {net}(Environment.GetEnvironmentVariable(\"{VARIABLE}\")!);"
            ),
        ),
        (
            "Ruby",
            format!("key_id = {single}\nkey = ENV.fetch('{VARIABLE}').{ruby}"),
        ),
    ]
    .into_iter()
    .map(|(sdk, text)| WorkerSnippet {
        sdk: sdk.to_owned(),
        text,
    })
    .collect()
}
