//! Binary documents: bytes in, the JSON that Temporal's command line would show out. Which message they are is told by how well
//! they fit each that people keep in files.

use temporal_payload::{MAX_DOCUMENT_BYTES, MessageText};

use crate::api::temporal;
use crate::fit::fit;
use crate::json_out::JsonOut;
use crate::no_json::NoJson;
use crate::shapes::{MessageId, Types};
use crate::to_json::Writer;
use crate::wire::varint;

/// Messages that people keep in files, and copy from requests and answers. Of two that fit as well the first one is meant.
const DOCUMENTS: [&str; 28] = [
    "temporal.api.history.v1.History",
    "temporal.api.history.v1.HistoryEvent",
    "temporal.api.export.v1.WorkflowExecutions",
    "temporal.api.workflowservice.v1.GetWorkflowExecutionHistoryResponse",
    "temporal.api.workflowservice.v1.GetWorkflowExecutionHistoryReverseResponse",
    "temporal.api.workflowservice.v1.DescribeWorkflowExecutionResponse",
    "temporal.api.workflowservice.v1.DescribeActivityExecutionResponse",
    "temporal.api.workflowservice.v1.DescribeNexusOperationExecutionResponse",
    "temporal.api.workflowservice.v1.DescribeScheduleResponse",
    "temporal.api.workflowservice.v1.DescribeBatchOperationResponse",
    "temporal.api.workflowservice.v1.ListWorkflowExecutionsResponse",
    "temporal.api.workflowservice.v1.PollWorkflowTaskQueueResponse",
    "temporal.api.workflowservice.v1.PollActivityTaskQueueResponse",
    "temporal.api.workflowservice.v1.PollNexusTaskQueueResponse",
    "temporal.api.workflowservice.v1.QueryWorkflowResponse",
    "temporal.api.workflowservice.v1.UpdateWorkflowExecutionResponse",
    "temporal.api.workflowservice.v1.PollWorkflowExecutionUpdateResponse",
    "temporal.api.workflowservice.v1.PollActivityExecutionResponse",
    "temporal.api.workflowservice.v1.StartWorkflowExecutionRequest",
    "temporal.api.workflowservice.v1.SignalWithStartWorkflowExecutionRequest",
    "temporal.api.workflowservice.v1.SignalWorkflowExecutionRequest",
    "temporal.api.workflowservice.v1.UpdateWorkflowExecutionRequest",
    "temporal.api.workflowservice.v1.QueryWorkflowRequest",
    "temporal.api.workflowservice.v1.CreateScheduleRequest",
    "temporal.api.workflowservice.v1.RespondWorkflowTaskCompletedRequest",
    "temporal.api.workflowservice.v1.StartBatchOperationRequest",
    "temporal.api.failure.v1.Failure",
    "temporal.api.common.v1.Memo",
];

const EVENT: &str = "temporal.api.history.v1.HistoryEvent";

/// Bytes up to which the JSON is laid out as Temporal's command line does; above it the white space would cost memory.
const LAID_OUT: usize = 4 << 20;

/// Messages that a stream may have.
const MAX_STREAM: usize = 1 << 20;

/// Reads a serialized message of Temporal's API, or a stream of such messages that each have their length before them;
/// `None` where the bytes are neither. It takes time in proportion to the bytes, and memory of less than three times as much.
pub fn read_message(bytes: &[u8]) -> Option<MessageText> {
    let types = temporal();
    whole(types, bytes)
        .or_else(|| stream(types, &split(bytes, varint_length)?, bytes.len()))
        .or_else(|| stream(types, &split(bytes, grpc_length)?, bytes.len()))
}

/// The types that bytes fit, the best first.
fn candidates(types: &Types, bytes: &[u8]) -> Vec<MessageId> {
    let ids = DOCUMENTS.iter().filter_map(|name| types.find(name));
    let mut found: Vec<(usize, MessageId)> = ids
        .filter_map(|id| Some((fit(types, id, bytes)?.score()?, id)))
        .collect();
    found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    found.into_iter().map(|(_, id)| id).collect()
}

fn whole(types: &Types, bytes: &[u8]) -> Option<MessageText> {
    let read = |id| {
        let mut writer = writer(types, bytes.len());
        writer.message(id, &[bytes], 0)?;
        finish(writer, types.name(id))
    };
    candidates(types, bytes)
        .into_iter()
        .find_map(|id| read(id).ok())
}

/// Events in a row are a history; other messages are values in a row.
fn stream(types: &Types, messages: &[&[u8]], len: usize) -> Option<MessageText> {
    let longest = messages.iter().max_by_key(|message| message.len())?;
    let id = candidates(types, longest).into_iter().next()?;
    let read = || {
        let mut writer = writer(types, len);
        if types.name(id) == EVENT {
            writer.out.begin('{');
            writer.out.name("events")?;
            writer.out.begin('[');
            for message in messages {
                writer.out.item()?;
                writer.message(id, &[message], 2)?;
            }
            writer.out.end(']');
            writer.out.end('}');
        } else {
            for (at, message) in messages.iter().enumerate() {
                if at > 0 {
                    writer.out.next_root();
                }
                writer.message(id, &[message], 0)?;
            }
        }
        finish(writer, types.name(id))
    };
    read().ok()
}

fn writer(types: &Types, len: usize) -> Writer<'_> {
    let is_laid_out = len <= LAID_OUT;
    let limit = MAX_DOCUMENT_BYTES.min(len.saturating_mul(24) + (1 << 20));
    let mut out = JsonOut::new(is_laid_out, limit);
    // Base64 takes a third more, names and brackets the rest: a text that grows would be there twice.
    out.reserve(if is_laid_out { len * 2 } else { len + len / 2 });
    Writer::new(types, out, len)
}

fn finish(writer: Writer<'_>, message: &str) -> Result<MessageText, NoJson> {
    let n_unknown = writer.n_unknown;
    Ok(MessageText {
        text: writer.out.finish()?,
        message: message.to_owned(),
        n_unknown,
    })
}

/// The messages of a stream, where all of it is messages with their lengths.
fn split(bytes: &[u8], length: fn(&mut &[u8]) -> Option<usize>) -> Option<Vec<&[u8]>> {
    let mut rest = bytes;
    let mut messages = Vec::new();
    while !rest.is_empty() {
        let len = length(&mut rest)?;
        let (message, after) = rest.split_at_checked(len)?;
        if messages.len() == MAX_STREAM {
            return None;
        }
        messages.push(message);
        rest = after;
    }
    Some(messages)
}

fn varint_length(bytes: &mut &[u8]) -> Option<usize> {
    usize::try_from(varint(bytes).ok()?).ok()
}

/// What gRPC has before a message: that it is not compressed, and its length.
fn grpc_length(bytes: &mut &[u8]) -> Option<usize> {
    let (head, rest) = bytes.split_first_chunk::<5>()?;
    let [0, length @ ..] = *head else {
        return None;
    };
    *bytes = rest;
    usize::try_from(u32::from_be_bytes(length)).ok()
}
