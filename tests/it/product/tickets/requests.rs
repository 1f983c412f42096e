//! A new command that takes a path, or the page's yes, does not go unseen: every text and every yes-or-no of every request is
//! in a list here, with why it is harmless.

use std::collections::BTreeSet;

use super::TAKE_A_FILE;
use crate::commands::COMMANDS;

/// The TypeScript of every request, as it is made from the Rust types.
const BINDINGS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../ui/src/bindings");

/// The fields of a request's type and of those in it, as TypeScript has them: `KeySource.file`, and what it holds. A type that
/// is another name for a text counts as a field.
fn fields(of: &str, seen: &mut BTreeSet<String>, all: &mut Vec<(String, String)>) {
    if !seen.insert(of.to_owned()) {
        return;
    }
    let file = format!("{BINDINGS}/{of}.ts");
    let text = std::fs::read_to_string(&file).unwrap_or_else(|_| panic!("{file} is missing"));
    let mut code = String::new();
    let mut rest = text.as_str();
    while let Some((before, comment)) = rest.split_once("/**") {
        code.push_str(before);
        rest = comment.split_once("*/").expect("a comment ends").1;
    }
    code.push_str(rest);
    let imports = code
        .lines()
        .filter_map(|line| line.strip_prefix("import type { "));
    for import in imports {
        fields(import.split_once(' ').expect("a name").0, seen, all);
    }
    let (_, body) = code.split_once("export type").expect("a type");
    let (_, body) = body.split_once('=').expect("what it is");
    if !body.contains('{') {
        all.push((of.to_owned(), body.trim().trim_end_matches(';').to_owned()));
    }
    for part in body.split(['{', ',', '}', '&']) {
        if let Some((name, holds)) = part.split_once(':') {
            let name = name.trim().trim_matches('"').trim_end_matches('?');
            all.push((format!("{of}.{name}"), holds.trim().to_owned()));
        }
    }
}

