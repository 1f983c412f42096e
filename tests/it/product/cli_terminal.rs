//! `serve` and the terminal that it was started in.

use support::cli::Home;

/// A terminal that is closed sends the same signal, and takes the program along as ever: also one whose streams were all
/// redirected, unless it was to outlive its terminal, or the terminal went without a signal to it.
#[test]
fn it_ends_with_its_terminal() {
    const PYTHON: &str = r#"
import os, pty, signal, sys, time
kind = sys.argv.pop(1)
pid, terminal = pty.fork()
if pid == 0:
    if kind == "disowned":
        # A job in the background of a shell: its terminal sends the signal to the shell alone.
        job = os.fork()
        if job != 0:
            with open("job.new", "w") as file:
                file.write(str(job))
            os.rename("job.new", "job")
            time.sleep(60)
        os.setpgid(0, 0)
    if kind != "streams":
        out = os.open("out", os.O_CREAT | os.O_TRUNC | os.O_WRONLY)
        os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
        os.dup2(out, 1)
        os.dup2(out, 2)
    # Whoever runs the tests may ignore it, and a program begins with what was ignored before it.
    signal.signal(signal.SIGHUP, signal.SIG_IGN if kind == "nohup" else signal.SIG_DFL)
    os.execv(sys.argv[1], sys.argv[1:])
seen = b""
while b"listening" not in seen:
    if kind == "streams":
        seen += os.read(terminal, 1024)
    else:
        time.sleep(0.05)
        seen = open("out", "rb").read() if os.path.exists("out") else b""
if kind == "disowned":
    job = int(open("job").read())
    os.close(terminal)
    os.waitpid(pid, 0)
    # It is missed at the second look.
    time.sleep(3)
    os.kill(job, 1)
    time.sleep(0.5)
    def state():
        try:
            return open(f"/proc/{job}/stat").read().rsplit(")", 1)[1].split()[0]
        except FileNotFoundError:
            return "gone"
    assert state() not in ("Z", "gone"), "the signal was somebody's"
    os.kill(job, signal.SIGTERM)
    for _ in range(200):
        if state() in ("Z", "gone"):
            sys.exit(0)
        time.sleep(0.05)
    sys.exit("it does not end")
os.kill(pid, 1)
time.sleep(0.5)
assert os.waitpid(pid, os.WNOHANG) == (0, 0), "a reload ends nothing"
os.close(terminal)
if kind == "nohup":
    os.kill(pid, 1)
    time.sleep(0.5)
    assert os.waitpid(pid, os.WNOHANG) == (0, 0), "it was to go on"
    os.kill(pid, signal.SIGTERM)
for _ in range(200):
    ended, status = os.waitpid(pid, os.WNOHANG)
    if ended:
        sys.exit(os.waitstatus_to_exitcode(status))
    time.sleep(0.05)
sys.exit("it goes on without its terminal")
"#;
    let home = Home::new();
    let keys = home.sample_keys();
    let kinds = match cfg!(target_os = "linux") {
        true => &["streams", "redirected", "nohup", "disowned"][..],
        false => &["streams"],
    };
    for kind in kinds {
        let serve = home.command(&["serve", "--port", "0", "--keys", &keys]);
        let output = std::process::Command::new("python3")
            .args(["-c", PYTHON, kind])
            .arg(serve.get_program())
            .args(serve.get_args())
            .current_dir(home.path())
            .env("HOME", home.path())
            .output()
            .expect("python3");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{kind}: {said}");
        let _ = std::fs::remove_file(home.path().join("out"));
    }
}
