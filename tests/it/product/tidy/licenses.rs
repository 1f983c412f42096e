//! What the product is made of may be shipped: each crate, for every system, comes from the public registry under a license that
//! `deny.toml` lists.

use std::process::Command;

use serde_json::Value;
use spdx::{Expression, ParseMode};
use toml_edit::DocumentMut;

use super::{read, root};

fn strings<'a>(deny: &'a DocumentMut, part: &str, name: &str) -> Vec<&'a str> {
    let list = deny[part][name].as_array().expect("a list");
    list.iter().filter_map(|item| item.as_str()).collect()
}

#[test]
fn every_crate_has_a_license_that_is_allowed_and_comes_from_the_public_registry() {
    let deny: DocumentMut = read("deny.toml").parse().expect("TOML");
    let allowed = strings(&deny, "licenses", "allow");
    let mut metadata = Command::new(env!("CARGO"));
    metadata.args(["metadata", "--locked", "--format-version", "1"]);
    for target in strings(&deny, "graph", "targets") {
        metadata.args(["--filter-platform", target]);
    }
    let output = metadata.current_dir(root()).output().expect("cargo runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let foreign: Vec<_> = packages
        .iter()
        .filter(|package| !package["source"].is_null())
        .collect();
    assert!(
        foreign.len() > 300,
        "{} crates are not all of them",
        foreign.len()
    );
    let mut faults = Vec::new();
    for package in foreign {
        let name = &package["name"];
        if package["source"] != "registry+https://github.com/rust-lang/crates.io-index" {
            faults.push(format!("{name} comes from {}", package["source"]));
        }
        let license = package["license"].as_str().unwrap_or_default();
        let may_ship = Expression::parse_mode(license, ParseMode::LAX).is_ok_and(|expression| {
            expression.evaluate(|wanted| allowed.contains(&wanted.to_string().as_str()))
        });
        if !may_ship {
            faults.push(format!("{name} has the license \"{license}\""));
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}
