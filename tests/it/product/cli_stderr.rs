//! The command line whose standard error or output cannot be written, is not read, or is flooded: it does what it is for.

use std::io::{BufRead as _, BufReader, PipeReader, PipeWriter, Write as _, pipe};
use std::process::Command;

use support::app::{post, send};
use support::cli::{Home, run, serve};
use support::wire::{Ask, EVIL, PLAIN, SEALED, UNKNOWN_KEY, payloads};

/// What a pipe of Linux takes before somebody must read.
const PIPE: usize = 1 << 16;

/// A pipe that is full and that nobody reads, and one whose reader is gone.
fn full_pipe() -> (PipeReader, PipeWriter) {
    let (reader, mut writer) = pipe().expect("a pipe");
    writer.write_all(&[b'\n'; PIPE]).expect("it fits");
    (reader, writer)
}

fn refused(port: u16) {
    let ask = Ask::post("/decode", &payloads(&[SEALED])).header("Origin", EVIL);
    assert_eq!(send(port, ask).status(), 403);
}

#[track_caller]
fn check_serves(command: Command, what: &str) {
    let serving = serve(command, b"");
    let port = serving.port();
    for _ in 0..5 {
        refused(port);
    }
    let answer = post(port, "/decode", &payloads(&[SEALED]));
    assert_eq!(answer.body, payloads(&[PLAIN]), "{what}");
    assert_eq!(serving.end("TERM").status, Some(0), "{what}");
}

#[test]
fn it_serves_whatever_becomes_of_standard_error() {
    let home = Home::new();
    let keys = home.sample_keys();
    let arguments = ["serve", "--port", "0", "--keys", &keys];
    for redirection in ["2>/dev/full", "2>&-", "2</dev/null"] {
        check_serves(home.redirected(&arguments, redirection), redirection);
    }
    let (reader, writer) = pipe().expect("a pipe");
    drop(reader);
    let mut command = home.command(&arguments);
    command.stderr(writer);
    check_serves(command, "a reader that is gone");
}

#[test]
fn a_reader_of_standard_error_that_stopped_does_not_stop_the_server() {
    let home = Home::new();
    let keys = home.sample_keys();
    let (_reader, writer) = full_pipe();
    let mut command = home.command(&["serve", "--port", "0", "--keys", &keys]);
    command.stderr(writer).env("RUST_LOG", "debug");
    let serving = serve(command, b"");
    let port = serving.port();
    for _ in 0..5000 {
        refused(port);
    }
    let answer = post(port, "/decode", &payloads(&[SEALED]));
    assert_eq!(answer.body, payloads(&[PLAIN]));
    assert_eq!(serving.end("TERM").status, Some(0));
}

#[test]
fn the_exit_status_is_that_of_the_work_whatever_becomes_of_its_messages() {
    let home = Home::new();
    let keys = home.sample_keys();
    let unknown = payloads(&[UNKNOWN_KEY]);
    let decode = ["decode", "--keys", &keys];
    for redirection in ["2>/dev/full", "2>&-", "2</dev/null"] {
        for (arguments, status) in [
            (&decode[..], 2),
            (&["decode", "no-such-file", "--keys", &keys], 1),
            (&["--bogus"], 2),
        ] {
            let ran = run(home.redirected(arguments, redirection), unknown.as_bytes());
            assert_eq!(ran.status, Some(status), "{arguments:?} {redirection}");
        }
    }
    let (reader, writer) = pipe().expect("a pipe");
    drop(reader);
    let mut command = home.command(&decode);
    command.stderr(writer.try_clone().expect("a second one"));
    let ran = run(command, unknown.as_bytes());
    assert_eq!(ran.status, Some(2));
    assert_eq!(ran.stdout.trim_end(), unknown, "the document is whole");

    // Who closes a pipe has seen enough of the output; the status and the messages are those of the work.
    for (arguments, status) in [(&decode[..], 2), (&["--help"], 0)] {
        let mut command = home.command(arguments);
        command.stdout(writer.try_clone().expect("a second one"));
        let ran = run(command, unknown.as_bytes());
        assert_eq!(ran.status, Some(status), "{arguments:?}");
        assert_eq!(ran.stderr.contains("was not found"), status == 2);
    }
}

#[test]
fn output_that_could_not_be_written_is_an_error() {
    let home = Home::new();
    let keys = home.sample_keys();
    let document = payloads(&[SEALED]);
    for redirection in [">/dev/full", ">&-", "1</dev/null", "1<\"$3\""] {
        for arguments in [&["decode", "--keys", &keys][..], &["--help", "", &keys]] {
            let ran = run(home.redirected(arguments, redirection), document.as_bytes());
            let reason = "Standard output could not be written: ";
            assert_eq!(ran.status, Some(1), "{arguments:?} {redirection}");
            assert!(ran.stderr.contains(reason), "{redirection}: {}", ran.stderr);
        }
    }
    let nowhere = home.redirected(&["decode", "--keys", &keys], ">/dev/null");
    assert_eq!(run(nowhere, document.as_bytes()).status, Some(0));
}

