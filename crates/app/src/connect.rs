//! How to connect each kind of client to the Codec Server: the exact words, for the address of now.
//!
//! Source: what the clients read (temporalio/ui data-encoder-settings, ui-server's config, temporalio/cli's options, sdk-go's converter,
//! sdk-java's temporal-remote-data-encoder).

use crate::view::{ConnectCard, ConnectStep};

/// A card per kind of client, for an endpoint such as `http://127.0.0.1:8081`.
pub(crate) fn cards(endpoint: &str) -> Vec<ConnectCard> {
    vec![
        card(
            "web_ui",
            "Web UI, in this browser",
            "Works for every Web UI you may open, also one that somebody else runs. The setting stays in this browser.",
            vec![
                say(
                    "Open the Web UI and click the glasses icon at the top right: Configure Codec Server.",
                ),
                copy("Paste the endpoint:", endpoint),
                say(
                    "Choose \"Use my browser setting and ignore Cluster-level setting\". Without that choice the Web UI never asks it.",
                ),
                say(
                    "Leave \"Pass the user access token\" off: the Web UI sends a token to https endpoints alone, and to http it sends nothing at all.",
                ),
                say("Apply. The icon turns green with the first decoded Payload."),
            ],
        ),
        card(
            "cloud",
            "Temporal Cloud",
            "cloud.temporal.io is an allowed origin. The endpoint means this machine: each viewer needs the app on their own.",
            vec![
                say(
                    "For yourself: the glasses icon at the top right, as in the Web UI. For everybody on the Namespace: Namespace, Edit, Codec Server (needs Namespace Admin).",
                ),
                copy("Paste the endpoint:", endpoint),
                say("Leave \"Pass access token\" and \"Include cross-origin credentials\" off."),
                say(
                    "Chrome and Edge then ask whether the site may reach apps on this device: allow it. If it was denied before, open the site controls left of the address and allow it there.",
                ),
            ],
        ),
        card(
            "dev_server",
            "temporal server start-dev",
            "The development server gives its Web UI the endpoint. Its origin, port 8233, is allowed; another --ui-port must be added to the allowed origins.",
            vec![copy(
                "Start it with:",
                &format!("temporal server start-dev --ui-codec-endpoint {endpoint}"),
            )],
        ),
        card(
            "self_hosted",
            "Self-hosted Web UI",
            "One setting for everybody who uses that Web UI, at Cluster level; each viewer needs the app on their own machine. Add the Web UI's address to the allowed origins. A Web UI on plain http is kept from this machine by the browser unless it is opened as localhost.",
            vec![
                copy(
                    "In the environment of temporalio/ui:",
                    &format!("TEMPORAL_CODEC_ENDPOINT={endpoint}"),
                ),
                copy(
                    "Or in its configuration file:",
                    &format!("codec:\n  endpoint: {endpoint}"),
                ),
            ],
        ),
        card(
            "cli",
            "Temporal CLI",
            "The CLI decodes what it prints, and encodes what it sends, with every command.",
            vec![
                copy(
                    "For one command:",
                    &format!(
                        "temporal workflow show --workflow-id YOUR_WORKFLOW_ID --codec-endpoint {endpoint}"
                    ),
                ),
                copy(
                    "From now on:",
                    &format!("temporal config set --prop codec.endpoint --value {endpoint}"),
                ),
                copy(
                    "To take it back:",
                    "temporal config delete --prop codec.endpoint",
                ),
            ],
        ),
        card(
            "sdks",
            "SDKs and Workers",
            "Workers and clients should hold the codec themselves: with keys of their own they need no server, and no app that must be open. What an SDK can do with a Codec Server:",
            vec![
                copy(
                    "Go can encode and decode through one:",
                    &format!(
                        "converter.NewRemoteDataConverter(\n    converter.GetDefaultDataConverter(),\n    converter.RemoteDataConverterOptions{{Endpoint: \"{endpoint}\"}},\n)"
                    ),
                ),
                copy(
                    "Java can, too, with the module temporal-remote-data-encoder:",
                    &format!(
                        "new CodecDataConverter(\n    DefaultDataConverter.STANDARD_INSTANCE,\n    List.of(new OkHttpRemoteDataEncoderCodec(new OkHttpClient(), \"{endpoint}\")))"
                    ),
                ),
                say(
                    "Python, TypeScript, .NET and Ruby have no remote codec: give their Data Converter the Payload Codec of your Workers.",
                ),
            ],
        ),
    ]
}

fn card(id: &str, title: &str, explanation: &str, steps: Vec<ConnectStep>) -> ConnectCard {
    ConnectCard {
        id: id.to_owned(),
        title: title.to_owned(),
        explanation: explanation.to_owned(),
        steps,
    }
}

fn say(text: &str) -> ConnectStep {
    ConnectStep {
        text: text.to_owned(),
        copy: None,
    }
}

fn copy(text: &str, words: &str) -> ConnectStep {
    ConnectStep {
        text: text.to_owned(),
        copy: Some(words.to_owned()),
    }
}
