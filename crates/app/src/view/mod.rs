//! What the window sees: finished values, the only types that cross IPC. TypeScript is generated from them.

mod content_text;
mod diagnosis;
mod document_files;
mod files;
mod formats;
mod inspection;
mod key_sources;
mod keys;
mod link;
mod playground;
mod profiles;
mod requests;
mod server;
mod settings;
mod settings_transfer;
mod wiring;

pub use content_text::*;
pub use diagnosis::*;
pub use document_files::*;
pub use files::*;
pub use formats::*;
pub use inspection::*;
pub use key_sources::*;
pub use keys::*;
pub use link::*;
pub use playground::*;
pub use profiles::*;
pub use requests::*;
pub use server::*;
pub use settings::*;
pub use settings_transfer::*;
pub use wiring::*;
