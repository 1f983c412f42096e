//! Documents that people paste: every Payload in them is found, none is invented, and nothing else is touched.

mod fixtures;

mod copied;
mod exact;
mod histories;
mod not_recognized;
mod properties;
mod readable;
mod redacted;
mod several;
mod shapes;
mod wrapped;
