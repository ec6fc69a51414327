"""Edgewarden as somebody has it who installed its wheel and never saw the checkout."""

import os
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_PIP = (sys.executable, "-m", "pip", "--isolated", "--quiet", "--disable-pip-version-check")
_OFFLINE = ("--no-index", "--no-deps")


@dataclass(frozen=True, slots=True)
class Installation:
    """A virtual environment that has Edgewarden from its wheel.

    Everything else it borrows from the environment of the tests, so that nothing is downloaded.
    """

    root: Path

    @property
    def programs(self) -> Path:
        return self.root / "bin"

    def environment(self, home: Path) -> dict[str, str]:
        """Little more than the search path; files that are made on the way lie in ``home``."""
        home.mkdir(parents=True, exist_ok=True)
        return {
            "PATH": f"{self.programs}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(home),
            "TMPDIR": str(home),
        }

    def processes(self) -> dict[int, str]:
        """What runs out of this environment now: command lines by process id."""
        found = {}
        for file in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = file.read_bytes().decode(errors="replace").split("\0")
            except (FileNotFoundError, ProcessLookupError):
                continue
            if any(word.startswith(str(self.root)) for word in words):
                found[int(file.parent.name)] = " ".join(words)
        return found


def build_wheel(source: Path, directory: Path) -> Path:
    """Build the project in ``source`` with the tools at hand and no network."""
    where = ("--wheel-dir", str(directory), str(source))
    _checked(*_PIP, "wheel", *_OFFLINE, "--no-build-isolation", *where)
    [wheel] = directory.glob("*.whl")
    return wheel


def install(wheel: Path, root: Path) -> Installation:
    """Install a wheel into a fresh environment in ``root``."""
    venv.create(root, symlinks=True)
    python = str(root / "bin" / "python")
    _checked(*_PIP, "--python", python, "install", *_OFFLINE, str(wheel))
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = Path(_checked(python, "-I", "-c", ask).strip())
    borrowed = sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
    # A path that is added like this comes last, and the .pth files in it are not looked at: an
    # editable installation of the checkout stays where it is.
    (packages / "borrowed.pth").write_text("".join(f"{path}\n" for path in borrowed))
    return Installation(root)


def _checked(*command: str) -> str:
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        command, cwd="/", env=environment, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
