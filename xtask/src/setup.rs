//! Sets the machine up: says what is missing, then installs it where the system has apt, else stops.

use std::process::Command;

use crate::failure::Failure;
use crate::packages::{self, Need, Proof, System};
use crate::process::{find, output, run};

/// Makes sure that everything in `sets` is installed.
///
/// # Errors
/// When something lacks and this is no system with apt, or there is no way to become root.
pub(crate) fn system(sets: &[&[Need]]) -> Result<(), Failure> {
    let needs = sets.iter().copied().flatten().collect::<Vec<_>>();
    match System::here() {
        System::Complete => Ok(()),
        System::OtherLinux => check(&needs),
        System::Apt => install(&needs),
    }
}

fn install(needs: &[&Need]) -> Result<(), Failure> {
    let missing = packages::not_installed(needs, &listing(needs));
    if missing.is_empty() {
        return Ok(());
    }
    println!("Missing packages: {}", missing.join(" "));
    let mut update = as_root(&["apt-get", "update", "--quiet"])?;
    let mut install = as_root(&[
        "apt-get",
        "install",
        "--quiet",
        "--yes",
        "--no-install-recommends",
    ])?;
    install.args(&missing);
    println!("Installing them with apt-get.");
    for command in [&mut update, &mut install] {
        run(command.env("DEBIAN_FRONTEND", "noninteractive"))?;
    }
    match packages::not_installed(needs, &listing(needs)).as_slice() {
        [] => Ok(()),
        still => Err(Failure::Machine(format!(
            "apt-get succeeded, but these packages are still not installed: {}",
            still.join(" ")
        ))),
    }
}

/// Dpkg fails when it does not know one of the names, but lists the others all the same.
fn listing(needs: &[&Need]) -> String {
    let out = Command::new("dpkg-query")
        .args(["-W", "-f=${Package} ${db:Status-Status}\n"])
        .args(needs.iter().map(|it| it.package))
        .output();
    out.map(|it| String::from_utf8_lossy(&it.stdout).into_owned())
        .unwrap_or_default()
}

fn as_root(words: &[&str]) -> Result<Command, Failure> {
    let is_root = output(Command::new("id").arg("-u")).is_some_and(|it| it.trim() == "0");
    let command_from = |words: &[&str]| {
        let mut command = Command::new(words[0]);
        command.args(&words[1..]);
        command
    };
    if is_root {
        Ok(command_from(words))
    } else if find("sudo").is_some() {
        Ok(command_from(&[&["sudo"], words].concat()))
    } else {
        Err(Failure::Machine(
            "installing them needs root, and sudo is not installed; install them as root, then run this again".to_owned(),
        ))
    }
}

fn check(needs: &[&Need]) -> Result<(), Failure> {
    let missing = needs.iter().filter(|it| !is_there(&it.proof));
    let lines = missing
        .map(|it| match it.proof {
            Proof::Program(name) => format!("  the program {name} (Debian: {})", it.package),
            Proof::Library(name) => {
                format!(
                    "  the library {name} with its headers, found by pkg-config (Debian: {})",
                    it.package
                )
            }
        })
        .collect::<Vec<_>>();
    if lines.is_empty() {
        return Ok(());
    }
    Err(Failure::Machine(format!(
        "this system’s package manager is not supported; install these, then run this again:\n{}",
        lines.join("\n")
    )))
}

fn is_there(proof: &Proof) -> bool {
    match proof {
        Proof::Program(name) => find(name).is_some(),
        Proof::Library(name) => {
            output(Command::new("pkg-config").args(["--exists", name])).is_some()
        }
    }
}

/// Makes sure that cargo has the parts that checking needs; rustup's minimal profile leaves them out.
///
/// # Errors
/// When one is missing.
pub(crate) fn rust_parts(root: &std::path::Path) -> Result<(), Failure> {
    for part in ["fmt", "clippy"] {
        if output(crate::process::cargo(root).args([part, "--version"])).is_none() {
            return Err(Failure::Machine(format!(
                "`cargo {part}` is missing: `rustup component add rustfmt clippy` installs it"
            )));
        }
    }
    Ok(())
}
