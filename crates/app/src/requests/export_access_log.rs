//! Writing who asked for what, of the requests in the list, to a file that a person chose; without content.

use super::RequestLog;
use super::access_log::{self, Entry};
use super::view::{AccessLogFormat, ExportAccessLogRequest};
use crate::error::AppError;
use crate::files::view::FilePurpose;

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl RequestLog {
    /// See the command table.
    ///
    /// # Errors
    /// [`crate::Code::File`].
    pub fn export_access_log(&self, request: ExportAccessLogRequest) -> Result<(), AppError> {
        let file = self
            .tickets
            .redeem(&request.file, FilePurpose::ExportAccessLog)?;
        let records = self.recorder.ring().all();
        let entries = records.iter().filter_map(|record| Entry::of(record));
        let entries: Vec<Entry> = entries.collect();
        let text = match request.format {
            AccessLogFormat::Csv => access_log::csv(&entries),
            AccessLogFormat::Json => access_log::json(&entries),
        };
        file.write(text.as_bytes())?;
        file.spend();
        Ok(())
    }
}
