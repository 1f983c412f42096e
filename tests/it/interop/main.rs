//! Data that other people's codecs made, and properties that must always hold.

mod negative;

mod round_trip;

mod vectors;
