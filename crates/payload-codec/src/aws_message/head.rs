//! The head of a message: its algorithm suite, its encryption context, its data key as each wrapping key wraps it, the length of its
//! frames, and the tag over all of that.

use super::suite::{COMMITMENT_BYTES, Suite};

/// Wrapped data keys that are looked at: a message may list 65,535 of them.
const MAX_KEYS: usize = 8;

/// Of nonces, and of tags.
pub(super) const NONCE_BYTES: usize = 12;
pub(super) const TAG_BYTES: usize = crate::primitives::detached::TAG_BYTES;

/// The provider that stands for AWS KMS.
const AWS_KMS: &str = "aws-kms";

/// The first part of the head: what is needed to ask for its data key.
pub(crate) struct Start<'a> {
    version: u8,
    suite_id: u16,
    message_id: &'a [u8],
    /// Pairs of a name and a value, each with two bytes of length; a number of them, two bytes, in front, unless there are none.
    context: &'a [u8],
    keys: Vec<Wrapped<'a>>,
    rest: &'a [u8],
}

/// The data key, as one wrapping key wraps it.
pub(crate) struct Wrapped<'a> {
    provider: &'a [u8],
    key: &'a [u8],
    /// The wrapped bytes.
    pub(crate) bytes: &'a [u8],
}

/// The whole head.
pub(super) struct Head<'a> {
    pub(super) suite: &'static Suite,
    pub(super) message_id: &'a [u8],
    pub(super) commitment: Option<&'a [u8]>,
    /// Bytes of the text in each frame but the last; `None` where the body is one block.
    pub(super) frame_bytes: Option<usize>,
    /// What its tag is over.
    pub(super) authenticated: &'a [u8],
    pub(super) nonce: [u8; NONCE_BYTES],
    pub(super) tag: &'a [u8; TAG_BYTES],
    /// What stands behind it.
    pub(super) body: &'a [u8],
}

impl<'a> Start<'a> {
    /// `None` where it is no such message.
    pub(crate) fn read(message: &'a [u8]) -> Option<Self> {
        let (&version, rest) = message.split_first()?;
        let (rest, id_bytes) = match version {
            // A type, which is always 0x80.
            1 => (rest.strip_prefix(&[0x80])?, 16),
            2 => (rest, 32),
            _ => return None,
        };
        let (suite_id, rest) = rest.split_first_chunk::<2>()?;
        let (message_id, rest) = rest.split_at_checked(id_bytes)?;
        let (context, rest) = field(rest)?;
        let (count, mut rest) = rest.split_first_chunk::<2>()?;
        let mut keys = Vec::new();
        for place in 0..usize::from(u16::from_be_bytes(*count)) {
            let (provider, behind) = field(rest)?;
            let (key, behind) = field(behind)?;
            let (bytes, behind) = field(behind)?;
            rest = behind;
            if place < MAX_KEYS {
                keys.push(Wrapped {
                    provider,
                    key,
                    bytes,
                });
            }
        }
        Some(Start {
            version,
            suite_id: u16::from_be_bytes(*suite_id),
            message_id,
            context,
            keys,
            rest,
        })
    }

    /// The first few.
    pub(crate) fn keys(&self) -> &[Wrapped<'a>] {
        &self.keys
    }

    /// The encryption context, which the key service has to be told, as a JSON object in ASCII. `None` where it is malformed.
    pub(crate) fn context(&self) -> Option<String> {
        let mut json = String::from("{");
        if let Some((count, mut rest)) = self.context.split_first_chunk::<2>() {
            for place in 0..u16::from_be_bytes(*count) {
                let (name, behind) = field(rest)?;
                let (value, behind) = field(behind)?;
                rest = behind;
                json.push_str(if place > 0 { ", " } else { "" });
                push_string(&mut json, std::str::from_utf8(name).ok()?);
                json.push_str(": ");
                push_string(&mut json, std::str::from_utf8(value).ok()?);
            }
            if !rest.is_empty() {
                return None;
            }
        }
        json.push('}');
        Some(json)
    }
}

impl Wrapped<'_> {
    /// What wraps it: the ARN of a key of AWS KMS; of another provider, its name and the key's. `None` where that is no text.
    pub(crate) fn wrapped_by(&self) -> Option<String> {
        let provider = std::str::from_utf8(self.provider).ok()?;
        let key = std::str::from_utf8(self.key).ok()?;
        Some(match provider {
            AWS_KMS => key.to_owned(),
            _ => format!("{provider}://{key}"),
        })
    }
}

impl<'a> Head<'a> {
    /// The head of this message, which begins so. `None` where it is not whole, or of an unknown suite.
    pub(super) fn read(message: &'a [u8], start: &Start<'a>) -> Option<Self> {
        let suite = Suite::of(start.suite_id, start.version)?;
        let (content, mut rest) = start.rest.split_first()?;
        if start.version == 1 {
            // Four bytes that are zero, and how long a nonce is.
            let nonce_bytes = u8::try_from(NONCE_BYTES).ok()?;
            rest = rest.strip_prefix(&[0, 0, 0, 0, nonce_bytes])?;
        }
        let (frame_bytes, mut rest) = rest.split_first_chunk::<4>()?;
        let frame_bytes = usize::try_from(u32::from_be_bytes(*frame_bytes)).ok()?;
        let mut commitment = None;
        if start.version == 2 {
            let (said, behind) = rest.split_at_checked(COMMITMENT_BYTES)?;
            (commitment, rest) = (Some(said), behind);
        }
        let authenticated = &message[..message.len() - rest.len()];
        let mut nonce = [0; NONCE_BYTES];
        if start.version == 1 {
            let (its, behind) = rest.split_first_chunk::<NONCE_BYTES>()?;
            (nonce, rest) = (*its, behind);
        }
        let (tag, body) = rest.split_first_chunk::<TAG_BYTES>()?;
        Some(Head {
            suite,
            message_id: start.message_id,
            commitment,
            frame_bytes: match content {
                1 => None,
                2 => Some(frame_bytes),
                _ => return None,
            },
            authenticated,
            nonce,
            tag,
            body,
        })
    }
}

/// Names of the keys that wrap a message's data key, for people. `None` where it is no such message.
pub(crate) fn wrapped_by(message: &[u8]) -> Option<String> {
    let start = Start::read(message)?;
    let name = |wrapped: &Wrapped<'_>| match wrapped.provider == AWS_KMS.as_bytes() {
        true => format!("AWS KMS key {}", String::from_utf8_lossy(wrapped.key)),
        // Raw keyrings write more than the key's name, and not only text.
        false => format!("a key of {}", String::from_utf8_lossy(wrapped.provider)),
    };
    let names: Vec<String> = start.keys.iter().map(name).collect();
    (!names.is_empty()).then(|| names.join(" or "))
}

/// Two bytes of length, and so many bytes.
fn field(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = bytes.split_first_chunk::<2>()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*len)))
}

/// A JSON string in ASCII: nothing of it means anything to whoever gets it as a word of a command.
fn push_string(json: &mut String, text: &str) {
    json.push('"');
    let mut units = [0; 2];
    for letter in text.chars() {
        match letter {
            '"' | '\\' => json.extend(['\\', letter]),
            ' '..='~' => json.push(letter),
            _ => {
                for unit in letter.encode_utf16(&mut units) {
                    json.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    json.push('"');
}
