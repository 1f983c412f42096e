//! The command table: everything the window can ask for, declared once.
//!
//! It is expanded three times: into the TypeScript type of every command, into a by-name dispatch for browser tests, and
//! into the desktop's IPC handlers. Commands may block (keychain, files): a transport calls them off its reactor.

use crate::app::App;
use crate::error::{AppError, Code};

/// Calls `$with! { … }` with every room and its commands: `room { name(Request) -> Response; … }`. The room is a method of
/// [`crate::App`], and the command one of the room.
#[macro_export]
macro_rules! for_each_command {
    ($with:ident) => {
        $with! {
            server {
                /// Is the Codec Server serving, and where?
                server_status(()) -> $crate::view::ServerView;
                /// Starts the Codec Server on the port that is set.
                start_server(()) -> $crate::view::ServerView;
                /// Stops it, after the requests under way.
                stop_server(()) -> $crate::view::ServerView;
                /// Decodes and encodes nothing until it is resumed; it keeps listening.
                pause_server(()) -> $crate::view::ServerView;
                /// Decodes and encodes again.
                resume_server(()) -> $crate::view::ServerView;
                /// Sets the port, and restarts the server on it.
                set_port($crate::view::SetPortRequest) -> $crate::view::ServerView;
                /// Serves HTTPS beside http with a certificate of this machine's own authority, or no longer.
                switch_https($crate::view::SwitchHttpsRequest) -> $crate::view::ServerView;
                /// Writes the certificate of this machine's authority to a file, for those who are to trust it.
                export_authority($crate::view::ExportAuthorityRequest) -> ();
                /// How to connect each kind of client to the server.
                connect_cards(()) -> Vec<$crate::view::ConnectCard>;
            }
            access {
                /// Who may have Payloads decoded.
                list_access(()) -> $crate::view::AccessView;
                /// Puts the rules in force, or serves whoever passes the list of origins.
                switch_access($crate::view::AccessSwitchRequest) -> $crate::view::AccessView;
                /// Refuses programs without a token, or asks the rules about them.
                require_program_tokens($crate::view::AccessSwitchRequest) -> $crate::view::AccessView;
                /// Saves a provider of tokens.
                save_provider($crate::view::SaveProviderRequest) -> $crate::view::AccessView;
                /// Removes a provider of tokens.
                remove_provider($crate::view::AccessPlaceRequest) -> $crate::view::AccessView;
                /// Asks each provider for its keys, and says which of them has none.
                check_providers(()) -> Vec<$crate::view::ProviderProblem>;
                /// Saves a rule.
                save_rule($crate::view::SaveRuleRequest) -> $crate::view::AccessView;
                /// Removes a rule.
                remove_rule($crate::view::AccessPlaceRequest) -> $crate::view::AccessView;
                /// Moves a rule to another place.
                move_rule($crate::view::MoveRuleRequest) -> $crate::view::AccessView;
                /// Says what is done where no rule fits.
                set_access_default($crate::view::SetAccessDefaultRequest) -> $crate::view::AccessView;
                /// Makes a token for a program.
                make_program_token($crate::view::ProgramRequest) -> $crate::view::AccessView;
                /// Makes another token for a program; the one before is refused from then on.
                rotate_program_token($crate::view::ProgramRequest) -> $crate::view::AccessView;
                /// Refuses the token of a program from now on.
                revoke_program_token($crate::view::ProgramRequest) -> $crate::view::AccessView;
                /// Puts the token that was just made on the clipboard, once, and takes it off after a minute.
                copy_program_token($crate::view::ProgramRequest) -> $crate::view::CopiedKeyView;
                /// The token that was just made cannot be copied any more.
                forget_program_token(()) -> ();
                /// What would become of a request with a token? The token is looked at and forgotten.
                test_token($crate::view::TestTokenRequest) -> $crate::view::TokenTestView;
                /// The rules as a file for `temporal-codec serve --access`.
                access_file(()) -> $crate::view::AccessFileView;
            }
            consent {
                /// Whom the user was asked about, and what was answered.
                list_consent(()) -> $crate::view::ConsentView;
                /// Asks the user before somebody is served for the first time, or no longer.
                switch_consent($crate::view::SwitchConsentRequest) -> $crate::view::ConsentView;
                /// Allows or denies what is asked.
                answer_consent($crate::view::AnswerConsentRequest) -> $crate::view::ConsentView;
                /// Takes an answer back: its question is asked anew.
                forget_consent($crate::view::ForgetConsentRequest) -> $crate::view::ConsentView;
            }
            temporal_cli {
                /// The Temporal CLI's profiles, and which of them ask this server.
                cli_profiles(()) -> $crate::view::CliProfilesView;
                /// What connecting a profile of the Temporal CLI would change in its file.
                plan_cli($crate::view::CliProfileRequest) -> $crate::view::CliChangeView;
                /// Connects a profile of the Temporal CLI: makes the change that was shown, and proves it.
                connect_cli($crate::view::ChangeCliRequest) -> $crate::view::CliConnectedView;
                /// What taking that back would change.
                plan_cli_undo($crate::view::CliProfileRequest) -> $crate::view::CliChangeView;
                /// Takes it back: makes the change that was shown.
                undo_cli($crate::view::ChangeCliRequest) -> $crate::view::CliProfilesView;
            }
            trust {
                /// Who trusts the authority of this machine?
                list_trust(()) -> $crate::view::TrustView;
                /// Has a browser trust it, after the desktop asked.
                trust_authority($crate::view::TrustStoreRequest) -> $crate::view::TrustView;
                /// Has a browser trust it no longer.
                untrust_authority($crate::view::TrustStoreRequest) -> $crate::view::TrustView;
            }
            doctor {
                /// Looks at everything that can keep a client from decoded Payloads.
                check_connections(()) -> $crate::view::DoctorView;
                /// Goes the whole way of a request, over the socket.
                self_test($crate::view::SelfTestRequest) -> $crate::view::SelfTestView;
                /// The findings and the last self-test as text to paste into an issue.
                doctor_report(()) -> $crate::view::DoctorReport;
            }
            keys {
                /// All keys, and the keychain's state.
                list_keys(()) -> $crate::view::KeysView;
                /// Changes a key's id and label.
                rename_key($crate::view::RenameKeyRequest) -> $crate::view::KeysView;
                /// Removes a key from the keychain and from memory.
                remove_key($crate::view::RemoveKeyRequest) -> $crate::view::KeysView;
                /// Chooses the key that `/encode` uses.
                set_encode_key($crate::view::SetEncodeKeyRequest) -> $crate::view::KeysView;
                /// Says what a key is for: its formats, its Namespaces.
                set_key_usage($crate::view::SetKeyUsageRequest) -> $crate::view::KeysView;
                /// Takes a key out of use, and keeps it.
                retire_key($crate::view::KeyHandleRequest) -> $crate::view::KeysView;
                /// Takes a retired key into use again.
                restore_key($crate::view::KeyHandleRequest) -> $crate::view::KeysView;
                /// Keeps keys in the keychain, or in the encrypted file, from now on.
                move_keys($crate::view::MoveKeysRequest) -> $crate::view::KeysView;
                /// Forgets every key's bytes; nothing is decoded until it is unlocked.
                lock($crate::view::LockRequest) -> $crate::view::KeysView;
                /// Reads the keys from the keychain again.
                unlock(()) -> $crate::view::KeysView;
                /// Asks the keychain again, after it was locked or missing.
                retry_keychain(()) -> $crate::view::KeysView;
            }
            key_import {
                /// Makes a new key.
                generate_key($crate::view::GenerateKeyRequest) -> $crate::view::GeneratedKeyView;
                /// Puts the key that was just made on the clipboard, once, and takes it off after a minute.
                copy_generated_key($crate::view::CopyKeyRequest) -> $crate::view::CopiedKeyView;
                /// The key that was just made cannot be copied any more.
                forget_generated_key(()) -> ();
                /// Code with which Workers use a key, for each SDK.
                worker_snippets($crate::view::WorkerSnippetsRequest) -> Vec<$crate::view::WorkerSnippet>;
                /// Takes a key in from text.
                import_key($crate::view::ImportKeyRequest) -> $crate::view::KeysView;
                /// Puts another key in the place of one, which is retired.
                replace_key($crate::view::ReplaceKeyRequest) -> $crate::view::KeysView;
                /// Takes a key in from a file of raw bytes.
                import_key_file($crate::view::ImportKeyFileRequest) -> $crate::view::KeysView;
                /// What is a text in every spelling, the likeliest first?
                guess_key_format($crate::view::GuessKeyFormatRequest) -> $crate::view::KeyTextView;
                /// Adds the key of Temporal's samples.
                add_sample_key($crate::view::AddSampleKeyRequest) -> $crate::view::KeysView;
                /// Adds the key that a format's project publishes.
                add_demo_key($crate::view::AddDemoKeyRequest) -> $crate::view::KeysView;
            }
            key_sources {
                /// What a list, a bundle or a command holds.
                preview_keys($crate::view::PreviewKeysRequest) -> $crate::view::KeysPreview;
                /// Adds keys of a preview.
                import_keys($crate::view::ImportKeysRequest) -> $crate::view::KeysView;
                /// Stops a command that is run for its keys.
                cancel_keys_command(()) -> ();
                /// Forgets a preview.
                discard_keys_preview($crate::view::KeysPreviewRequest) -> ();
                /// Exactly what a command line would run.
                command_words($crate::view::CommandRequest) -> $crate::view::CommandWords;
                /// Asks again before a command is run that was confirmed.
                forget_command($crate::view::CommandRequest) -> $crate::view::CommandWords;
                /// Which commands unwrap data keys, and who is waited for.
                list_wrapped_keys(()) -> $crate::view::WrappedKeysView;
                /// Saves a command that unwraps data keys. It is not run by this.
                save_wrapped_keys($crate::view::SaveWrappedKeysRequest) -> $crate::view::WrappedKeysView;
                /// Removes one.
                remove_wrapped_keys($crate::view::WrappedKeysRequest) -> $crate::view::WrappedKeysView;
                /// Asks the user, outside of the window, whether it may be run.
                confirm_wrapped_keys($crate::view::WrappedKeysRequest) -> $crate::view::WrappedKeysView;
                /// Has the data key of a Payload unwrapped.
                test_wrapped_keys($crate::view::TestWrappedKeysRequest) -> $crate::view::WrappedKeysTest;
                /// Stops what is asked now and what waits.
                cancel_unwrapping(()) -> $crate::view::WrappedKeysView;
                /// Writes keys into an encrypted bundle.
                export_bundle($crate::view::ExportBundleRequest) -> ();
                /// How hard is a passphrase to guess, and is it enough?
                judge_passphrase($crate::view::JudgePassphraseRequest) -> $crate::view::PassphraseView;
                /// Makes the encrypted file that keeps keys.
                create_vault($crate::view::CreateVaultRequest) -> $crate::view::KeysView;
                /// Opens the encrypted file.
                open_vault($crate::view::OpenVaultRequest) -> $crate::view::KeysView;
            }
            formats {
                /// Every format that keys can be used with.
                list_formats(()) -> $crate::view::FormatsView;
                /// Saves a format of the user's own.
                save_format($crate::view::SaveFormatRequest) -> $crate::view::FormatsView;
                /// Removes a format of the user's own.
                remove_format($crate::view::FormatRequest) -> $crate::view::FormatsView;
                /// Is a text a spec?
                check_format($crate::view::CheckFormatRequest) -> $crate::view::FormatCheck;
                /// Tries a spec on a Payload.
                try_format($crate::view::TryFormatRequest) -> $crate::view::TrialView;
            }
            namespaces {
                /// All profiles.
                list_profiles(()) -> $crate::view::ProfilesView;
                /// Saves a profile.
                save_profile($crate::view::SaveProfileRequest) -> $crate::view::ProfilesView;
                /// Removes a profile.
                remove_profile($crate::view::ProfileRequest) -> $crate::view::ProfilesView;
                /// Says what Namespaces get that no profile names.
                set_unlisted($crate::view::SetUnlistedRequest) -> $crate::view::ProfilesView;
                /// What would a Namespace get?
                match_profile($crate::view::MatchProfileRequest) -> $crate::view::MatchView;
            }
            inspector {
                /// Finds and decodes every Payload in a text.
                inspect($crate::view::InspectRequest) -> $crate::view::InspectionView;
                /// Finds and decodes every Payload in a file.
                inspect_file($crate::view::InspectFileRequest) -> $crate::view::InspectionView;
                /// The same of a file that was inspected before.
                inspect_recent_file($crate::view::InspectRecentFileRequest) -> $crate::view::InspectionView;
                /// More rows of an open document.
                inspection_rows($crate::view::InspectionRowsRequest) -> Vec<$crate::view::PayloadRow>;
                /// An open history at a glance.
                history_overview($crate::view::DocumentRequest) -> $crate::view::HistoryOverview;
                /// Groups of events of an open history.
                history_rows($crate::view::HistoryRowsRequest) -> $crate::view::HistoryRowsView;
                /// One event of an open history in full.
                history_event($crate::view::HistoryEventRequest) -> $crate::view::HistoryEventView;
                /// Finds a text in the events and decoded Payloads of an open history.
                search_history($crate::view::SearchHistoryRequest) -> $crate::view::HistoryMatches;
                /// Finds a text in the Payloads of an open document, and in what they say.
                search_payloads($crate::view::SearchPayloadsRequest) -> $crate::view::PayloadMatches;
                /// Evaluates a jq expression over an open document, or over what one of its Payloads says.
                filter($crate::view::FilterRequest) -> $crate::view::FilterView;
                /// Two open histories side by side: which events are the same, and from which on they differ.
                compare_executions($crate::view::CompareExecutionsRequest) -> $crate::view::ExecutionComparison;
                /// What differs between two events of open histories.
                compare_events($crate::view::CompareEventsRequest) -> $crate::view::DifferencesView;
                /// What differs between two Payloads of open documents.
                compare_payloads($crate::view::ComparePayloadsRequest) -> $crate::view::DifferencesView;
                /// One Payload of an open document in full.
                inspect_payload($crate::view::InspectPayloadRequest) -> $crate::view::PayloadView;
                /// As that, read as a message of a type that is chosen for the moment.
                inspect_payload_as($crate::view::InspectPayloadAsRequest) -> $crate::view::PayloadView;
                /// The types that a Payload may be read as, those that it fits first.
                message_types($crate::view::MessageTypesRequest) -> $crate::view::MessageTypesView;
                /// Decodes an open document again, with the keys of now.
                refresh_document($crate::view::RefreshDocumentRequest) -> $crate::view::InspectionView;
                /// The bytes of one Payload as it stands in the document, and what each of them is.
                payload_bytes($crate::view::PayloadBytesRequest) -> $crate::view::PayloadBytesView;
                /// Stops an inspection that is under way.
                cancel_inspection($crate::view::InspectionTicket) -> ();
                /// Writes the value of one Payload to a file.
                save_value($crate::view::SaveValueRequest) -> $crate::view::SavedView;
                /// What an export of a document would be.
                preview_export($crate::view::PreviewExportRequest) -> $crate::view::ExportPreview;
                /// Writes a document to a file: decoded, readable, redacted, or encoded under another key.
                save_document($crate::view::SaveDocumentRequest) -> $crate::view::SavedView;
                /// Files that were inspected, newest first.
                recent_files(()) -> Vec<$crate::view::RecentFile>;
                /// Forgets a file that was inspected, or all of them.
                forget_recent_files($crate::view::ForgetRecentFilesRequest) -> Vec<$crate::view::RecentFile>;
                /// Forgets a document.
                close_document($crate::view::DocumentRequest) -> ();
                /// Which key opens this Payload?
                diagnose_payload($crate::view::InspectPayloadRequest) -> $crate::view::DiagnosisView;
                /// Uses what was found from now on.
                adopt_finding($crate::view::AdoptFindingRequest) -> $crate::view::KeysView;
                /// Encodes a value to a Payload.
                encode_json($crate::view::EncodeJsonRequest) -> $crate::view::EncodedView;
                /// An encrypted Payload to try the inspector with.
                sample_payload(()) -> $crate::view::SampleView;
            }
            requests {
                /// Requests, the newest first.
                list_requests($crate::view::ListRequestsRequest) -> $crate::view::RequestsView;
                /// One request in full.
                request_detail($crate::view::RequestIdRequest) -> $crate::view::RequestDetailView;
                /// Forgets all requests; for a moment they can be brought back.
                clear_requests(()) -> $crate::view::RequestsView;
                /// Brings back what was cleared last.
                restore_requests(()) -> $crate::view::RequestsView;
                /// Writes who asked for what, of the requests in the list, to a file; without content.
                export_access_log($crate::view::ExportAccessLogRequest) -> ();
                /// Switches the capturing of bodies on, or off.
                set_capture($crate::view::SetCaptureRequest) -> $crate::view::CaptureView;
                /// The body of a captured request, whole.
                captured_body($crate::view::RequestIdRequest) -> $crate::view::CapturedBodyView;
                /// Asks a captured request again.
                replay_request($crate::view::RequestIdRequest) -> $crate::view::ReplayView;
            }
            settings {
                /// All settings.
                get_settings(()) -> $crate::view::SettingsView;
                /// Changes settings.
                update_settings($crate::view::UpdateSettingsRequest) -> $crate::view::SettingsView;
                /// Serves one more origin.
                add_origin($crate::view::OriginRequest) -> $crate::view::SettingsView;
                /// Serves one origin less.
                remove_origin($crate::view::OriginRequest) -> $crate::view::SettingsView;
                /// Serves the origins of a fresh installation again.
                reset_origins(()) -> $crate::view::SettingsView;
                /// Lets programs ask for one more host, beside the names of this machine. Pages may not.
                add_program_host($crate::view::ProgramHostRequest) -> $crate::view::SettingsView;
                /// Lets programs ask for one host less.
                remove_program_host($crate::view::ProgramHostRequest) -> $crate::view::SettingsView;
                /// Makes settings what they are in a fresh installation.
                reset_settings($crate::view::ResetSettingsRequest) -> $crate::view::SettingsView;
                /// Takes back the last change of settings that can be, and the ones before it one after the other. Tokens of programs that were revoked or replaced stay so.
                undo_settings($crate::view::UndoSettingsRequest) -> $crate::view::SettingsView;
                /// Writes the settings to a file, without secrets and without what only means this machine.
                export_settings($crate::view::ExportSettingsRequest) -> ();
                /// What a file of exported settings would change.
                preview_settings($crate::view::PreviewSettingsRequest) -> $crate::view::SettingsPreview;
                /// Puts the settings in force that were shown.
                import_settings($crate::view::ImportSettingsRequest) -> $crate::view::SettingsView;
                /// The user's protobuf types, and where each is read from.
                list_protobuf_types(()) -> $crate::view::ProtobufTypesView;
                /// Shows messages by the types of a `.proto` file or a descriptor set, too.
                add_protobuf_file($crate::view::AddProtobufFileRequest) -> $crate::view::ProtobufTypesView;
                /// Shows messages by the types of a folder of `.proto` files, too.
                add_protobuf_folder($crate::view::AddProtobufFolderRequest) -> $crate::view::ProtobufTypesView;
                /// Shows messages by the types of a place no longer.
                remove_protobuf_place($crate::view::ProtobufPlaceRequest) -> $crate::view::ProtobufTypesView;
                /// Reads all places again.
                read_protobuf_types_again(()) -> $crate::view::ProtobufTypesView;
                /// Has a type read the messages that stand at a place.
                save_message_rule($crate::view::MessageRule) -> $crate::view::ProtobufTypesView;
                /// Has no rule for them any more.
                remove_message_rule($crate::view::MessageRule) -> $crate::view::ProtobufTypesView;
                /// What changed from version to version.
                whats_new(()) -> $crate::view::WhatsNewView;
                /// Remembers that this version's changes were shown.
                seen_whats_new(()) -> $crate::view::SettingsView;
            }
            desktop {
                /// Asks the user for a file, in a dialog of the system.
                choose_file($crate::view::ChooseFileRequest) -> Option<$crate::view::ChosenFile>;
                /// Shows the settings file in the file manager.
                show_settings_file(()) -> ();
                /// Refuses everybody and forgets every key, until it is lifted.
                set_panic_lock(()) -> $crate::view::ServerView;
                /// Lifts that; the keys stay locked.
                lift_panic_lock(()) -> $crate::view::ServerView;
                /// Says how many open documents are in no file: quitting asks about them.
                hold_documents($crate::view::HoldDocumentsRequest) -> ();
                /// Ends the app, or keeps it, as the user answered the window’s question.
                answer_quit($crate::view::AnswerQuitRequest) -> ();
                /// The link that waits, if one does. It waits no longer then.
                take_link(()) -> Option<$crate::view::LinkView>;
            }
        }
    };
}

