//! What the window sees: finished values, the only types that cross IPC. TypeScript is generated from them.

mod diagnosis;
mod formats;
mod inspection;
mod key_sources;
mod keys;
mod playground;
mod profiles;
mod requests;
mod server;
mod settings;
mod wiring;

pub use diagnosis::*;
pub use formats::*;
pub use inspection::*;
pub use key_sources::*;
pub use keys::*;
pub use playground::*;
pub use profiles::*;
pub use requests::*;
pub use server::*;
pub use settings::*;
pub use wiring::*;
