//! What is said when a thread panics: where, and nothing of what. A panic's message may hold a Payload's content.

/// Replaces the default report, which prints the message, for the whole process.
pub fn report_panics_without_content() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        tracing::error!(%place, "a thread panicked: this is a defect of the app");
    }));
}
