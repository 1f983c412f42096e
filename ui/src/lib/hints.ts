// What the core's hints say where the core gives none with its answer: word for word the same (`crates/app/src/hints.rs`).

/** What to do about a data key that nobody is set up to unwrap. */
export const UNWRAP =
  'Have it unwrapped by a command of yours, such as aws kms decrypt, or by an extension server: “Unwrap data keys…”, in Keys or in a file of keys.';
