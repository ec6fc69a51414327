"""What the reporting commands have in common: formats, exit statuses, where the output goes."""

import os
import sys
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import click

from edgewarden.governance.review import Verdict
from edgewarden.reporting.blocks import Block
from edgewarden.reporting.escaping import visible
from edgewarden.reporting.text import plain_text

_SAYING_SO = frozenset({"FORCE_COLOR", "TTY_COMPATIBLE"})
"""Variables that make a terminal of any output."""

DIFFERENT = 1
BAD_INPUT = 2
INCONCLUSIVE = 3


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


class BadInputError(click.ClickException):
    """What was asked for cannot be read; ends the command with status 2."""

    exit_code = BAD_INPUT

    def format_message(self) -> str:
        """The message as it is shown: a name that it quotes may come from a repository."""
        return visible(self.message)


class BadFilesError(BadInputError):
    """Files that people wrote cannot be used: one line for each fault, with its place."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))

    def format_message(self) -> str:
        return "\n".join(map(visible, self.lines))


Command = TypeVar("Command", bound=Callable[..., object])


def format_option(command: Command) -> Command:
    return click.option(
        "--format",
        "output_format",
        type=click.Choice(list(Format), case_sensitive=False),
        default=Format.TEXT.value,
        show_default=True,
        help="How to write the answer.",
    )(command)


def output_option(command: Command) -> Command:
    return click.option(
        "-o",
        "--output",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Write to this file instead of the standard output.",
    )(command)


def write_blocks(blocks: tuple[Block, ...], output: Path | None) -> None:
    """Text: with colours and tables on a terminal, plain and always the same elsewhere."""
    if output is None and _perhaps_a_terminal():
        # Only here: loading the library for tables takes as long as a small comparison.
        from edgewarden.cli.terminal import colourful, show  # noqa: PLC0415

        if colourful():
            show(blocks)
            return
    write_text(plain_text(blocks), output)


def _perhaps_a_terminal() -> bool:
    return sys.stdout.isatty() or not os.environ.keys().isdisjoint(_SAYING_SO)


def write_text(text: str, output: Path | None) -> None:
    write_pieces((text,), output)


def write_pieces(pieces: Iterable[str], output: Path | None) -> None:
    """Text that is written as it is made."""
    if output is None:
        for piece in pieces:
            click.echo(piece, nl=False)
        return
    try:
        with output.open("w", encoding="utf-8") as file:
            file.writelines(pieces)
    except OSError as error:
        raise BadInputError(
            f"{output} cannot be written ({error.strerror}): name another file"
        ) from error


def exit_status(verdict: Verdict, *, inconclusive: bool, different: bool) -> int:
    """The status for ``--exit-code``: what was not judged outweighs what differs."""
    if inconclusive or verdict is Verdict.INCONCLUSIVE:
        return INCONCLUSIVE
    return DIFFERENT if different else 0
