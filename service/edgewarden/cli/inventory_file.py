"""An inventory in a file, as the commands take it."""

from datetime import datetime
from functools import partial

import click

from edgewarden.cli.output import BadInputError
from edgewarden.manifests.inventory.cleaning import Cleaning, Tally
from edgewarden.manifests.inventory.document import Inventory

_CHUNK = 1 << 20


def read_inventory_file(source: str, taken_at: datetime | None = None) -> tuple[Inventory, Tally]:
    """What ``kubectl`` printed, or ``inventory push --dry-run``; ``-`` is the standard input.

    ``taken_at`` is for what does not name it. Raises ``BadInputError`` and ``InventoryError``.
    """
    cleaning = Cleaning()
    try:
        with click.open_file(source, "rb") as file:
            cleaning.read(iter(partial(file.read, _CHUNK), b""))
    except OSError as error:
        raise BadInputError(f"{source} cannot be read ({error.strerror})") from error
    return cleaning.done(taken_at)