macro_rules! declare_types {
    ($($room:ident { $($(#[$doc:meta])* $name:ident($request:ty) -> $response:ty;)* })*) => {
        /// Every command with its request and its answer. Only its TypeScript form is used.
        #[derive(ts_rs::TS)]
        #[ts(export)]
        #[allow(dead_code, reason = "a type for TypeScript alone")]
        struct Commands {
            $($($(#[$doc])* $name: ($request, $response),)*)*
        }
    };
}
for_each_command!(declare_types);

/// Whether a command is asked for by somebody. What a window asks for on its own, for as long as it is shown, must not keep the app
/// from locking itself.
pub fn is_use(command: &str) -> bool {
    command != "check_connections"
}

/// Runs a command by its name, with its request and its answer as JSON: the transport of browser tests.
///
/// Blocks as the command does.
///
/// # Errors
/// What the command says; [`Code::BadRequest`] for a command that there is not, or a request that is not the command's.
pub fn dispatch(
    app: &App,
    command: &str,
    request: serde_json::Value,
) -> Result<serde_json::Value, AppError> {
    if is_use(command) {
        app.note_use();
    }
    macro_rules! by_name {
        ($($room:ident { $($(#[$doc:meta])* $name:ident($request:ty) -> $response:ty;)* })*) => {
            match command {
                $($(stringify!($name) => {
                    // serde_json's message may quote the request, which may hold a key.
                    let request: $request = serde_json::from_value(request)
                        .map_err(|_| AppError::new(Code::BadRequest, format!("the request does not fit the command {command}")))?;
                    let response: $response = app.$room().$name(request)?;
                    serde_json::to_value(response)
                        .map_err(|error| AppError::new(Code::Internal, format!("the answer could not be serialized: {error}")))
                })*)*
                _ => Err(AppError::new(Code::BadRequest, "there is no command with this name")),
            }
        };
    }
    for_each_command!(by_name)
}
