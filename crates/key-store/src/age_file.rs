//! Reading and writing files of the `age` format, bounded: whoever made the file decides neither how long the reading takes nor
//! how much memory it needs. Format: <https://c2sp.org/age>.

use std::io::{self, Read as _, Write as _};

use age::armor::{ArmoredReader, ArmoredWriter, Format};
use age::secrecy::SecretString;
use age::{DecryptError, Decryptor, EncryptError, Encryptor, Identity, Recipient, scrypt};
use zeroize::Zeroizing;

/// `age`'s own work factor for passphrases, of scrypt's N = 2^18: about a second, and 256 MiB of memory. Tests of this crate do
/// with less; those of target `keychain` do not.
const WORK_FACTOR: u8 = if cfg!(test) { 12 } else { 18 };

/// The most that is spent on a file's passphrase: four times as much.
const MAX_WORK_FACTOR: u8 = 20;

/// A header is read again and again while it grows, so that a long one takes long. This is room for some 300 recipients.
const MAX_HEADER_BYTES: usize = 32 << 10;

/// `age` encrypts in pieces of this size.
const CHUNK: usize = 64 << 10;

/// Why a file could not be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unopened {
    /// It is no `age` file of a version that is known.
    NotAge,
    /// The passphrase, or the identity, is not one of those that open it.
    WrongSecret,
    /// It is damaged, or cut.
    Damaged,
    /// Trying the passphrase would take too long.
    TooCostly,
}

impl From<DecryptError> for Unopened {
    fn from(error: DecryptError) -> Self {
        match error {
            // The first is what a wrong passphrase gives; content that does not decrypt is an error of reading.
            DecryptError::DecryptionFailed
            | DecryptError::KeyDecryptionFailed
            | DecryptError::NoMatchingKeys => Unopened::WrongSecret,
            DecryptError::ExcessiveWork { .. } => Unopened::TooCostly,
            DecryptError::UnknownFormat => Unopened::NotAge,
            DecryptError::InvalidHeader | DecryptError::InvalidMac | DecryptError::Io(_) => {
                Unopened::Damaged
            }
            // There are more under features that are off.
            _ => Unopened::Damaged,
        }
    }
}

/// What encrypts with a passphrase.
pub(crate) fn passphrase_recipient(passphrase: &str) -> scrypt::Recipient {
    let mut recipient = scrypt::Recipient::new(SecretString::from(passphrase));
    recipient.set_work_factor(WORK_FACTOR);
    recipient
}

/// What decrypts with a passphrase.
pub(crate) fn passphrase_identity(passphrase: &str) -> scrypt::Identity {
    let mut identity = scrypt::Identity::new(SecretString::from(passphrase));
    identity.set_max_work_factor(MAX_WORK_FACTOR);
    identity
}

/// Encrypts a JSON text, as text. It is followed by blanks, so that its size tells little: and because the library's buffer is
/// freed as it is, with the last piece of content in it; this way the last piece is blank.
///
/// # Errors
/// Those of the recipients.
pub(crate) fn seal<'a>(
    json: &[u8],
    recipients: impl Iterator<Item = &'a dyn Recipient>,
) -> Result<Vec<u8>, EncryptError> {
    let encryptor = Encryptor::with_recipients(recipients)?;
    let mut sealed = Vec::new();
    let armor = ArmoredWriter::wrap_output(&mut sealed, Format::AsciiArmor)?;
    let mut writer = encryptor.wrap_output(armor)?;
    writer.write_all(json)?;
    let blanks = json.len().next_multiple_of(CHUNK) - json.len() + CHUNK;
    io::copy(&mut io::repeat(b' ').take(blanks as u64), &mut writer)?;
    writer.finish()?.finish()?;
    Ok(sealed)
}

/// Decrypts a file, armored or not. The caller has bounded its size.
///
/// # Errors
/// [`Unopened`], also where an armored text is followed by something else.
pub(crate) fn open(file: &[u8], identity: &dyn Identity) -> Result<Zeroizing<Vec<u8>>, Unopened> {
    let binary = binary(file)?;
    let decryptor = Decryptor::new_buffered(binary.as_slice())?;
    let mut reader = decryptor.decrypt(std::iter::once(identity))?;
    // As long as it can get: a buffer that grows would leave copies behind.
    let mut content = Zeroizing::new(vec![0; binary.len()]);
    let mut len = 0;
    loop {
        match reader.read(&mut content[len..]) {
            Ok(0) => break,
            Ok(read) => len += read,
            Err(_) => return Err(Unopened::Damaged),
        }
    }
    content.truncate(len);
    Ok(content)
}

