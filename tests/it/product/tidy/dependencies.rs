//! Who may use what: the law of dependencies, and that the layers look downwards only.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

use super::{read, root};

/// What each package may use, as a law: a new dependency is a decision, and is made here as well. Dependencies that only
/// tests or build scripts use are not listed.
const MAY_USE: [(&str, &[&str]); 17] = [
    (
        "temporal-payload",
        &[
            "base64",
            "bytes",
            "flate2",
            "prost",
            "saphyr-parser",
            "serde",
            "serde_json",
            "thiserror",
        ],
    ),
    (
        "redaction",
        &[
            "bytes",
            "getrandom",
            "hmac",
            "serde_json",
            "sha2",
            "temporal-payload",
            "thiserror",
            "zeroize",
        ],
    ),
    ("comparison", &["temporal-payload"]),
    (
        "payload-schema",
        &[
            "flate2",
            "miette",
            "prost",
            "prost-reflect",
            "protox",
            "temporal-payload",
            "thiserror",
        ],
    ),
    (
        "payload-codec",
        &[
            "aes",
            "aes-gcm",
            "brotli-decompressor",
            "bytes",
            "cbc",
            "chacha20poly1305",
            "crc32fast",
            "flate2",
            "getrandom",
            "hkdf",
            "hmac",
            "lz4_flex",
            "memchr",
            "pbkdf2",
            "poly1305",
            "prost",
            "ring",
            "salsa20",
            "scrypt",
            "serde",
            "serde_json",
            "sha1",
            "sha2",
            "snap",
            "subtle",
            "temporal-payload",
            "thiserror",
            "x25519-dalek",
            "zeroize",
            "zstd",
        ],
    ),
    (
        "filter",
        &[
            "jaq-core",
            "jaq-json",
            "jaq-std",
            "rustix",
            "thiserror",
            "zeroize",
        ],
    ),
    (
        "extension-client",
        &[
            "bytes",
            "h2",
            "http",
            "prost",
            "temporal-payload",
            "thiserror",
            "tokio",
            "zeroize",
        ],
    ),
    (
        "key-store",
        &[
            "age",
            "base64",
            "extension-client",
            "getrandom",
            "jiff",
            "keyring",
            "keyring-core",
            "payload-codec",
            "rustix",
            "saphyr-parser",
            "serde",
            "serde_json",
            "sha2",
            "thiserror",
            "tracing",
            "uuid",
            "zbus-secret-service-keyring-store",
            "zeroize",
            "zxcvbn",
        ],
    ),
    (
        "access",
        &[
            "base64",
            "bytes",
            "http-body-util",
            "hyper",
            "hyper-rustls",
            "hyper-util",
            "jsonwebtoken",
            "rcgen",
            "ring",
            "rustix",
            "rustls",
            "serde",
            "serde_json",
            "sha2",
            "subtle",
            "temporal-payload",
            "thiserror",
            "time",
            "tokio",
            "tracing",
            "zeroize",
        ],
    ),
    (
        "codec-server",
        &[
            "access",
            "axum",
            "bytes",
            "getrandom",
            "http-body-util",
            "hyper",
            "hyper-util",
            "payload-codec",
            "prometheus-client",
            "rustix",
            "serde_json",
            "socket2",
            "subtle",
            "temporal-payload",
            "thiserror",
            "tokio",
            "tokio-rustls",
            "tower",
            "tower-http",
            "tracing",
            "zeroize",
        ],
    ),
    (
        "app",
        &[
            "access",
            "base64",
            "bytes",
            "codec-server",
            "comparison",
            "filter",
            "http-body-util",
            "hyper",
            "hyper-util",
            "jiff",
            "key-store",
            "listeners",
            "memchr",
            "payload-codec",
            "redaction",
            "payload-schema",
            "serde",
            "serde_json",
            "temporal-payload",
            "thiserror",
            "tikv-jemallocator",
            "tokio",
            "tokio-rustls",
            "toml_edit",
            "tracing",
            "ts-rs",
            "uuid",
            "zbus",
            "zeroize",
        ],
    ),
    (
        "logging",
        &[
            "jiff",
            "rustix",
            "serde_json",
            "temporal-payload",
            "tracing",
            "tracing-subscriber",
        ],
    ),
    (
        "cli",
        &[
            "app",
            "clap",
            "logging",
            "serde",
            "serde_json",
            "standard-output",
            "tokio",
            "tracing",
        ],
    ),
    ("standard-output", &["ctor", "rustix"]),
    (
        "desktop",
        &[
            "app",
            "glib",
            "gtk",
            "logging",
            "serde",
            "serde_json",
            "tauri",
            "tauri-plugin-autostart",
            "tauri-plugin-clipboard-manager",
            "tauri-plugin-dialog",
            "tauri-plugin-notification",
            "tauri-plugin-opener",
            "tauri-plugin-single-instance",
            "tauri-plugin-window-state",
            "tokio",
            "tracing",
            "zbus",
            "zeroize",
        ],
    ),
    ("xtask", &[]),
    // Tests may use what they need; what they must not is below.
    ("tests", &[]),
];
#[test]
fn each_package_uses_only_what_it_may() {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let mut used: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in metadata["packages"].as_array().expect("packages") {
        let dependencies = package["dependencies"].as_array().expect("a list");
        let of_the_product = dependencies
            .iter()
            // No kind is the usual kind: neither for tests nor for a build script.
            .filter(|dependency| dependency["kind"].is_null())
            .filter_map(|dependency| dependency["name"].as_str());
        let name = package["name"].as_str().expect("a name").to_owned();
        used.insert(name, of_the_product.map(str::to_owned).collect());
    }
    let known: BTreeSet<&str> = MAY_USE.iter().map(|(name, _)| *name).collect();
    let packages: BTreeSet<&str> = used.keys().map(String::as_str).collect();
    assert_eq!(packages, known, "every package has a line in the table");
    for name in ["tauri", "keyring"] {
        assert!(!used["tests"].contains(name), "tests must not use {name}");
    }
    for (package, allowed) in MAY_USE {
        let allowed: BTreeSet<&str> = allowed.iter().copied().collect();
        for name in used[package].iter().filter(|_| package != "tests") {
            assert!(
                allowed.contains(name.as_str()),
                "{package} uses {name}: is that its business?"
            );
        }
    }
}

