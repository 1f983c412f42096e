# Entry: makes the Python environment if it is missing, then runs the extension server of the tests.
"""Usage: run.py LOG

The environment is made once, from pinned versions; later runs use no network beyond loopback.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent


def environment() -> Path:
    """The environment, made anew when its requirements or its place changed; by one process at a time."""
    folder = HERE / ".venv"
    requirements = HERE / "requirements.txt"
    # The place belongs to the stamp: scripts in an environment name their interpreter by absolute path.
    wanted = hashlib.sha256(f"{folder}\n{sys.version}\n{requirements.read_text()}".encode()).hexdigest()
    stamp = folder / "stamp"
    with open(HERE / ".venv-lock.log", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (stamp.is_file() and stamp.read_text() == wanted):
            venv.create(folder, with_pip=True, clear=True)
            pip = [folder / "bin/pip", "install", "--quiet", "--disable-pip-version-check"]
            # Nothing but where it listens goes to its output.
            subprocess.run([*pip, "--requirement", requirements], check=True, stdout=sys.stderr)
            stamp.write_text(wanted)
    return folder


def main() -> None:
    python = environment() / "bin/python"
    # Replaces this process, so that a signal sent to the entry reaches the server.
    os.execv(python, [str(python), str(HERE / "server.py"), *sys.argv[1:]])


if __name__ == "__main__":
    main()
