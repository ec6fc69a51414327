"""``edgewarden fix``: the fixes of what is found that are mechanical, as diffs or written."""

import os
import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from difflib import unified_diff
from pathlib import Path

import click

from edgewarden.cli.output import BadInputError
from edgewarden.cli.pack import pack_of, shipped_pack
from edgewarden.cli.trees import read_configuration, read_one, read_pair
from edgewarden.governance.fixes.fix import Fix
from edgewarden.governance.review import Comparison, Review
from edgewarden.manifests.mending.replacement import Replacement, every_replaced
from edgewarden.reporting.escaping import visible
from edgewarden.reporting.fix_diff import UNENDED
from edgewarden.workflows.assess import assess
from edgewarden.workflows.configuration.claims import NO_CLAIMS
from edgewarden.workflows.ports import TreePair
from edgewarden.workflows.rulebook.files import steering

_MOST_ROUNDS = 50
"""How often a directory is looked at again after something was written into it."""
_QUOTED = re.compile(rb'[\x00-\x1f\x7f-\xff"\\]')
"""Bytes that stand in a quoted path by their number."""


@click.command()
@click.argument("directory", default=".")
@click.option(
    "--base",
    metavar="DIRECTORY",
    help="Fix only what the change from this directory introduces.",
)
@click.option("--write", is_flag=True, help="Write the fixes into the files.")
def fix(*, directory: str, base: str | None, write: bool) -> None:
    """Print fixes of what rules object to in DIRECTORY, as diffs that `git apply` takes.

    Each was tried: it does to the cluster what it is to do, and changes nothing else. What takes a
    decision of yours has no such fix, nor has what is rendered: see edgewarden diff for the rest.

    The exit status is 0, or 2 for input that cannot be read or written.

    \b
    Examples:
      edgewarden fix deploy | git apply
      edgewarden fix --write deploy
    """
    fixes = _fixes(directory, base)
    if not fixes:
        click.echo("There is nothing here that can be fixed mechanically.", err=True)
    for _ in range(_MOST_ROUNDS):
        for path, found in fixes.items():
            _show(Path(directory) / path, path, found)
        if not write or not fixes:
            return
        for path, found in fixes.items():
            _write(Path(directory) / path, found)
        fixes = _fixes(directory, base)


def _fixes(directory: str, base: str | None) -> dict[str, tuple[Fix, ...]]:
    """By the paths of the files, each once."""
    found: dict[str, dict[Fix, None]] = {}
    for cluster in _reviewed(directory, base).clusters:
        for finding in cluster.findings:
            if finding.fix is not None:
                found.setdefault(finding.fix.path, {})[finding.fix] = None
    return {path: tuple(fixes) for path, fixes in sorted(found.items())}


def _reviewed(directory: str, base: str | None) -> Review:
    """Raises ``BadInputError``, also where rules are wrong, which would object to nothing."""
    if base is None:
        read = read_one(directory, None)
        configuration = read_configuration(read.tree)
        pack_of(read.tree, configuration)
        before = steering(read.tree, configuration)
        trees = TreePair(before, read.tree, Comparison.TREES, "", directory, "", "")
    else:
        trees = read_pair(base, directory, None)
        pack_of(trees.base, read_configuration(trees.base))
    now = datetime.now(UTC)
    return assess(trees, pack=shipped_pack(), platform=NO_CLAIMS, exceptions=(), now=now)


def _show(file: Path, path: str, fixes: Sequence[Fix]) -> None:
    """What `git apply` takes, which skips what stands before a diff; a terminal gets nothing that
    could move its cursor."""
    for each in fixes:
        click.echo(f"{visible(path)}:{each.first}: {each.action} {each.effect}")
    content = _read(file)
    before, after = (
        each.decode().splitlines(keepends=True) for each in (content, _fixed(content, fixes))
    )
    for line in unified_diff(before, after, _named(f"a/{path}"), _named(f"b/{path}")):
        shown = visible(line.rstrip("\r\n")) if sys.stdout.isatty() else line.removesuffix("\n")
        click.echo(shown)
        if not line.endswith("\n"):
            click.echo(UNENDED)


def _named(path: str) -> str:
    """A path as Git has it in a diff: quoted where it could end its line, or be cut."""
    encoded = os.fsencode(path)
    if not _QUOTED.search(encoded):
        return path
    escaped = _QUOTED.sub(lambda found: b"\\%03o" % found[0][0], encoded)
    return f'"{os.fsdecode(escaped)}"'


def _write(file: Path, fixes: Sequence[Fix]) -> None:
    try:
        file.write_bytes(_fixed(_read(file), fixes))
    except OSError as error:
        raise BadInputError(
            f"{file} cannot be written ({error.strerror}): make it writable"
        ) from error


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadInputError(f"{file} cannot be read ({error.strerror})") from error


def _fixed(content: bytes, fixes: Sequence[Fix]) -> bytes:
    return every_replaced(
        content, (Replacement(each.first, each.last, each.before, each.lines) for each in fixes)
    )
