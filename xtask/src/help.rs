//! The help of `cargo xtask`.

/// What `cargo xtask help` prints.
pub(crate) const HELP: &str = "\
cargo xtask run [--release] [-- ARGS]    build the app and start its window; without a display, serve headless
cargo xtask test                         run every check, in order, stopping at the first that fails
cargo xtask test --list                  list the steps
cargo xtask test --from STEP             start at a step
cargo xtask test --only STEP             run one step (may be given more than once)
cargo xtask release-test                 run what is too slow for that: long fuzzing, the soak
cargo xtask e2e                          the end-to-end steps: bridge, desktop, temporal, walk
cargo xtask bench                        measure decoding, against the least work it can be, whole servers, long histories, and the window
cargo xtask bench decode|server|history|window
                                         measure one of them; `server --json FILE` writes its tables as JSON, too, and
                                         `server --before PROGRAM` measures another build of temporal-codec beside
cargo xtask soak [--https] [--minutes N] attack the app for 30 minutes with honest clients beside, and count what is lost;
                                         the program with HTTPS and tokens for 15
cargo xtask fuzz [--seconds N] [TARGET…] run fuzz targets, all unless some are named, for N seconds each (60)

Each first installs missing system packages (on Debian and Ubuntu; elsewhere it lists them).";
