"""``edgewarden inventory``: tell the service what a cluster holds."""

from datetime import UTC, datetime

import click

from edgewarden.adapters.clock import SystemClock
from edgewarden.adapters.kubectl import Kubectl
from edgewarden.adapters.rendering.programs import program_path
from edgewarden.cli.inventory_account import described, inventory_account
from edgewarden.cli.inventory_file import read_inventory_file
from edgewarden.cli.output import BadInputError, write_blocks
from edgewarden.cli.service import server_option, service_client, told_what_it_says
from edgewarden.manifests.inventory.errors import InventoryError
from edgewarden.reporting.blocks import Banner, Tone
from edgewarden.reporting.cluster_role import cluster_role
from edgewarden.reporting.text import plain_text
from edgewarden.workflows.collecting import Collected, collect
from edgewarden.workflows.inventories import (
    ClusterNameError,
    InventoryOutcome,
    check_cluster_name,
    not_understood,
)
from edgewarden.workflows.ports import ListingError, Role

_NOW = "now"


@click.group()
def inventory() -> None:
    """Tell the service what a cluster holds: names, labels, ports, owners and policies."""


@inventory.command()
def role() -> None:
    """Print the ClusterRole that taking an inventory needs.

    It allows to list, and nothing else.
    """
    click.echo(cluster_role(), nl=False)


@inventory.command()
@click.option("--cluster", required=True, help="What .edgewarden.yaml calls the cluster.")
@click.option("--context", help="The context of kubectl that leads to it, if not the current one.")
@click.option(
    "--from",
    "source",
    metavar="FILE|-",
    help="Read what `kubectl get -A -o json` printed, or what --dry-run did, instead of asking.",
)
@click.option(
    "--taken-at",
    metavar="TIME",
    help="With --from: when the cluster was asked, as 2026-11-23T08:00:00Z or `now`.",
)
@server_option
@click.option("--dry-run", is_flag=True, help="Print what would be sent, and send nothing.")
def push(
    *,
    cluster: str,
    context: str | None,
    source: str | None,
    taken_at: str | None,
    server: str | None,
    dry_run: bool,
) -> None:
    """Take the inventory of a cluster and hand it in.

    kubectl is asked for namespaces, workloads and policies, by `get` alone. What it says is
    cleaned here, before it leaves: no Secret, no ConfigMap, no environment, no image, no command
    line. The token of the service is read from EDGEWARDEN_TOKEN.

    The exit status is 0, 1 where the service did not take it, or 2 where there is nothing to send.
    """
    if source is None and taken_at is not None:
        raise click.UsageError("--taken-at belongs to --from: kubectl is asked now")
    if source is not None and context is not None:
        raise click.UsageError("give either --from or --context: a file is in no context")
    try:
        check_cluster_name(cluster)
        client = None if dry_run else service_client(server, Role.COLLECTOR)
        taken = _asked(context) if source is None else _read(source, taken_at)
        problems = not_understood(taken.inventory, cluster)
    except (InventoryError, ClusterNameError, ListingError) as error:
        raise BadInputError(str(error)) from error
    sentence = described(taken.inventory, cluster)
    if client is None:
        banner = Banner("Nothing was sent", sentence, Tone.PLAIN)
    else:
        with told_what_it_says():
            outcome = client.push_inventory(cluster, taken.inventory.document)
        banner = _taken_in(outcome, sentence)
    account = inventory_account(banner, taken, problems)
    if client is None:
        click.echo(plain_text(account), nl=False, err=True)
        click.echo(taken.inventory.document, nl=False)
    else:
        write_blocks(account, None)


def _asked(context: str | None) -> Collected:
    """What kubectl says. Raises ``ListingError`` and ``InventoryError``."""
    path = program_path("kubectl")
    if path is None:
        raise BadInputError(
            "kubectl is not installed: install it, or hand in by --from what it printed elsewhere"
        )
    return collect(Kubectl(path, context or ""), SystemClock())


def _read(source: str, taken_at: str | None) -> Collected:
    """What a file says. Raises ``InventoryError``."""
    moment = None if taken_at is None else _moment(taken_at)
    inventory, tally = read_inventory_file(source, moment)
    if inventory.taken_at is None:
        raise BadInputError(
            "nobody says when the cluster was asked: add --taken-at now, or --taken-at with a time"
        )
    return Collected(inventory, tally, {})


def _moment(text: str) -> datetime:
    if text == _NOW:
        return SystemClock().now()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.utcoffset() is None:
        raise click.UsageError(
            f"--taken-at {text} is no time with its zone: write one as 2026-11-23T08:00:00Z, or now"
        )
    return moment.astimezone(UTC)


def _taken_in(outcome: InventoryOutcome, sentence: str) -> Banner:
    """Of the first of a name, nobody here knows whether a repository calls a cluster so."""
    title = _OUTCOMES[outcome]
    if outcome is InventoryOutcome.FIRST:
        return Banner(title, f"{sentence} {_ONLY_BY_NAME}", Tone.ATTENTION)
    return Banner(title, sentence, Tone.GOOD)


_ONLY_BY_NAME = (
    "It is used where a repository has a cluster of just this name: `edgewarden config check` "
    "there tells what its clusters are called."
)
_OUTCOMES = {
    InventoryOutcome.FIRST: "Taken in, the first of this name",
    InventoryOutcome.REPLACED: "Taken in",
    InventoryOutcome.CONFIRMED: "Taken in, nothing has changed",
    InventoryOutcome.UNCHANGED: "Known already",
}
