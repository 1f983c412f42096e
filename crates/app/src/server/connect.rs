//! How to connect each kind of client to the Codec Server: the exact words, for the address of now.
//!
//! Source: what the clients read (temporalio/ui data-encoder-settings, ui-server's config, temporalio/cli's options, sdk-go's converter,
//! sdk-java's temporal-remote-data-encoder).

use crate::server::view::{ConnectCard, ConnectStep};

/// A card per kind of client, for an endpoint such as `http://127.0.0.1:8081`.
pub(crate) fn cards(endpoint: &str) -> Vec<ConnectCard> {
    vec![
        card(
            "web_ui",
            "Web UI, in this browser",
            "For any Web UI that you open in this browser, including one that somebody else runs. Only this browser is affected.",
            vec![
                say(
                    "In the Web UI, click the glasses icon at the top right (Configure Codec Server).",
                ),
                say(
                    "Choose “Use my browser setting and ignore Cluster-level setting”: the field for the endpoint appears, and the Web UI uses yours.",
                ),
                copy("Paste the endpoint:", endpoint),
                say(
                    "Leave “Pass the user access token” off while the endpoint starts with http: the Web UI would send no requests. Turn it on for an https endpoint whose rules in Access ask for tokens.",
                ),
                say(
                    "Click “Apply”, then reload the page. The icon turns green with the first decoded Payload.",
                ),
            ],
        ),
        card(
            "cloud",
            "Temporal Cloud",
            "cloud.temporal.io is already an allowed origin. The endpoint is on this machine, so everyone who wants to read Payloads needs this app.",
            vec![
                say(
                    "For yourself: click the glasses icon at the top right, and follow the steps for the Web UI. For everyone in the Namespace: edit the Namespace and set its Codec Server (requires Namespace Admin).",
                ),
                copy("Paste the endpoint:", endpoint),
                say(
                    "Leave “Pass access token” off while the endpoint starts with http; turn it on for an https endpoint whose rules in Access ask for tokens. Leave “Include cross-origin credentials” off.",
                ),
                say(
                    "When Chrome or Edge asks whether the site may access apps on this device, allow it. If you denied it before, allow it in the site controls to the left of the address.",
                ),
            ],
        ),
        card(
            "dev_server",
            "temporal server start-dev",
            "The development server passes the endpoint to its Web UI. The Web UI’s origin on port 8233 is already allowed; if you use another --ui-port, add that origin to the allowed origins.",
            vec![copy(
                "Start it with:",
                &format!("temporal server start-dev --ui-codec-endpoint {endpoint}"),
            )],
        ),
        card(
            "self_hosted",
            "Self-hosted Web UI",
            "A Cluster-level setting for everyone who uses this Web UI; each of them needs this app. Add the Web UI’s address to the allowed origins. Browsers block a Web UI on plain http from this machine unless it is opened as localhost.",
            vec![
                copy(
                    "Set in the environment of temporalio/ui:",
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
            "The CLI decodes what it prints and encodes what it sends.",
            vec![
                copy(
                    "For one command:",
                    &format!(
                        "temporal workflow show --workflow-id YOUR_WORKFLOW_ID --codec-endpoint {endpoint}"
                    ),
                ),
                copy(
                    "For every command:",
                    &format!("temporal config set --prop codec.endpoint --value {endpoint}"),
                ),
                say(
                    "Where Workers encode failures, the CLI’s tables print “Encoded failure”, with any Codec Server. The message and the stack trace are in encodedAttributes of its output as JSON, with -o json; paste that into the Inspector to read them.",
                ),
                say(
                    "With the codec set for every command, the CLI also encodes what it sends as Worker Deployment metadata: programs that read it there without your codec, such as a controller of Workers, then see it encrypted. Leave the codec out for those commands.",
                ),
                copy(
                    "To undo this:",
                    "temporal config delete --prop codec.endpoint",
                ),
            ],
        ),
        card(
            "sdks",
            "SDKs and Workers",
            "Workers and clients should use a Payload Codec with their own keys: they then need no Codec Server and no open app. What SDKs can do with one:",
            vec![
                copy(
                    "Go can encode and decode through a Codec Server:",
                    &format!(
                        "converter.NewRemoteDataConverter(\n    converter.GetDefaultDataConverter(),\n    converter.RemoteDataConverterOptions{{Endpoint: \"{endpoint}\"}},\n)"
                    ),
                ),
                copy(
                    "So can Java, with the module temporal-remote-data-encoder:",
                    &format!(
                        "new CodecDataConverter(\n    DefaultDataConverter.STANDARD_INSTANCE,\n    List.of(new OkHttpRemoteDataEncoderCodec(new OkHttpClient(), \"{endpoint}\")))"
                    ),
                ),
                say(
                    "Python, TypeScript, .NET and Ruby cannot: give their Data Converter the Payload Codec of your Workers.",
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
