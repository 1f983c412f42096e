//! The IPC transport: one handler per command of the table, each run off the reactor, because commands may block.

use app::{App, AppError, Code};
use tauri::State;

macro_rules! handlers {
    ($($room:ident { $($(#[$doc:meta])* $name:ident($request:ty) -> $response:ty;)* })*) => {
        mod handlers {
            use super::{App, AppError, State, off_the_reactor};

            $($(
                $(#[$doc])*
                #[tauri::command]
                pub(super) async fn $name(
                    app: State<'_, App>,
                    request: $request,
                ) -> Result<$response, AppError> {
                    let app = app.inner().clone();
                    if app::commands::is_use(stringify!($name)) {
                        app.note_use();
                    }
                    off_the_reactor(move || app.$room().$name(request)).await
                }
            )*)*
        }

        /// All handlers, for the builder.
        pub(crate) fn handler() -> impl Fn(tauri::ipc::Invoke) -> bool + Send + Sync + 'static {
            tauri::generate_handler![$($(handlers::$name),*),*]
        }
    };
}
app::for_each_command!(handlers);

async fn off_the_reactor<T: Send + 'static>(
    command: impl FnOnce() -> Result<T, AppError> + Send + 'static,
) -> Result<T, AppError> {
    tauri::async_runtime::spawn_blocking(command)
        .await
        .unwrap_or_else(|_| Err(AppError::new(Code::Internal, "the command was interrupted")))
}
