//! What the window sees: finished values, the only types that cross IPC. TypeScript is generated from them.

mod inspection;
mod keys;
mod requests;
mod server;
mod settings;

pub use inspection::*;
pub use keys::*;
pub use requests::*;
pub use server::*;
pub use settings::*;
