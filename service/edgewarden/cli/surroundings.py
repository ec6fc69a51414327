"""The option of the commands that may be told what else a cluster holds."""

from collections.abc import Sequence
from datetime import datetime

import click

from edgewarden.cli.clusters import chosen_name
from edgewarden.cli.inventory_file import read_inventory_file
from edgewarden.cli.output import BadInputError
from edgewarden.manifests.inventory.errors import InventoryError
from edgewarden.reachability.wording import listed
from edgewarden.workflows.configuration.configuration import Configuration
from edgewarden.workflows.surroundings import Around, ClusterInventory, Surroundings

inventory_option = click.option(
    "--inventory",
    "inventories",
    metavar="[CLUSTER=]FILE",
    multiple=True,
    help="What else a cluster holds: the output of `kubectl get -A -o json`, or of `edgewarden"
    " inventory push --dry-run`.",
)


def read_surroundings(given: Sequence[str], configuration: Configuration, now: datetime) -> Around:
    """What inventories in files say of the clusters that they are of. Raises ``BadInputError``."""
    known = tuple(_inventory(each, configuration) for each in given)
    return Surroundings(known, now).reader()


def check_inventories(given: Sequence[str], names: Sequence[str]) -> None:
    """Raises ``BadInputError`` for one of no cluster of these names: nobody would use it."""
    for each in given:
        named, separator, _ = each.partition("=")
        if separator:
            chosen_name(names, named)
        elif len(names) > 1:
            raise BadInputError(_which(each, names))


def _inventory(given: str, configuration: Configuration) -> ClusterInventory:
    named, separator, path = given.partition("=")
    if separator:
        return _read(named, path)
    names = [each.name for each in configuration.clusters]
    if len(names) > 1:
        raise BadInputError(_which(given, names))
    return _read(names[0], given)


def _which(given: str, names: Sequence[str]) -> str:
    return (
        f"say which cluster {given} is the inventory of: --inventory {names[0]}={given}"
        f" ({listed(names)})"
    )


def _read(cluster: str, path: str) -> ClusterInventory:
    try:
        inventory, _ = read_inventory_file(path)
    except InventoryError as error:
        raise BadInputError(f"{path}: {error}") from error
    return ClusterInventory(cluster, inventory.digest, inventory.document)
