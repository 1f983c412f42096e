# Entry: makes the two Python environments if they are missing, then runs every check against real Temporal.
"""Usage: run.py [--binary PATH]

Two environments, because a package can be installed once only and the Web UI of each generation comes inside one:
`.venv-web-ui-2.54` also holds the SDK, the cipher and the browser's driver; `.venv-web-ui-2.50` holds a CLI alone.
They are made once, from pinned versions; later runs use no network beyond loopback.
"""

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ENVIRONMENTS = ("2.54", "2.50")


def environment(generation: str) -> Path:
    """The environment of a Web UI generation, made anew when its requirements or its place changed."""
    folder = HERE / f".venv-web-ui-{generation}"
    requirements = HERE / f"requirements-web-ui-{generation}.txt"
    # The place belongs to the stamp: scripts in an environment name their interpreter by absolute path.
    wanted = hashlib.sha256(f"{folder}\n{sys.version}\n{requirements.read_text()}".encode()).hexdigest()
    stamp = folder / "stamp"
    if stamp.is_file() and stamp.read_text() == wanted:
        return folder
    print(f"installing {requirements.name} into {folder.name}", flush=True)
    venv.create(folder, with_pip=True, clear=True)
    subprocess.run(
        [folder / "bin/pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", requirements],
        check=True,
    )
    stamp.write_text(wanted)
    return folder


def main() -> None:
    newest, *_ = [environment(generation) for generation in ENVIRONMENTS]
    python = newest / "bin/python"
    # Replaces this process, so that a signal sent to the entry reaches the one that must stop the servers.
    os.execv(python, [str(python), str(HERE / "suite.py"), *sys.argv[1:]])


if __name__ == "__main__":
    main()
