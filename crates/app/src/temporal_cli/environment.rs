//! The Temporal CLI of one terminal, by the environment variables that it reads: `TEMPORAL_CODEC_ENDPOINT` and `TEMPORAL_CODEC_AUTH`
//! (source: the SDKs' environment configuration; tried with CLI 1.9.1). Nothing is written, and closing the terminal undoes it.

use key_store::files;
use zeroize::Zeroizing;

use crate::error::{AppError, Code};

const ENDPOINT: &str = "TEMPORAL_CODEC_ENDPOINT";
const AUTH: &str = "TEMPORAL_CODEC_AUTH";

/// The largest token that is read, in bytes.
pub const MAX_CLI_TOKEN_BYTES: u64 = access::MAX_TOKEN_BYTES as u64;

/// The shell that is to read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shell {
    /// sh, bash, zsh and others like them.
    Posix,
    /// fish.
    Fish,
    /// PowerShell.
    PowerShell,
}

/// Lines that make the CLI of a terminal ask this endpoint, with the token of a program where there is one.
///
/// # Errors
/// [`Code::InvalidSetting`] for what is no token, so that no shell can be made to run it.
pub fn terminal_environment(
    shell: Shell,
    endpoint: &str,
    token: Option<&[u8]>,
) -> Result<Zeroizing<String>, AppError> {
    let token = token.map(checked).transpose()?;
    let mut lines = Zeroizing::new(shell.set(ENDPOINT, "", endpoint));
    lines.push_str(&match token {
        Some(token) => Zeroizing::new(shell.set(AUTH, "Bearer ", token)),
        // The token of another server, from before, is not this one's business.
        None => Zeroizing::new(shell.unset(AUTH)),
    });
    Ok(lines)
}

/// Lines that undo [`terminal_environment`] before the terminal is closed.
pub fn undo_terminal_environment(shell: Shell) -> String {
    shell.unset(ENDPOINT) + &shell.unset(AUTH)
}

/// A token as RFC 6750 §2.1 writes it: no character of it means anything to a shell inside of quotes.
pub(crate) fn checked(token: &[u8]) -> Result<&str, AppError> {
    let token = files::without_bom(token).trim_ascii();
    let is_of_token = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(byte);
    let is_token = !token.is_empty() && token.iter().all(is_of_token);
    let text = std::str::from_utf8(token).ok().filter(|_| is_token);
    text.ok_or_else(|| {
        AppError::new(
            Code::InvalidSetting,
            "the file does not hold a token and nothing else",
        )
        .hint("Put the token that `temporal-codec token` printed into it, without quotation marks.")
    })
}

impl Shell {
    /// Endpoints are URLs that this app made, and tokens were checked: neither has a quotation mark.
    fn set(self, name: &str, prefix: &str, value: &str) -> String {
        match self {
            Shell::Posix => format!("export {name}='{prefix}{value}'\n"),
            Shell::Fish => format!("set -gx {name} '{prefix}{value}'\n"),
            Shell::PowerShell => format!("$env:{name} = '{prefix}{value}'\n"),
        }
    }

    fn unset(self, name: &str) -> String {
        match self {
            Shell::Posix => format!("unset {name}\n"),
            Shell::Fish => format!("set -e {name}\n"),
            Shell::PowerShell => format!("Remove-Item Env:{name} -ErrorAction Ignore\n"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shell_is_told_in_its_own_words() {
        let endpoint = "http://127.0.0.1:8081";
        for (shell, expect) in [
            (
                Shell::Posix,
                "export TEMPORAL_CODEC_ENDPOINT='http://127.0.0.1:8081'\nexport TEMPORAL_CODEC_AUTH='Bearer tcodec_x-y'\n",
            ),
            (
                Shell::Fish,
                "set -gx TEMPORAL_CODEC_ENDPOINT 'http://127.0.0.1:8081'\nset -gx TEMPORAL_CODEC_AUTH 'Bearer tcodec_x-y'\n",
            ),
            (
                Shell::PowerShell,
                "$env:TEMPORAL_CODEC_ENDPOINT = 'http://127.0.0.1:8081'\n$env:TEMPORAL_CODEC_AUTH = 'Bearer tcodec_x-y'\n",
            ),
        ] {
            let token = b"\xef\xbb\xbftcodec_x-y\r\n";
            let lines = terminal_environment(shell, endpoint, Some(token));
            assert_eq!(lines.expect("a token").as_str(), expect);
            let without = terminal_environment(shell, endpoint, None).expect("no token");
            assert!(without.ends_with(&shell.unset(AUTH)), "{}", *without);
        }
        for bad in [
            &b""[..],
            b"a b",
            b"a'; rm -rf ~; '",
            b"a\nb",
            b"\xff",
            b"$(x)",
        ] {
            let refused = terminal_environment(Shell::Posix, endpoint, Some(bad));
            assert_eq!(
                refused.err().map(|error| error.code),
                Some(Code::InvalidSetting)
            );
        }
    }
}
