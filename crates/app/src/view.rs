//! What the window sees: finished values, the only types that cross IPC. TypeScript is generated from them. Each stands with the
//! room that fills it; here are all of them, for whoever calls the commands.

pub use crate::access::view::*;
pub use crate::config::choices::*;
pub use crate::config::consent::AskerKind;
pub use crate::config::message_rules::{MessageRule, RuleSubject};
pub use crate::consent::view::*;
pub use crate::context_name::ContextName;
pub use crate::desktop::view::*;
pub use crate::doctor::view::*;
pub use crate::files::view::*;
pub use crate::formats::view::*;
pub use crate::inspector::compare_view::*;
pub use crate::inspector::encode_view::*;
pub use crate::inspector::export_view::*;
pub use crate::inspector::files_view::*;
pub use crate::inspector::filter_view::*;
pub use crate::inspector::history_view::*;
pub use crate::inspector::key_search_view::*;
pub use crate::inspector::message_types_view::*;
pub use crate::inspector::view::*;
pub use crate::keys::sources::view::*;
pub use crate::keys::sources::wrapped_view::*;
pub use crate::keys::view::*;
pub use crate::namespaces::view::*;
pub use crate::payload::ContentText;
pub use crate::payload::view::*;
pub use crate::requests::view::*;
pub use crate::schemas::view::*;
pub use crate::server::view::*;
pub use crate::settings::transfer_view::*;
pub use crate::settings::view::*;
pub use crate::temporal_cli::view::*;
pub use crate::trust::view::*;