/// Whether a file wants a passphrase, and not an identity.
///
/// # Errors
/// [`Unopened::NotAge`] or [`Unopened::Damaged`].
pub(crate) fn wants_passphrase(file: &[u8]) -> Result<bool, Unopened> {
    let binary = binary(file)?;
    Ok(Decryptor::new_buffered(binary.as_slice())?.is_scrypt())
}

const BINARY_START: &[u8] = b"age-encryption.org/";
const ARMOR_START: &[u8] = b"-----BEGIN AGE ENCRYPTED FILE-----";

/// Whether it begins as an `age` file does.
pub(crate) fn is_age(file: &[u8]) -> bool {
    file.starts_with(BINARY_START) || file.trim_ascii_start().starts_with(ARMOR_START)
}

/// Takes the armor off, and looks at the header's length.
fn binary(file: &[u8]) -> Result<Vec<u8>, Unopened> {
    if !is_age(file) {
        return Err(Unopened::NotAge);
    }
    // Text that was pasted has blank lines around it; bytes are as they are.
    let file = match file.starts_with(BINARY_START) {
        true => file,
        false => file.trim_ascii(),
    };
    let mut binary = Vec::new();
    ArmoredReader::new(file)
        .read_to_end(&mut binary)
        .map_err(|_| Unopened::Damaged)?;
    if !binary.starts_with(BINARY_START) {
        return Err(Unopened::NotAge);
    }
    let start = &binary[..binary.len().min(MAX_HEADER_BYTES)];
    match start.windows(5).any(|window| window == b"\n--- ") {
        true => Ok(binary),
        false => Err(Unopened::Damaged),
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use age::x25519;

    use super::*;

    fn sealed(json: &[u8], identity: &x25519::Identity) -> Vec<u8> {
        let to: &dyn Recipient = &identity.to_public();
        seal(json, std::iter::once(to)).unwrap()
    }

    #[test]
    fn what_was_sealed_opens_with_its_identity_alone() {
        let identity = x25519::Identity::generate();
        for len in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK] {
            let json = vec![b'7'; len];
            let file = sealed(&json, &identity);
            let opened = open(&file, &identity).unwrap();
            assert_eq!(opened.trim_ascii_end(), json, "{len} bytes");
            assert_eq!(opened.len() % CHUNK, 0, "its size tells little");
            assert!(opened.len() >= len + CHUNK, "the last piece is blank");
            let other = x25519::Identity::generate();
            assert_eq!(open(&file, &other).err(), Some(Unopened::WrongSecret));
        }
    }

    #[test]
    fn a_damaged_file_is_named_as_such() {
        let identity = x25519::Identity::generate();
        let file = sealed(b"{}", &identity);
        let binary = binary(&file).unwrap();
        for cut in [20, 60, 200, CHUNK, binary.len() - 1] {
            assert!(open(&binary[..cut], &identity).is_err(), "cut to {cut}");
        }
        for place in [25, 150, 300, CHUNK + 300, binary.len() - 1] {
            let mut damaged = binary.clone();
            damaged[place] ^= 1;
            assert!(open(&damaged, &identity).is_err(), "changed at {place}");
        }
        for other in [
            &b""[..],
            b"{}",
            b"age-encryption.org/v1\n",
            b"age-encryption.org/v9\n--- \n",
        ] {
            assert!(open(other, &identity).is_err());
        }
    }

    #[test]
    fn a_costly_passphrase_is_refused_at_once() {
        // As `age` writes it, with a work factor of 2^40.
        let header = b"age-encryption.org/v1\n-> scrypt AAAAAAAAAAAAAAAAAAAAAA 40\n\
            AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n--- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n";
        let mut file = header.to_vec();
        file.extend([0; 64]);
        assert_eq!(wants_passphrase(&file), Ok(true));
        let start = Instant::now();
        assert_eq!(
            open(&file, &passphrase_identity("x")).err(),
            Some(Unopened::TooCostly)
        );
        assert!(start.elapsed() < Duration::from_secs(5));
    }

    #[test]
    fn a_header_without_end_is_refused_at_once() {
        let mut file = b"age-encryption.org/v1\n".to_vec();
        file.extend(b"-> a\n\n".repeat(200_000));
        let start = Instant::now();
        assert_eq!(
            open(&file, &x25519::Identity::generate()).err(),
            Some(Unopened::Damaged)
        );
        assert!(start.elapsed() < Duration::from_secs(5));
    }
}
