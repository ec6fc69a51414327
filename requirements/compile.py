"""Renew the pinned, hashed requirement files from pyproject.toml."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAME_VERSIONS = ["--constraint", "requirements/runtime.txt"]
WITH_EXTRAS = ["pyproject.toml", "--all-extras"]
FILES = {
    "runtime.txt": WITH_EXTRAS,
    "build.txt": ["--group", "build"],
    "dev.txt": [*WITH_EXTRAS, "--group", "build", "--group", "dev", *SAME_VERSIONS],
}


def compile_pins(target: str, sources: list[str]) -> None:
    """Write ``target`` so that one file fits every platform and Python from 3.11 on."""
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--system-certs"]
    command += ["--universal", "--python-version", "3.11"]
    command += ["--generate-hashes", "--no-emit-index-url"]
    command += ["--custom-compile-command", "make pins", "--upgrade"]
    subprocess.run(  # noqa: S603 - our own arguments
        [*command, *sources, "--output-file", f"requirements/{target}"], cwd=ROOT, check=True
    )


if __name__ == "__main__":
    for name, inputs in FILES.items():
        compile_pins(name, inputs)
