"""The command ``edgewarden``: its subcommands, each loaded when it is asked for."""

import importlib
import signal
import sys
from collections.abc import Mapping
from io import TextIOWrapper
from types import FrameType
from typing import NoReturn

import click

from edgewarden import __version__

SUBCOMMANDS: Mapping[str, tuple[str, str]] = {
    "backtest": (
        "edgewarden.cli.backtest:backtest",
        "Tell what merged changes would have been told.",
    ),
    "baseline": (
        "edgewarden.cli.baseline:write_baseline",
        "Write the first policies of a namespace.",
    ),
    "config": ("edgewarden.cli.config:config", "Look into a repository's .edgewarden.yaml."),
    "connectivity": ("edgewarden.cli.connectivity:connectivity", "List who may talk to whom."),
    "contract": (
        "edgewarden.cli.contract:contract",
        "Hold manifests against agreed connections.",
    ),
    "db": ("edgewarden.cli.db:db", "Look after the database."),
    "demo": ("edgewarden.cli.demo:demo", "Review a pull request of a small shop, on this machine."),
    "diff": ("edgewarden.cli.diff:diff", "Tell what a change opens and closes."),
    "explain": (
        "edgewarden.cli.explain:explain",
        "Tell why a connection is allowed or blocked, and what would flip that.",
    ),
    "fix": ("edgewarden.cli.fix:fix", "Write the fixes that are mechanical."),
    "init": ("edgewarden.cli.init:init", "Write a first .edgewarden.yaml."),
    "inventory": (
        "edgewarden.cli.inventory:inventory",
        "Tell the service what a cluster holds.",
    ),
    "posture": (
        "edgewarden.cli.posture:posture",
        "Tell how far namespaces are isolated, and what they lack.",
    ),
    "rendered": (
        "edgewarden.cli.rendered:rendered",
        "Tell the service what CI rendered of a commit.",
    ),
    "rules": (
        "edgewarden.cli.rules:rules",
        "List, explain and test the rules that changes are judged by.",
    ),
    "serve": ("edgewarden.cli.serve:serve", "Run the service: the web server and a worker."),
    "signoff": (
        "edgewarden.cli.signoff:signoff",
        "Say what was checked of a change, where only a person can.",
    ),
    "survey": (
        "edgewarden.cli.survey:survey",
        "Tell what a repository holds, what is exposed, and what is not known.",
    ),
    "team": ("edgewarden.cli.team:team", "Say who is in the teams that own exceptions."),
    "token": ("edgewarden.cli.token:token", "Make and revoke API tokens."),
    "web": ("edgewarden.cli.web:web", "Run the web server alone."),
    "worker": ("edgewarden.cli.worker:worker", "Run a worker alone."),
    "zones": ("edgewarden.cli.zones:zones", "Tell who is in which zone, and what passes between."),
}
"""Where each subcommand is and what the overview says of it, so that listing loads none."""


class Subcommands(click.Group):
    """A group whose commands are imported one by one: ``diff`` must not wait for the service."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in SUBCOMMANDS:
            return None
        module, _, name = SUBCOMMANDS[cmd_name][0].partition(":")
        command = getattr(importlib.import_module(module), name)
        if not isinstance(command, click.Command):
            raise TypeError(f"{module}:{name} is not a command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, SUBCOMMANDS[name][1]) for name in self.list_commands(ctx)])


@click.group(cls=Subcommands)
@click.version_option(__version__, prog_name="edgewarden")
def main() -> None:
    """Tell what a NetworkPolicy change really opens and closes."""
    signal.signal(signal.SIGTERM, _end)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal that lacks a character shows its code instead of ending the command.
            stream.reconfigure(errors="backslashreplace")


def _end(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001 - the signature of one
    """End as an error would, so that what was begun is ended and temporary files are removed."""
    sys.exit(128 + number)


if __name__ == "__main__":
    main(prog_name="edgewarden")
