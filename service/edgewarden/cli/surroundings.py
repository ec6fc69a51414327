"""The option of the commands that may be told what else a cluster holds."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from edgewarden.cli.output import BadInputError
from edgewarden.manifests.inventory.cleaning import Cleaning
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


def _inventory(given: str, configuration: Configuration) -> ClusterInventory:
    named, separator, path = given.partition("=")
    if separator:
        return _read(named, Path(path))
    names = [each.name for each in configuration.clusters]
    if len(names) > 1:
        raise BadInputError(
            f"say which cluster {given} is the inventory of: --inventory {names[0]}={given}"
            f" ({listed(names)})"
        )
    return _read(names[0], Path(given))


def _read(cluster: str, path: Path) -> ClusterInventory:
    cleaning = Cleaning()
    try:
        with path.open("rb") as file:
            cleaning.read(iter(lambda: file.read(1 << 20), b""))
        inventory, _ = cleaning.done()
    except OSError as error:
        raise BadInputError(f"{path} cannot be read ({error.strerror})") from error
    except InventoryError as error:
        raise BadInputError(f"{path}: {error}") from error
    return ClusterInventory(cluster, inventory.digest, inventory.document)
