//! Files that the user chose in a dialog of the system: the window names them by tickets, and never by paths.

pub(crate) mod tickets;

pub(crate) mod view;
