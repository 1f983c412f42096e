# Entry: a newcomer's walk, from a fresh start of the desktop program to a decoded Workflow in the real Web UI.
"""Usage: run.py [--program PATH] [--write]

Needs the desktop program with its window inside (`cargo build -p desktop --features desktop/custom-protocol`), and the packages
that tests/temporal installs. `--write` also writes README.md and its pictures; without it they are checked.
"""

import os
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "temporal"))

from run import environment  # noqa: E402  (tests/temporal/run.py)


def main() -> None:
    python = environment("2.54") / "bin/python"
    with tempfile.TemporaryDirectory(prefix="walk-") as home:
        # A home that nobody has used: no settings, no keyring, no browser profile. The bus starts its programs with it, too.
        private = {"PATH": os.environ["PATH"], "HOME": home, "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
        private |= {name: os.environ[name] for name in ("SHOTS_DIR",) if name in os.environ}
        for name, folder in {"DATA_HOME": "data", "CONFIG_HOME": "config", "CACHE_HOME": "cache", "RUNTIME_DIR": "run"}.items():
            path = Path(home) / folder
            path.mkdir(mode=0o700)
            private[f"XDG_{name}"] = str(path)
        screen = ["xvfb-run", "--auto-servernum", "--server-args=-screen 0 1440x960x24 -nolisten tcp"]
        command = [*screen, "dbus-run-session", "--", str(python), str(HERE / "walk.py"), *sys.argv[1:]]
        sys.exit(os.spawnvpe(os.P_WAIT, command[0], command, private))


if __name__ == "__main__":
    main()
