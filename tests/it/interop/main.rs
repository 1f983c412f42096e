//! Data that other people's codecs made, and properties that must always hold.

mod catalogue;

mod negative;

mod round_trip;

mod schema;

mod vectors;

mod field_formats;

mod diagnosis;
