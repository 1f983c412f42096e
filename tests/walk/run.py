# Entry: two walks of a newcomer. From a fresh start of the desktop program to a decoded Workflow in the real Web UI; and from a
# history that the Web UI exports to a redacted copy of it.
"""Usage: run.py [--only walk|history] [--program PATH] [--bridge PATH] [--write]

Needs the desktop program with its window inside and the bridge (`cargo build --workspace --features desktop/custom-protocol`), and
the packages that tests/temporal installs. `--write` also writes the pages and their pictures; without it they are checked.
"""

import os
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "temporal"))

from run import environment  # noqa: E402  (tests/temporal/run.py)


# What each needs: the desktop's window is on a screen with a session bus; the bridge's page is in a browser without a window.
SCREEN = ("xvfb-run", "--auto-servernum", "--server-args=-screen 0 1440x960x24 -nolisten tcp", "dbus-run-session", "--")
WALKS = {"walk": SCREEN, "history": ()}


def walk(name: str, python: Path, options: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="walk-") as home:
        # A home that nobody has used: no settings, no keyring, no browser profile. The bus starts its programs with it, too.
        private = {"PATH": os.environ["PATH"], "HOME": home, "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
        private |= {name: os.environ[name] for name in ("SHOTS_DIR",) if name in os.environ}
        for variable, folder in {"DATA_HOME": "data", "CONFIG_HOME": "config", "CACHE_HOME": "cache", "RUNTIME_DIR": "run"}.items():
            path = Path(home) / folder
            path.mkdir(mode=0o700)
            private[f"XDG_{variable}"] = str(path)
        command = [*WALKS[name], str(python), str(HERE / f"{name}.py"), *options]
        return os.spawnvpe(os.P_WAIT, command[0], command, private)


def main() -> None:
    options = sys.argv[1:]
    only = None
    if "--only" in options:
        at = options.index("--only")
        only = options[at + 1]
        del options[at : at + 2]
    python = environment("2.54") / "bin/python"
    failed = [name for name in WALKS if only in (None, name) and walk(name, python, options) != 0]
    sys.exit(f"not walked: {', '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    main()
