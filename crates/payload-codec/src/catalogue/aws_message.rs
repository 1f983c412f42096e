//! The head of an AWS Encryption SDK message: enough of it to say which key wraps its data key (source: AWS Encryption SDK
//! message format reference, versions 1 and 2).

/// Names of the keys that wrap a message's data key, as the message spells them; AWS KMS writes ARNs. `None` where it is no
/// such message.
pub(crate) fn wrapped_by(message: &[u8]) -> Option<String> {
    let (head, rest) = message.split_first_chunk::<2>()?;
    let rest = match head {
        // Version, type, algorithm (2), message id (16).
        [1, 0x80] => rest.get(2 + 16..)?,
        // Version, algorithm (2, of which one is read), message id (32).
        [2, _] => rest.get(1 + 32..)?,
        _ => return None,
    };
    let (_context, rest) = field(rest)?;
    let (count, mut rest) = rest.split_first_chunk::<2>()?;
    let mut names = Vec::new();
    // A message may list 65,535 keys; who wants to know which one to ask for is served by the first few.
    for _ in 0..u16::from_be_bytes(*count).min(8) {
        let (provider, behind) = field(rest)?;
        let (key, behind) = field(behind)?;
        let (_wrapped, behind) = field(behind)?;
        rest = behind;
        let provider = String::from_utf8_lossy(provider);
        names.push(if provider == "aws-kms" {
            format!("AWS KMS key {}", String::from_utf8_lossy(key))
        } else {
            // Raw keyrings write more than the key's name, and not only text.
            format!("a key of {provider}")
        });
    }
    (!names.is_empty()).then(|| names.join(" or "))
}

/// Two bytes of length, and so many bytes.
fn field(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = bytes.split_first_chunk::<2>()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*len)))
}