/// Texts and yes-or-nos that a page may make up, each with why none opens a file or runs a program. What does either is not
/// added here: it is a `FileTicket`, or asked about by the desktop.
const THOUGHT_ABOUT: &[(&str, &[&str])] = &[
    (
        "looked up in a list of the app",
        &[
            "AddDemoKeyRequest.format",
            "ForgetConsentRequest.name",
            "ForgetConsentRequest.namespace",
            "ProgramRequest.name",
            "ChangeCliRequest.profile",
            "CliProfileRequest.profile",
            "CopyKeyRequest.handle",
            "ExportBundleRequest.handles",
            "ForgetRecentFilesRequest.id",
            "FormatRequest.name",
            "GenerateKeyRequest.formats",
            "ImportKeyFileRequest.formats",
            "ImportKeyRequest.formats",
            "InspectRecentFileRequest.id",
            "KeyHandleRequest.handle",
            "MoveKeysRequest.handles",
            "PayloadBytesRequest.format",
            "ProfileRequest.name",
            "InspectPayloadAsRequest.message_type",
            "MessageTypesRequest.words",
            "ProtobufPlaceRequest.path",
            "ProfileView.decode_keys",
            "ProfileView.encode_key",
            "RemoveKeyRequest.handle",
            "RenameKeyRequest.handle",
            "ReplaceKeyRequest.handle",
            "SaveFormatRequest.previous",
            "SaveProfileRequest.previous",
            "SetEncodeKeyRequest.handle",
            "SetEncodeKeyRequest.profile",
            "SetKeyUsageRequest.formats",
            "SetKeyUsageRequest.handle",
            "TrustStoreRequest.store",
            "TryFormatRequest.key",
        ],
    ),
    (
        "names what was shown before, by a token of the app",
        &[
            "ChangeCliRequest.seen",
            "ImportKeysRequest.token",
            "ImportSettingsRequest.seen",
            "KeysPreviewRequest.token",
            "FileTicket",
        ],
    ),
    (
        "kept as a name, or compared with what clients send",
        &[
            "EntryId.id",
            "GenerateKeyRequest.id",
            "GenerateKeyRequest.label",
            "GenerateKeyRequest.namespaces",
            "ImportKeyFileRequest.id",
            "ImportKeyFileRequest.label",
            "ImportKeyFileRequest.namespaces",
            "ImportKeyRequest.id",
            "ImportKeyRequest.label",
            "ImportKeyRequest.namespaces",
            "MessageRule.message_type",
            "MessageRule.name",
            "MessageRule.namespace",
            "MessageRule.overrides",
            "MessageRule.position",
            "OriginRequest.origin",
            "ProgramHostRequest.host",
            "ProfileView.name",
            "ProfileView.namespaces",
            "RenameKeyRequest.id",
            "WorkerSnippetsRequest.id",
            "RenameKeyRequest.label",
            "SaveFormatRequest.name",
            "SetKeyUsageRequest.namespaces",
            "SaveWrappedKeysRequest.wrapped_by",
        ],
    ),
    (
        "compared with a request or its token",
        &[
            "RuleView.name",
            "RuleView.program",
            "RuleView.email",
            "RuleView.email_domain",
            "RuleView.claim",
            "RuleView.claim_is",
            "RuleView.namespace",
            "SaveProviderRequest.audience",
            "TestTokenRequest.namespace",
            "TestTokenRequest.is_page",
        ],
    ),
    (
        "an address, which is connected to only after the desktop asked",
        &["SaveProviderRequest.issuer", "SaveProviderRequest.url"],
    ),
    (
        "picks a profile by its patterns",
        &[
            "EncodeJsonRequest.namespace",
            "InspectFileRequest.namespace",
            "InspectRecentFileRequest.namespace",
            "InspectRequest.namespace",
            "MatchProfileRequest.namespace",
            "RefreshDocumentRequest.namespace",
        ],
    ),
    (
        "what is taken out of a document, and by which key it is encoded; the file is a ticket's",
        &[
            "PreviewExportRequest.key",
            "PreviewExportRequest.rules",
            "SaveDocumentRequest.key",
            "SaveDocumentRequest.rules",
        ],
    ),
    (
        "read as data, in memory",
        &[
            "CheckFormatRequest.spec",
            "EncodeJsonRequest.encoding",
            "EncodeJsonRequest.text",
            "ExportBundleRequest.recipients",
            "FilterRequest.expression",
            "GivenContext.activity_type",
            "GivenContext.namespace",
            "GivenContext.workflow_id",
            "GivenContext.workflow_type",
            "HistoryFilter.workflow_tasks",
            "InspectRequest.source",
            "SaveFormatRequest.spec",
            "SearchHistoryRequest.text",
            "SearchPayloadsRequest.text",
            "SecretText",
            "TestWrappedKeysRequest.source",
            "TryFormatRequest.payload",
            "TryFormatRequest.spec",
        ],
    ),
    (
        "says of a passphrase that the same page gives that it will do",
        &[
            "CreateVaultRequest.although_weak",
            "ExportBundleRequest.although_weak",
        ],
    ),
    (
        "shown, and run only after the desktop asked",
        &[
            "CommandRequest.command",
            "KeySource.command",
            "SaveWrappedKeysRequest.command",
        ],
    ),
    (
        "proposed to the user as a name, without a folder",
        &["ChooseFileRequest.name"],
    ),
    (
        "a yes that risks no more than keys and lists of the app itself",
        &[
            "AccessSwitchRequest.on",
            "AnswerQuitRequest.quit",
            "CompareEventsRequest.everything",
            "CompareExecutionsRequest.everything",
            "ForgetRecentFilesRequest.all",
            "InspectFileRequest.ahead",
            "InspectRecentFileRequest.ahead",
            "InspectRequest.ahead",
            "InspectRequest.as_data",
            "LockRequest.forget_session_keys",
            "ProfileView.messages_as_json",
            "ProfileView.no_codec",
            "RemoveKeyRequest.even_if_used",
            "SetCaptureRequest.on",
            "SwitchConsentRequest.on",
            "SwitchConsentRequest.unlisted_pages",
            "SwitchHttpsRequest.on",
            "UpdateSettingsRequest.cache",
            "UpdateSettingsRequest.close_to_tray",
            "UpdateSettingsRequest.lock_with_screen",
            "UpdateSettingsRequest.menu_bar",
            "UpdateSettingsRequest.notify_undecodable",
            "UpdateSettingsRequest.start_at_login",
            "UpdateSettingsRequest.start_server_on_launch",
        ],
    ),
];

#[test]
fn every_text_of_every_request_was_thought_about() {
    let (mut seen, mut all) = (BTreeSet::new(), Vec::new());
    let table = std::fs::read_to_string(format!("{BINDINGS}/Commands.ts")).expect("the table");
    for command in COMMANDS {
        let (_, entry) = table
            .split_once(&format!("\n{command}: ["))
            .unwrap_or_else(|| panic!("{command} has no bindings: run `cargo test --lib export`"));
        let request = entry.split_once(',').expect("a request").0;
        if request != "null" {
            fields(request, &mut seen, &mut all);
        }
    }
    let found: BTreeSet<&str> = all
        .iter()
        .filter(|(_, holds)| holds.contains("string") || holds.contains("boolean"))
        .map(|(field, _)| field.as_str())
        .collect();
    let known: BTreeSet<&str> = THOUGHT_ABOUT
        .iter()
        .flat_map(|(_, fields)| fields.iter().copied())
        .collect();
    let new: Vec<_> = found.difference(&known).collect();
    assert!(
        new.is_empty(),
        "{new:?}: does it name a file or a program, or say yes for the user? Then take a ticket, or ask the desktop. \
         Otherwise, say above what it is"
    );
    let gone: Vec<_> = known.difference(&found).collect();
    assert!(
        gone.is_empty(),
        "{gone:?} is no field of a request any more"
    );
    let tickets = all.iter().filter(|(_, holds)| {
        let holds = holds.strip_suffix(" | null").unwrap_or(holds);
        holds == "FileTicket"
    });
    assert_eq!(
        tickets.count(),
        TAKE_A_FILE.len(),
        "each is tried with forged tickets"
    );
}
