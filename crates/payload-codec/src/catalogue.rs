//! Every format that this product knows, as one table: who writes it, and whether it decodes or what it would need. The
//! presets, the compressions and the recognized formats are its only sources, so it cannot promise what the code does not do.

pub(crate) mod preset;

pub(crate) mod presets;

pub(crate) mod preset_specs;

pub(crate) mod envelope;

mod json_marks;

pub(crate) mod mark;

use std::fmt::Write as _;

use crate::catalogue::envelope::{RECOGNIZED, Recognized};
use crate::catalogue::presets::presets;
use crate::compression_name::Compression;

/// Formats whose data keys a key service wraps: name, who writes it, what it is.
const WRAPPED: [(&str, &str, &str); 6] = [
    (
        "temporal-proxy-kms",
        "Temporal Proxy, with a key service",
        "AES-GCM · data key in encryption-dek, unwrapped by a command · nonce 12 · whole Payload · wrapping key in encryption-key-id",
    ),
    (
        "samples-python-kms",
        "samples-python `encryption_jwt`",
        "AES-GCM · data key in data_key_encrypted, unwrapped by a command · nonce 12 · whole Payload · no key id",
    ),
    (
        "temporal-cloud-proxy",
        "temporal-sa/temporal-cloud-proxy",
        "AES-GCM · data key in encrypted-data-key, unwrapped by a command · nonce 12 · whole Payload · wrapping key in encryption-key-id",
    ),
    (
        "tink-kms",
        "sdk-go `tinkcodec` with a key service",
        "AES-GCM · data key in front, unwrapped by a command · nonce 12 · whole Payload · no key id",
    ),
    (
        "samples-java-kms",
        "samples-java `KeyringCodec` (AWS Encryption SDK)",
        "message of the AWS Encryption SDK, version 1 or 2 · data key in its head, unwrapped by a command · whole Payload · wrapping key in its head",
    ),
    (
        "key-sealed-envelope",
        "@eropple's codec",
        "JSON with AES-GCM · data key in cek for each recipient, unwrapped by a command · nonce 12 · whole Payload · the sender’s signature is not verified",
    ),
];

/// One format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What it is, in a few words.
    pub format: String,
    /// Who writes it.
    pub written_by: String,
    /// What this product does with it.
    pub status: Status,
}

/// What this product does with a format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// Payloads of it are decoded.
    Decodes {
        /// The preset's name, or the compression's encoding.
        preset: &'static str,
        /// Whether Payloads are encoded in it as well.
        encodes: bool,
    },
    /// Payloads of it are known by sight and passed through.
    Recognized {
        /// What opening them would need.
        needs: &'static str,
    },
}

/// Every format, those that decode first.
pub fn catalogue() -> Vec<Row> {
    let sealed = presets().into_iter().map(|preset| Row {
        format: preset.summary(),
        written_by: preset.written_by.to_owned(),
        status: Status::Decodes {
            preset: preset.name,
            encodes: preset.spec.encodes(),
        },
    });
    let compressed = Compression::READ.into_iter().map(|format| Row {
        format: summary(format).to_owned(),
        written_by: written_by(format).to_owned(),
        status: Status::Decodes {
            preset: format.encoding(),
            encodes: Compression::ALL.contains(&format),
        },
    });
    let named = Row {
        format: "any of these: of data beside any encoding with the algorithm in compression/algorithm; under binary/compressed, of the whole Payload with it in compression-algorithm".to_owned(),
        written_by: "Temporal Proxy; codecs in Go that write `binary/compressed`".to_owned(),
        status: Status::Decodes {
            preset: "compression/algorithm",
            encodes: false,
        },
    };
    let wrapped = WRAPPED.iter().map(|(preset, written_by, format)| Row {
        format: (*format).to_owned(),
        written_by: (*written_by).to_owned(),
        status: Status::Decodes {
            preset,
            encodes: false,
        },
    });
    // Without a command that unwraps their data keys, these are only recognized.
    let is_wrapped = |format: &&Recognized| {
        let mut wrapped = WRAPPED.iter();
        wrapped.any(|(_, written_by, _)| *written_by == format.written_by)
    };
    let recognized = RECOGNIZED.iter().filter(|format| !is_wrapped(format));
    let recognized = recognized.map(|format| Row {
        format: format.what.to_owned(),
        written_by: format.written_by.to_owned(),
        status: Status::Recognized {
            needs: format.needs,
        },
    });
    // The document reader knows these: they are no codec's work.
    let storage = Row {
        format: "a reference to external storage".to_owned(),
        written_by: "Temporal's SDKs (`ExternalStorageReference`, also its early form)".to_owned(),
        status: Status::Recognized {
            needs: "the storage driver that it names",
        },
    };
    sealed
        .chain(compressed)
        .chain([named])
        .chain(wrapped)
        .chain(recognized)
        .chain([storage])
        .collect()
}