#[test]
fn it_serves_where_its_output_cannot_be_written() {
    let home = Home::new();
    let keys = home.sample_keys();
    for redirection in [">/dev/full", ">&-"] {
        let arguments = ["serve", "--port", "0", "--keys", &keys];
        let mut child = home
            .redirected(&arguments, redirection)
            .spawn()
            .expect("starts");
        let mut stderr = BufReader::new(child.stderr.take().expect("piped")).lines();
        // The log says where, too.
        let port: Option<u16> = stderr.by_ref().find_map(|line| {
            let line = line.expect("text");
            let (_, rest) = line.split_once("addresses=[127.0.0.1:")?;
            rest.split(',').next()?.parse().ok()
        });
        let answer = post(port.expect("it listens"), "/decode", &payloads(&[SEALED]));
        assert_eq!(answer.body, payloads(&[PLAIN]), "{redirection}");
        let reason = "Standard output could not be written: ";
        let is_told = stderr.any(|line| line.expect("text").contains(reason));
        assert!(is_told, "{redirection}");
        let id = child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status();
        assert!(sent.is_ok_and(|status| status.success()));
        assert_eq!(child.wait().expect("ends").code(), Some(0), "{redirection}");
    }
}

#[test]
fn no_message_of_a_command_is_lost_to_a_slow_reader() {
    let home = Home::new();
    let keys = home.sample_keys();
    // More than the pipe and the program's own room take.
    let n_payloads = 20_000;
    let document = home.file("many.json", payloads(&vec![UNKNOWN_KEY; n_payloads]));
    let mut command = home.redirected(&["decode", &document, "--keys", &keys], "2>&1 >/dev/null");
    let mut child = command.spawn().expect("starts");
    let mut stdout = child.stdout.take().expect("piped");
    // It runs into a pipe that is not read.
    std::thread::sleep(std::time::Duration::from_millis(500));
    let mut text = String::new();
    std::io::Read::read_to_string(&mut stdout, &mut text).expect("text");
    assert_eq!(
        text.matches("\"prod-2024\" was not found").count(),
        n_payloads
    );
    assert_eq!(child.wait().expect("ends").code(), Some(2));
}

#[test]
fn requests_that_are_refused_alike_are_some_lines_and_a_count() {
    const N: usize = 1000;
    let home = Home::new();
    let serving = home.serve(&["--port", "0", "--keys", &home.sample_keys()]);
    let port = serving.port();
    (0..N).for_each(|_| refused(port));
    let ended = serving.end("TERM");
    let said: Vec<&str> = ended
        .stderr
        .lines()
        .filter(|line| line.contains("refused"))
        .collect();
    assert!(said.len() < 20, "{}", ended.stderr);
    let count = |line: &&str| match line.rsplit_once('(') {
        Some((_, count)) => {
            let number = count
                .split(' ')
                .next()
                .and_then(|number| number.parse().ok());
            number.unwrap_or_else(|| panic!("{line}"))
        }
        None => 1,
    };
    assert_eq!(said.iter().map(count).sum::<usize>(), N, "{}", ended.stderr);
    assert!(said[0].contains("id=1 "), "the first is there: {}", said[0]);
}

#[cfg(target_os = "linux")]
#[test]
fn it_leaves_no_core_dump_unless_asked_to() {
    use std::fs::read_to_string;

    let limit = |process: &str| {
        let limits = read_to_string(format!("/proc/{process}/limits")).expect("Linux");
        let line = limits
            .lines()
            .find(|line| line.starts_with("Max core file size"));
        let words = line.expect("a limit").split_whitespace().skip(4);
        words.map(str::to_owned).collect::<Vec<_>>()
    };
    let home = Home::new();
    let keys = home.sample_keys();
    let arguments = ["serve", "--port", "0", "--keys", &keys];
    let serving = home.serve(&arguments[1..]);
    assert_eq!(limit(&serving.id().to_string())[..2], ["0", "0"]);
    drop(serving);
    let mut command = home.command(&arguments);
    command.env("TEMPORAL_CODEC_CORE_DUMPS", "1");
    let serving = serve(command, b"");
    assert_eq!(limit(&serving.id().to_string()), limit("self"));
    let ended = serving.end("TERM");
    assert!(
        ended.stderr.contains("core dumps are allowed"),
        "{}",
        ended.stderr
    );
}
