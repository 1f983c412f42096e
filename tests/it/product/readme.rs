//! The README's transcripts: what it shows is what the program prints.

use std::process::Command;

use support::cli::{Home, program};

/// A command of a transcript, and what the README says that it prints.
struct Shown {
    command: String,
    prints: String,
}

/// The commands of every console block that speaks of `temporal-codec`.
fn transcripts() -> Vec<Shown> {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md"))
        .expect("a README");
    let blocks = readme.split("```console\n").skip(1);
    let blocks = blocks.map(|block| block.split("```").next().unwrap_or_default());
    let mut shown: Vec<Shown> = Vec::new();
    for line in blocks
        .filter(|block| block.contains("temporal-codec"))
        .flat_map(str::lines)
    {
        match (line.strip_prefix("$ "), shown.last_mut()) {
            (Some(command), _) => shown.push(Shown {
                command: command.to_owned(),
                prints: String::new(),
            }),
            (None, Some(last)) => {
                last.prints.push_str(line);
                last.prints.push('\n');
            }
            (None, None) => panic!("a transcript starts with a command, not with {line:?}"),
        }
    }
    shown
}

/// `cat` shows a file that the reader is to have; everything else is run in a shell.
#[test]
fn every_command_prints_what_the_readme_shows() {
    let home = Home::new();
    let mut ran = 0;
    for Shown { command, prints } in transcripts() {
        if let Some(file) = command.strip_prefix("cat ") {
            std::fs::OpenOptions::new()
                .write(true)
                .create_new(true)
                .open(home.path().join(file))
                .and_then(|mut file| std::io::Write::write_all(&mut file, prints.as_bytes()))
                .expect("a new file");
            continue;
        }
        let folder = program().parent().expect("target/debug").to_owned();
        let output = Command::new("sh")
            .args(["-c", &command])
            .current_dir(home.path())
            .env("HOME", home.path())
            .env("PATH", format!("{}:/usr/bin:/bin", folder.display()))
            .output()
            .expect("a shell");
        assert_eq!(String::from_utf8_lossy(&output.stdout), prints, "{command}");
        assert!(output.status.success(), "{command}");
        ran += 1;
    }
    assert!(ran > 0, "the README shows no command");
}

/// Pictures and files that the README points to are there.
#[test]
fn every_link_into_the_repository_leads_somewhere() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let readme = std::fs::read_to_string(format!("{root}/README.md")).expect("a README");
    let mut links = 0;
    for link in readme
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
    {
        if !link.starts_with("http") {
            assert!(
                std::path::Path::new(root).join(link).exists(),
                "{link} is not there"
            );
            links += 1;
        }
    }
    assert!(links > 5, "the README shows pictures and the code map");
}