/// The catalogue as a Markdown page.
pub fn catalogue_page() -> String {
    let mut page = "\
<!-- Every format that Temporal Codec Desktop knows. Generated from crates/payload-codec; a test compares it. -->

# Formats

| Written by | Format | Name | Decodes | Encodes |
| --- | --- | --- | --- | --- |
"
    .to_owned();
    for row in catalogue() {
        let (written_by, format) = (cell(&row.written_by), cell(&row.format));
        let end = match row.status {
            Status::Decodes { preset, encodes } => {
                format!(
                    "`{preset}` | yes | {} |",
                    if encodes { "yes" } else { "no" }
                )
            }
            Status::Recognized { needs } => format!("| no: needs {} | no |", cell(needs)),
        };
        writeln!(page, "| {written_by} | {format} | {end}").expect("a String takes all");
    }
    page.push_str(
        "
Payloads are told apart by `encoding`, by what metadata they have and by the cipher's tag: a key and a format are tried only
where those leave doubt. What decodes without a key of yours is always on: `samples-java`, `orders-go`,
`temporal-proxy-local`, `features-base64`, `samples-java-nexus-zlib`, `samples-java-nexus-hmac` and every compression.
Data keys that a key service wraps are unwrapped by a command of yours, such as `aws kms decrypt`, or by an extension server as Temporal
Proxy has them; those of a key-sealed envelope by a command that has its recipient's private key, such as `openssl pkeyutl -decrypt`.

A spec says in which order the parts stand: `nonce` is in front (`prefix`), at the end (`suffix`) or in metadata; `tag` is right `before`
or `behind` the ciphertext, `first` or `last` of all, or in metadata. `header` has bytes in front of all of it: a
version, a time, the key’s id, or what nobody needs. An id takes a number of bytes (`{\"key_id\": 16}`: its text with zero bytes behind
it, or what its hex digits stand for), or stands behind its length (`{\"key_id_after_length\": \"u8\"}`, `u16_be`, `u16_le`, `u32_be`,
`u32_le`) as it would in metadata.

| Bytes of data | `nonce` | `tag` |
|---|---|---|
| nonce(12) ‖ ciphertext ‖ tag(16) | `{\"prefix\": 12}`, as without it | `\"behind\"` |
| nonce(12) ‖ tag(16) ‖ ciphertext | `{\"prefix\": 12}` | `\"before\"` |
| tag(16) ‖ nonce(12) ‖ ciphertext | `{\"prefix\": 12}` | `\"first\"` |
| ciphertext ‖ tag(16) ‖ nonce(12) | `{\"suffix\": 12}` | `\"behind\"` |
| tag(16) ‖ ciphertext ‖ nonce(12) | `{\"suffix\": 12}` | `\"before\"` |
| ciphertext ‖ nonce(12) ‖ tag(16) | `{\"suffix\": 12}` | `\"last\"` |

A spec that is wrong is told all of its faults at once, each with the way to its field (`key.salt[1]`), line and column, and what may
stand there: in *Formats* while it is written, and by every `temporal-codec` command that takes `--keys`.

A spec binds Payloads to whose they are by the parts `namespace`, `workflow_id`, `workflow_type` and `activity_type`, in `aad`, in a
key's `salt` and `info`, or in `joined`: what SDKs call a serialization context. It is told as `aad = namespace ‖ 0x00 ‖ workflow_id`.

```json
{
  \"encoding\": \"binary/encrypted\", \"key_id\": \"encryption-key-id\", \"cipher\": \"aes-gcm\",
  \"aad\": {\"joined\": [\"namespace\", {\"hex\": \"00\"}, \"workflow_id\"]}
}
```

An Event History says most of it: its own Workflow, the Activity or the child Workflow that an event is about, the target of a signal.
Its Namespace stands in none. A Payload by itself says nothing, and a Codec Server request has the Namespace alone.
",
    );
    page
}

/// What it is, in a few words.
fn summary(format: Compression) -> &'static str {
    match format {
        Compression::Zlib => "zlib (RFC 1950) of the whole Payload or of data",
        Compression::Gzip => "gzip (RFC 1952), members joined, of the whole Payload or of data",
        Compression::Snappy => {
            "snappy, raw block or framed stream, of the whole Payload or of data"
        }
        Compression::Zstd => "zstd (RFC 8878) of the whole Payload or of data",
        Compression::Brotli => "brotli (RFC 7932) of the whole Payload or of data",
        Compression::Lz4 => "LZ4 frame of the whole Payload or of data",
    }
}

/// Who writes it.
fn written_by(format: Compression) -> &'static str {
    match format {
        Compression::Zlib => "sdk-go `NewZlibCodec`, sdk-java `ZlibPayloadCodec`",
        Compression::Gzip => "samples-python `external_storage`; Tracecat, nuon (data)",
        Compression::Snappy => {
            "samples-go (block); the Python snippet in Temporal's documentation (framed)"
        }
        Compression::Zstd => "Atlan SDK; agent-runtime version 1; Tracecat (data)",
        Compression::Brotli => "Tracecat (data)",
        Compression::Lz4 => "no public codec is known to write this label",
    }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