#[test]
fn the_layers_look_downwards_only() {
    // The table above, once more by its idea: who must never see what.
    let pure = [
        "temporal-payload",
        "redaction",
        "comparison",
        "payload-schema",
        "payload-codec",
    ];
    for (package, allowed) in MAY_USE {
        let forbidden: &[&str] = match package {
            _ if pure.contains(&package) => &["tokio", "tracing", "axum", "keyring", "app"],
            "key-store" => &["tokio", "axum", "codec-server", "app"],
            "extension-client" => &["axum", "tracing", "payload-codec", "key-store", "app"],
            "access" => &["axum", "keyring", "key-store", "codec-server", "app"],
            "codec-server" => &["keyring", "key-store", "app"],
            "app" => &["tauri", "axum", "keyring", "logging"],
            "cli" => &["tauri", "axum", "keyring"],
            "logging" => &["tokio", "app", "payload-codec", "key-store"],
            "desktop" => &[
                "axum",
                "keyring",
                "key-store",
                "payload-codec",
                "codec-server",
            ],
            _ => &[],
        };
        for name in forbidden {
            assert!(!allowed.contains(name), "{package} must not use {name}");
        }
        if !matches!(package, "logging" | "tests") {
            assert!(!allowed.contains(&"tracing-subscriber"), "{package}");
        }
    }
}

#[test]
fn unsafe_is_forbidden_everywhere() {
    let manifest = read("Cargo.toml");
    assert!(manifest.contains("unsafe_code = \"forbid\""));
    for (package, _) in MAY_USE {
        let folder = match package {
            "desktop" => "src-tauri".to_owned(),
            "xtask" | "tests" => package.to_owned(),
            _ => format!("crates/{package}"),
        };
        let manifest = read(&format!("{folder}/Cargo.toml"));
        if package == "standard-output" {
            // What a library places before `main` allows it for itself, which nothing can where it is forbidden.
            assert!(manifest.contains("unsafe_code = \"deny\""));
            let source = read("crates/standard-output/src/lib.rs");
            assert!(!source.contains("unsafe_code") && !source.contains("unsafe {"));
            continue;
        }
        assert!(manifest.contains("[lints]\nworkspace = true"), "{package}");
    }
}
