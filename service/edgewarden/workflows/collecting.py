"""Asking a cluster for everything that an inventory takes."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass

from edgewarden.manifests.inventory.cleaning import Cleaning, Tally
from edgewarden.manifests.inventory.document import Inventory, Unseen
from edgewarden.manifests.inventory.resources import RESOURCES, is_unread_policy
from edgewarden.workflows.ports import Clock, Cluster, ListingError, Served


@dataclass(frozen=True, slots=True)
class Collected:
    """``complaints`` are what the cluster said of resources that it did not list, by name."""

    inventory: Inventory
    tally: Tally
    complaints: Mapping[str, str]


def collect(cluster: Cluster, clock: Clock) -> Collected:
    """Ask for each kind by itself, so that one that may not be listed hides no other.

    It counts as taken when the first question is asked. Kinds that the cluster does not have are
    not asked for. Raises ``ListingError`` where nothing at all can be listed, and
    ``InventoryError``.
    """
    taken_at = clock.now()
    served = cluster.served()
    cleaning = Cleaning()
    unseen = _not_asked(served)
    complaints: dict[str, str] = {}
    listed = False
    failure: ListingError | None = None
    for resource in RESOURCES:
        if resource in served.resources:
            try:
                with closing(cluster.objects(resource)) as chunks:
                    cleaning.read(chunks)
                listed = True
            except ListingError as error:
                unseen[resource.name] = error.reason
                complaints[resource.name] = str(error)
                failure = failure or error
        elif resource.group in served.unanswered:
            unseen[resource.name] = Unseen.FAILED
            complaints[resource.name] = f"The API group {resource.group} does not answer"
    if failure is not None and not listed:
        raise failure
    inventory, tally = cleaning.done(taken_at, unseen)
    return Collected(inventory, tally, complaints)


def _not_asked(served: Served) -> dict[str, Unseen]:
    """Policies of vendors that nobody here knows: they are there, and are not on the list."""
    unknown = (each for each in served.resources if is_unread_policy(each.group, each.kind))
    return {each.name: Unseen.NOT_ASKED for each in unknown}
