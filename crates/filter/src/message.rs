//! What goes between the two processes. To the worker: what it is to take as `.`, the expression and the input, each after its length;
//! back: one message after the other, so that what was found before the end of a worker is not lost.

use std::io::{self, Read, Write};

/// What `.` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// The value.
    Value,
    /// The array of the events in it, where it is an Event History in any of its forms.
    Events,
}

/// What a worker says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// The expression is wrong at this byte.
    Wrong(usize, String),
    /// A result as JSON, laid out.
    Value(Vec<u8>),
    /// The start of a result that is too long.
    Cut(Vec<u8>),
    /// The evaluation failed.
    Failed(String),
    /// How many results there are; whether there may be more that were not counted.
    Done(u32, bool),
}

/// An expression is not longer than this; what claims to be is no message of ours.
pub(crate) const MAX_EXPRESSION: usize = 64 << 10;

/// A message of a worker is not longer than this.
const MAX_SAID: u32 = 16 << 20;

/// What a worker is asked.
pub(crate) struct Question {
    pub(crate) input: Input,
    pub(crate) expression: String,
    /// How long the input is, which follows.
    pub(crate) len: u64,
}

pub(crate) fn write_question(
    out: &mut dyn Write,
    input: Input,
    expression: &str,
    text: &[u8],
) -> io::Result<()> {
    let kind = match input {
        Input::Value => b'v',
        Input::Events => b'e',
    };
    let len = u32::try_from(expression.len()).unwrap_or(u32::MAX);
    out.write_all(&[kind])?;
    out.write_all(&len.to_be_bytes())?;
    out.write_all(expression.as_bytes())?;
    out.write_all(&(text.len() as u64).to_be_bytes())?;
    out.write_all(text)?;
    out.flush()
}

pub(crate) fn read_question(from: &mut dyn Read) -> io::Result<Question> {
    let mut kind = [0];
    from.read_exact(&mut kind)?;
    let input = match kind {
        [b'v'] => Input::Value,
        [b'e'] => Input::Events,
        _ => return Err(io::ErrorKind::InvalidData.into()),
    };
    let len = read_len(from)?;
    if len as usize > MAX_EXPRESSION {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut expression = vec![0; len as usize];
    from.read_exact(&mut expression)?;
    let expression = String::from_utf8(expression).map_err(|_| io::ErrorKind::InvalidData)?;
    let mut len = [0; 8];
    from.read_exact(&mut len)?;
    Ok(Question {
        input,
        expression,
        len: u64::from_be_bytes(len),
    })
}

impl Said {
    pub(crate) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).to_be_bytes();
        let (kind, first, rest): (u8, Option<[u8; 4]>, &[u8]) = match self {
            Said::Wrong(at, message) => (b'w', Some(number(*at)), message.as_bytes()),
            Said::Value(text) => (b'v', None, text),
            Said::Cut(text) => (b'c', None, text),
            Said::Failed(message) => (b'f', None, message.as_bytes()),
            Said::Done(n, more) => (b'd', Some(n.to_be_bytes()), if *more { b"m" } else { b"" }),
        };
        out.write_all(&[kind])?;
        out.write_all(&number(first.map_or(0, |_| 4) + rest.len()))?;
        out.write_all(first.as_ref().map_or(&[], |first| &first[..]))?;
        out.write_all(rest)?;
        out.flush()
    }

    /// The next message; `None` at the end, and where what comes is none.
    pub(crate) fn read(from: &mut dyn Read) -> Option<Self> {
        let mut kind = [0];
        from.read_exact(&mut kind).ok()?;
        let len = read_len(from).ok()?;
        if len > MAX_SAID {
            return None;
        }
        let mut bytes = vec![0; len as usize];
        from.read_exact(&mut bytes).ok()?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        match kind {
            [b'w'] => {
                let (at, message) = bytes.split_first_chunk()?;
                Some(Said::Wrong(u32::from_be_bytes(*at) as usize, text(message)))
            }
            [b'v'] => Some(Said::Value(bytes)),
            [b'c'] => Some(Said::Cut(bytes)),
            [b'f'] => Some(Said::Failed(text(&bytes))),
            [b'd'] => {
                let (n, more) = bytes.split_first_chunk()?;
                Some(Said::Done(u32::from_be_bytes(*n), !more.is_empty()))
            }
            _ => None,
        }
    }
}

fn read_len(from: &mut dyn Read) -> io::Result<u32> {
    let mut len = [0; 4];
    from.read_exact(&mut len)?;
    Ok(u32::from_be_bytes(len))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_arrives() {
        let all = [
            Said::Wrong(7, "expected a term".to_owned()),
            Said::Value(b"[1]".to_vec()),
            Said::Cut(b"[1,".to_vec()),
            Said::Failed(String::new()),
            Said::Done(3, false),
            Said::Done(100_000, true),
        ];
        let mut line = Vec::new();
        for said in &all {
            said.write(&mut line).unwrap();
        }
        let mut from = line.as_slice();
        let heard: Vec<Said> = std::iter::from_fn(|| Said::read(&mut from)).collect();
        assert_eq!(heard, all);
        // Whatever was cut off, or is none, ends it.
        for end in 0..line.len() {
            let mut from = &line[..end];
            while Said::read(&mut from).is_some() {}
        }
        assert_eq!(Said::read(&mut &b"v\xff\xff\xff\xff"[..]), None);
        assert_eq!(Said::read(&mut &b"w\0\0\0\x02ab"[..]), None);
    }

    #[test]
    fn what_is_asked_arrives() {
        let mut line = Vec::new();
        write_question(&mut line, Input::Events, ".[] | é", b"{}").unwrap();
        let mut from = line.as_slice();
        let asked = read_question(&mut from).unwrap();
        assert_eq!((asked.expression.as_str(), asked.len), (".[] | é", 2));
        assert_eq!((asked.input, from), (Input::Events, &b"{}"[..]));
        assert!(read_question(&mut &b"x"[..]).is_err());
        assert!(read_question(&mut &b"v\xff\xff\xff\xff"[..]).is_err());
    }
}
