//! The catalogue that people read is what the code does.

use std::collections::BTreeSet;

use payload_codec::{Compression, Keyring, Status, build, catalogue, catalogue_page, presets};
use support::vectors::tests_folder;

/// `UPDATE=1` writes the page anew.
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "a page of this repository, that git keeps"
)]
fn the_page_of_formats_is_current() {
    let path = tests_folder().join("../crates/payload-codec/FORMATS.md");
    let page = catalogue_page();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &page).expect("the page is written");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page,
        "crates/payload-codec/FORMATS.md is not what the code says: run this test with UPDATE=1"
    );
}

#[test]
fn every_row_that_decodes_names_something_that_does() {
    let mut names: BTreeSet<&str> = presets().iter().map(|preset| preset.name).collect();
    names.extend(Compression::READ.map(Compression::encoding));
    names.insert("compression/algorithm");
    names.extend([
        "temporal-proxy-kms",
        "samples-python-kms",
        "temporal-cloud-proxy",
        "tink-kms",
        "samples-java-kms",
        "key-sealed-envelope",
    ]);
    let rows = catalogue();
    for row in &rows {
        assert!(!row.format.is_empty() && !row.written_by.is_empty());
        match row.status {
            Status::Decodes { preset, .. } => assert!(names.remove(preset), "{preset}"),
            Status::Recognized { needs } => assert!(!needs.is_empty(), "{}", row.format),
        }
    }
    assert!(names.is_empty(), "in no row: {names:?}");
}

/// Who writes a format is looked for by these names; each must be somewhere in the catalogue.
#[test]
fn every_project_of_the_survey_is_in_the_catalogue() {
    const PROJECTS: [&str; 42] = [
        "samples-go",
        "-python",
        "-typescript",
        "-dotnet",
        "-ruby",
        "samples-java",
        "orders-go",
        "mrsimonemms",
        "bitovi",
        "istvan-olah",
        "HUB-Live",
        "Canonical",
        "KuFlow Java SDK of 2024",
        "Temporal Proxy",
        "encryption_jwt",
        "AWS Encryption SDK",
        "payloadconverter/crypto",
        "PostHog",
        "langgraph",
        "Tracecat",
        "KuFlow SDKs",
        "abacus",
        "AesGcmPayloadCodec",
        "nzuguem",
        "temporal-kt",
        "eropple",
        "stdgo",
        "temporalio/features",
        "ByteSkewer",
        "SimplePrefix",
        "agent-runtime",
        "Atlan",
        "Datadog",
        "ai-cookbook",
        "ExternalStorageReference",
        "nexusserializationcontext",
        "saga420",
        "ronykit",
        "nuon",
        "Spring Security",
        "Reliant",
        "temporal-cloud-proxy",
    ];
    let page = catalogue_page();
    for project in PROJECTS {
        assert!(page.contains(project), "{project}");
    }
}

#[test]
fn every_preset_builds_and_has_a_line_for_people() {
    let mut names = BTreeSet::new();
    for preset in presets() {
        let name = preset.name;
        assert!(names.insert(name), "{name} twice");
        assert!(
            name.chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
            "{name}"
        );
        assert!(
            !preset.title.is_empty() && preset.summary().contains(" · "),
            "{name}"
        );
        let keys = std::sync::Arc::new(Keyring::default());
        let codec = build(&preset.spec, name, keys, None).expect(name);
        assert_eq!(codec.format().map(|format| &**format), Some(name));
    }
}
