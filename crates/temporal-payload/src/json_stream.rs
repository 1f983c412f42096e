//! `Payloads` as proto3 JSON, read one Payload at a time: what a request holds is never in memory as a whole list, however many
//! Payloads a body of a given size can name.

use std::fmt;

use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use crate::json::MalformedPayloads;
use crate::json_usual::{Came, Usual};
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
    let mut usual = Usual::new();
    match usual.go_on(text, taker).1 {
        Came::ToTheEnd => return Ok(()),
        Came::Stopped(stopped) => return Err(Unread::Stopped(stopped)),
        Came::SoFar => {}
    }
    read_on(text, usual.n_taken(), taker)
}

/// As [`read_payloads`], by the general reader, of a text whose first `n_taken` Payloads were taken before.
pub(crate) fn read_on<T: TakePayloads>(
    text: &[u8],
    n_taken: usize,
    taker: &mut T,
) -> Result<(), Unread<T::Stopped>> {
    let mut reader = Reader {
        taker,
        n_taken,
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
    /// Payloads of the first list that were taken before.
    n_taken: usize,
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
                self.0.n_taken = 0;
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
            let taken = match self.0.n_taken.checked_sub(1) {
                Some(n_taken) => {
                    self.0.n_taken = n_taken;
                    Ok(())
                }
                None => self.0.taker.take(&payload),
            };
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
}
