//! `Payloads` as proto3 JSON, one Payload at a time: what a request holds is never in memory as a whole list, however many
//! Payloads a body of a given size can name.

use std::fmt;
use std::ops::ControlFlow;

use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use crate::json::{MalformedPayloads, json_size_hint, write_payload_json};
use crate::json_usual::read_usual;
use crate::payload::{Payload, wipe_metadata};
use crate::take_payloads::TakePayloads;

/// Why reading did not reach the end.
#[derive(Debug)]
pub enum Unread<E> {
    /// The text is not `Payloads`. Payloads before the place were read all the same.
    Malformed(MalformedPayloads),
    /// Whoever took the Payloads had enough.
    Stopped(E),
}

/// Reads `{"payloads":[…]}` and hands over each Payload as it is read. `{}` and `{"payloads":null}` are no Payloads.
///
/// # Errors
/// [`Unread::Malformed`] where the text is not an object of that form, which may show after some Payloads were handed over;
/// [`Unread::Stopped`] with what `taker` said.
pub fn read_payloads<T: TakePayloads>(
    text: &[u8],
    taker: &mut T,
) -> Result<(), Unread<T::Stopped>> {
    match read_usual(text, taker) {
        Some(ControlFlow::Continue(())) => return Ok(()),
        Some(ControlFlow::Break(stopped)) => return Err(Unread::Stopped(stopped)),
        None => taker.start_again(),
    }
    let mut reader = Reader {
        taker,
        stopped: None,
    };
    let mut json = serde_json::Deserializer::from_slice(text);
    let read = Object(&mut reader)
        .deserialize(&mut json)
        .and_then(|()| json.end());
    match (reader.stopped, read) {
        (Some(stopped), _) => Err(Unread::Stopped(stopped)),
        (None, Ok(())) => Ok(()),
        (None, Err(error)) => Err(Unread::Malformed(error.into())),
    }
}

struct Reader<'a, T: TakePayloads> {
    taker: &'a mut T,
    stopped: Option<T::Stopped>,
}

struct Object<'a, 'b, T: TakePayloads>(&'a mut Reader<'b, T>);

impl<'de, T: TakePayloads> DeserializeSeed<'de> for Object<'_, '_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: TakePayloads> Visitor<'de> for Object<'_, '_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with payloads")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut seen = false;
        while let Some(is_payloads) = map.next_key_seed(IsPayloads)? {
            if !is_payloads {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            if std::mem::replace(&mut seen, true) {
                self.0.taker.start_again();
            }
            map.next_value_seed(List(self.0))?;
        }
        Ok(())
    }
}

/// Whether a field is the list.
struct IsPayloads;

impl<'de> DeserializeSeed<'de> for IsPayloads {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for IsPayloads {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field name")
    }

    fn visit_str<E>(self, name: &str) -> Result<bool, E> {
        Ok(name == "payloads")
    }
}

struct List<'a, 'b, T: TakePayloads>(&'a mut Reader<'b, T>);

