"""A cluster is asked kind by kind, and what it does not say is known."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field

import pytest

from edgewarden.manifests.inventory.document import Unseen
from edgewarden.manifests.inventory.errors import InventoryError
from edgewarden.manifests.inventory.resources import Resource, resource_of
from edgewarden.workflows.collecting import collect
from edgewarden.workflows.ports import ListingError, Served
from tests.support.flow import SettableClock
from tests.support.live_objects import deployed, namespace, printed

DEPLOYMENT, REPLICA_SET, *PODS = deployed("web", {"app": "web"})


def resource(group: str, kind: str) -> Resource:
    found = resource_of(group, kind)
    assert found is not None
    return found


NAMESPACES = resource("", "Namespace")
POD = resource("", "Pod")
DEPLOYMENTS = resource("apps", "Deployment")
CALICO = resource("projectcalico.org", "NetworkPolicy")
ANTREA = Resource("crd.antrea.io", "networkpolicies", "NetworkPolicy")
SECRETS = Resource("", "secrets", "Secret")


@dataclass
class MemoryCluster:
    """A cluster of printed lists; one that is an error is raised behind what came before it."""

    lists: Mapping[Resource, bytes | ListingError]
    unanswered: frozenset[str] = frozenset()
    asked: list[Resource] = field(default_factory=list)

    def served(self) -> Served:
        return Served(frozenset(self.lists), self.unanswered)

    def objects(self, resource: Resource) -> Generator[bytes, None, None]:
        self.asked.append(resource)
        answer = self.lists[resource]
        if isinstance(answer, ListingError):
            yield printed()
            raise answer
        yield answer


FORBIDDEN = ListingError(Unseen.FORBIDDEN, "pods is forbidden")
SHOP = printed(namespace("shop"))


def test_only_what_the_cluster_has_and_the_list_names_is_asked_for() -> None:
    cluster = MemoryCluster({NAMESPACES: SHOP, DEPLOYMENTS: printed(), SECRETS: b""})

    clock = SettableClock()

    found = collect(cluster, clock)

    assert cluster.asked == [NAMESPACES, DEPLOYMENTS]
    assert found.inventory.unseen == {}
    assert found.inventory.taken_at == clock.now()


def test_what_may_not_be_listed_is_not_taken_for_absent() -> None:
    found = collect(MemoryCluster({NAMESPACES: SHOP, POD: FORBIDDEN}), SettableClock())

    assert found.inventory.unseen == {"pods": Unseen.FORBIDDEN}
    assert found.complaints == {"pods": "pods is forbidden"}


def test_kinds_of_a_group_that_does_not_answer_are_not_taken_for_absent() -> None:
    cluster = MemoryCluster({NAMESPACES: SHOP}, frozenset({"projectcalico.org"}))

    unseen = collect(cluster, SettableClock()).inventory.unseen

    assert unseen[CALICO.name] is Unseen.FAILED
    assert "ciliumnetworkpolicies.cilium.io" not in unseen


def test_policies_of_unknown_vendors_are_known_to_be_there() -> None:
    cluster = MemoryCluster({NAMESPACES: SHOP, ANTREA: printed()})

    found = collect(cluster, SettableClock())

    assert found.inventory.unseen == {ANTREA.name: Unseen.NOT_ASKED}
    assert cluster.asked == [NAMESPACES]


def test_a_cluster_that_lists_nothing_has_no_inventory() -> None:
    with pytest.raises(ListingError, match="pods is forbidden"):
        collect(MemoryCluster({POD: FORBIDDEN}), SettableClock())
    with pytest.raises(InventoryError):
        collect(MemoryCluster({NAMESPACES: printed()}), SettableClock())
