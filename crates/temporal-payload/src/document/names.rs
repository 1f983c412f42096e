//! The member names that say where Payloads, events and Failures are (source: temporalio/api protos), in both spellings of
//! proto3 JSON.

use crate::json_string::unescape;

/// A member's name, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    // Payload, Payloads
    Metadata,
    Data,
    ExternalPayloads,
    Encoding,
    Payloads,
    // Where a Payload stands by the protos
    EncodedAttributes,
    /// `memo`, `upsertedMemo`, `header`: messages whose `fields` map names to Payloads.
    Fielded,
    Fields,
    SearchAttributes,
    IndexedFields,
    UserMetadata,
    SummaryOrDetails,
    NexusHandler,
    SourceContext,
    NexusScheduled,
    Input,
    NexusCompleted,
    Result,
    // Event History
    History,
    Events,
    EventId,
    EventTime,
    EventType,
    /// `…EventAttributes`, except the two of Nexus above.
    EventAttributes,
    // Failure
    FailureInfo,
    Message,
    StackTraceOrCause,
    Other,
}

impl Name {
    /// The name in a string token, quotes included.
    pub(super) fn of(quoted: &str) -> Name {
        match &*unescape(quoted) {
            "metadata" => Name::Metadata,
            "data" => Name::Data,
            "externalPayloads" | "external_payloads" => Name::ExternalPayloads,
            "encoding" => Name::Encoding,
            "payloads" => Name::Payloads,
            "encodedAttributes" | "encoded_attributes" => Name::EncodedAttributes,
            "memo" | "header" | "upsertedMemo" | "upserted_memo" => Name::Fielded,
            "fields" => Name::Fields,
            "searchAttributes" | "search_attributes" => Name::SearchAttributes,
            "indexedFields" | "indexed_fields" => Name::IndexedFields,
            "userMetadata" | "user_metadata" => Name::UserMetadata,
            "summary" | "details" => Name::SummaryOrDetails,
            "nexusHandler" | "nexus_handler" => Name::NexusHandler,
            "sourceContext" | "source_context" => Name::SourceContext,
            "nexusOperationScheduledEventAttributes"
            | "nexus_operation_scheduled_event_attributes" => Name::NexusScheduled,
            "input" => Name::Input,
            "nexusOperationCompletedEventAttributes"
            | "nexus_operation_completed_event_attributes" => Name::NexusCompleted,
            "result" => Name::Result,
            "history" => Name::History,
            "events" => Name::Events,
            "eventId" | "event_id" => Name::EventId,
            "eventTime" | "event_time" => Name::EventTime,
            "eventType" | "event_type" => Name::EventType,
            "message" => Name::Message,
            "stackTrace" | "stack_trace" | "cause" => Name::StackTraceOrCause,
            other if other.ends_with("EventAttributes") || other.ends_with("_event_attributes") => {
                Name::EventAttributes
            }
            other if other.ends_with("FailureInfo") || other.ends_with("_failure_info") => {
                Name::FailureInfo
            }
            _ => Name::Other,
        }
    }

    /// Whether it names the attributes of an event.
    pub(super) fn is_event_attributes(self) -> bool {
        matches!(
            self,
            Name::EventAttributes | Name::NexusScheduled | Name::NexusCompleted
        )
    }
}