impl<'de, T: TakePayloads> DeserializeSeed<'de> for List<'_, '_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de, T: TakePayloads> Visitor<'de> for List<'_, '_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of Payloads, or null")
    }

    fn visit_none<R>(self) -> Result<(), R> {
        Ok(())
    }

    fn visit_unit<R>(self) -> Result<(), R> {
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(mut payload) = list.next_element::<Payload>()? {
            let taken = self.0.taker.take(&payload);
            // What is to be encoded is not encoded yet.
            wipe_metadata(&mut payload.metadata);
            if let Err(stopped) = taken {
                self.0.stopped = Some(stopped);
                return Err(A::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}

/// Writes `{"payloads":[…]}` one Payload at a time.
pub struct PayloadsWriter {
    out: Vec<u8>,
    n_written: usize,
}

impl PayloadsWriter {
    /// A writer with room for `capacity` bytes.
    pub fn new(capacity: usize) -> Self {
        let mut out = Vec::with_capacity(capacity.max(64));
        out.extend_from_slice(b"{\"payloads\":[");
        PayloadsWriter { out, n_written: 0 }
    }

    /// Writes the next Payload. What was written is overwritten where it has to move.
    pub fn write(&mut self, payload: &Payload) {
        let needed = json_size_hint(payload);
        if self.out.capacity() - self.out.len() < needed {
            let mut larger = Vec::with_capacity((self.out.len() + needed).max(self.out.len() * 2));
            larger.extend_from_slice(&self.out);
            self.wipe();
            self.out = larger;
        }
        if self.n_written > 0 {
            self.out.push(b',');
        }
        self.n_written += 1;
        write_payload_json(payload, &mut self.out);
    }

    /// The whole text.
    pub fn finish(mut self) -> Vec<u8> {
        self.out.extend_from_slice(b"]}");
        std::mem::take(&mut self.out)
    }

    fn wipe(&mut self) {
        self.out.fill(0);
        // Somebody may read the zeros, so they must be written.
        std::hint::black_box(&mut self.out);
    }
}

/// What nobody took is content all the same.
impl Drop for PayloadsWriter {
    fn drop(&mut self) {
        self.wipe();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload::Payloads;

    /// Takes as many as it was made for.
    struct Some(Vec<Payload>, usize);

    impl TakePayloads for Some {
        type Stopped = &'static str;

        fn take(&mut self, payload: &Payload) -> Result<(), &'static str> {
            self.0.push(payload.clone());
            if self.0.len() == self.1 {
                Err("enough")
            } else {
                Ok(())
            }
        }

        fn start_again(&mut self) {
            self.0.clear();
        }
    }

    fn read(text: &str, most: usize) -> Result<Vec<Payload>, Unread<&'static str>> {
        let mut some = Some(Vec::new(), most);
        read_payloads(text.as_bytes(), &mut some)?;
        Ok(some.0)
    }

    /// One at a time or all at once, it is the same text that is read, and the same that is refused.
    #[test]
    fn reads_what_is_read_as_a_whole() {
        for text in [
            "{}",
            r#"{"payloads":null}"#,
            r#"{"payloads":[]}"#,
            r#" {"a":[{}],"payloads":[{},{"data":"YQ"}] , "b":1} "#,
            r#"{"payloads":[{},{}],"payloads":[{"data":"YQ"}]}"#,
            r#"{"payloads":[{}],"payloads":null}"#,
            r#"{"payloads":[{}],"payloads":1}"#,
            r#"{"payload\u0073":[{"metadata":{"encoding":"YQ=="}}]}"#,
            "",
            "null",
            "[]",
            r#"{"payloads":{}}"#,
            r#"{"payloads":[null]}"#,
            r#"{"payloads":[{}]} x"#,
            r#"{"payloads":[{}"#,
            r#"{"payloads":[{},]}"#,
            r#"{"payloads":[{"data":1}]}"#,
        ] {
            let whole = Payloads::from_json(text.as_bytes());
            match (read(text, usize::MAX), whole) {
                (Ok(payloads), Ok(whole)) => assert_eq!(payloads, whole.payloads, "{text}"),
                (Err(Unread::Malformed(ours)), Err(whole)) => {
                    assert_eq!(ours.to_string(), whole.to_string(), "{text}");
                }
                (ours, whole) => panic!("{text}: {ours:?}, {whole:?}"),
            }
        }
    }

    #[test]
    fn reading_stops_where_nobody_wants_more() {
        let stopped = read(r#"{"payloads":[{},{},{},{"#, 2);
        assert!(matches!(stopped, Err(Unread::Stopped("enough"))));
    }

    #[test]
    fn writes_what_is_written_as_a_whole() {
        let payloads = vec![Payload::from_json(br#"{"data":"YWJj"}"#).expect("a Payload"); 100];
        for n in [0, 1, 100] {
            let mut writer = PayloadsWriter::new(0);
            payloads[..n]
                .iter()
                .for_each(|payload| writer.write(payload));
            let mut whole = Vec::new();
            crate::write_payloads_json(&payloads[..n], &mut whole);
            assert_eq!(writer.finish(), whole);
        }
    }
}
