"""``edgewarden signoff``: say what was checked of a change, where only a person can."""

from collections.abc import Callable, Sequence
from typing import Any

import click

from edgewarden.adapters.service_client import SignedOff
from edgewarden.cli.output import write_blocks
from edgewarden.cli.service import server_option, service_client, told_what_it_says
from edgewarden.governance.sign_offs import SignOffKind
from edgewarden.reporting.blocks import Banner, Item, Items, Tone
from edgewarden.reporting.wording import counted, moment, short_revision
from edgewarden.workflows.ports import ChangeRef, Role
from edgewarden.workflows.sign_offs.answer import Answer

_Command = Callable[..., Any]

_CHANGE = (
    click.option("--repository", required=True, metavar="OWNER/NAME", help="The repository."),
    click.option("--change", required=True, help="The number of the pull request, or the branch."),
    click.option(
        "--forge", default="github", show_default=True, help="Or git/HOOK, for plain Git."
    ),
    server_option,
)
_ANSWER = (
    click.argument("item"),
    click.option("--head", required=True, metavar="COMMIT", help="The commit that was reviewed."),
    click.option(
        "--cluster",
        "clusters",
        multiple=True,
        metavar="NAME",
        help="Where; needed where the item waits for a person in several.",
    ),
)


def _options(*options: Callable[[_Command], _Command]) -> Callable[[_Command], _Command]:
    def taking(command: _Command) -> _Command:
        for option in reversed(options):
            command = option(command)
        return command

    return taking


@click.group()
def signoff() -> None:
    """Say what was checked of a change, where only a person can.

    The token of the service is read from EDGEWARDEN_TOKEN; it says who signs.
    """


@signoff.command()
@_options(*_ANSWER, *_CHANGE)
@click.option("--statement", required=True, metavar="TEXT", help="What was checked, and how.")
def add(
    *,
    item: str,
    head: str,
    clusters: tuple[str, ...],
    repository: str,
    change: str,
    forge: str,
    server: str | None,
    statement: str,
) -> None:
    """Sign off the item ITEM of the checklist of a change.

    ITEM and COMMIT are as the comment on the pull request has them. A later head asks again,
    unless nothing has changed that the answer rests on.
    """
    client = service_client(server, Role.OPERATOR)
    ref = ChangeRef(forge, repository, change)
    with told_what_it_says():
        counting = client.sign_off(Answer(ref, head, item, statement, clusters))
    _write("Signed off", counting)


@signoff.command()
@_options(*_ANSWER, *_CHANGE)
@click.option("--reason", required=True, metavar="TEXT", help="Why it does not count any more.")
def revoke(
    *,
    item: str,
    head: str,
    clusters: tuple[str, ...],
    repository: str,
    change: str,
    forge: str,
    server: str | None,
    reason: str,
) -> None:
    """Take back what was signed off of the item ITEM."""
    client = service_client(server, Role.OPERATOR)
    ref = ChangeRef(forge, repository, change)
    with told_what_it_says():
        added = client.revoke_sign_off(Answer(ref, head, item, reason, clusters))
    _write("Taken back" if added else "Nothing was signed off", added)


@signoff.command("list")
@_options(*_CHANGE)
def show(*, repository: str, change: str, forge: str, server: str | None) -> None:
    """List what was signed off of a change and what was taken back, the oldest first."""
    client = service_client(server, Role.READER)
    with told_what_it_says():
        record = client.sign_offs(ChangeRef(forge, repository, change))
    _write("Record", record)


def _write(title: str, entries: Sequence[SignedOff]) -> None:
    banner = Banner(title, f"{counted(len(entries), 'entry', 'entries')}.", Tone.PLAIN)
    write_blocks((banner, Items(tuple(map(_item, entries)))), None)


def _item(entry: SignedOff) -> Item:
    verb = "signed off" if entry.kind is SignOffKind.SIGNED else "taken back"
    text = (
        f"{entry.item} in {entry.cluster}: {verb} by {entry.by} at {short_revision(entry.head)}, "
        f"{moment(entry.at)}"
    )
    return Item(text, notes=(" ".join(entry.statement.split()),))
