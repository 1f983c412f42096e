//! Switching the capturing of bodies on and off, and the body of a captured request.

use super::RequestLog;
use super::view::{CaptureView, CapturedBodyView, RequestIdRequest, SetCaptureRequest};
use crate::error::{AppError, Code};

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl RequestLog {
    /// See the command table.
    ///
    /// # Errors
    /// None.
    pub fn set_capture(&self, request: SetCaptureRequest) -> Result<CaptureView, AppError> {
        self.recorder.captures().set(request.on);
        tracing::info!(on = request.on, "capturing of bodies was switched");
        Ok(self.recorder.tell_capture())
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::RequestGone`], [`Code::NotCaptured`].
    pub fn captured_body(&self, request: RequestIdRequest) -> Result<CapturedBodyView, AppError> {
        let kept = self.kept_request(request.id)?;
        let captured = self.recorder.captures().get(kept.place);
        let body = captured
            .as_ref()
            .and_then(|captured| captured.request.body());
        let body = body.ok_or_else(|| {
            AppError::new(Code::NotCaptured, "the request’s body was not captured")
        })?;
        Ok(CapturedBodyView {
            source: String::from_utf8_lossy(body).into_owned().into(),
        })
    }
}
