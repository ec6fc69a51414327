"""Whatever is folded, each running pod is in the inventory by its look, and order means nothing."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from edgewarden.manifests.inventory.cleaning import Cleaning
from edgewarden.manifests.inventory.document import Inventory
from edgewarden.manifests.inventory.reading import read_inventory
from edgewarden.reachability.model import Workload
from tests.support.live_objects import HTTP, controller, namespace, owned_by, pod, printed

METRICS = {"name": "metrics", "containerPort": 15090, "protocol": "TCP"}
HASH = "pod-template-hash"
LABELS = st.fixed_dictionaries({"app": st.sampled_from("ab")}, optional={"mesh": st.just("on")})
PORTS = st.sampled_from([(), (HTTP,), (HTTP, METRICS)])
LOOKS = st.tuples(LABELS, PORTS, st.booleans())
MAKERS = [
    ("StatefulSet", "set", "apps/v1"),
    ("ReplicaSet", "web-1", "apps/v1"),
    ("ReplicaSet", "web-2", "apps/v1"),
    ("Custom", "own", "example.com/v1"),
    None,
]


@st.composite
def clusters(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A StatefulSet, a Deployment with two ReplicaSets, and pods that may belong to them."""
    objects = [namespace("shop")]
    for kind, name, replicas in (("StatefulSet", "set", 2), ("Deployment", "web", 2)):
        labels, ports, host_network = draw(LOOKS)
        objects.append(
            controller(kind, name, labels, *ports, replicas=replicas, host_network=host_network)
        )
    for name in ("web-1", "web-2"):
        labels, ports, host_network = draw(LOOKS)
        objects.append(
            controller(
                "ReplicaSet",
                name,
                {**labels, HASH: name},
                *ports,
                metadata=owned_by("Deployment", "web"),
                replicas=draw(st.sampled_from([0, 1])),
                host_network=host_network,
            )
        )
    for number in range(draw(st.integers(0, 8))):
        labels, ports, host_network = draw(LOOKS)
        maker = draw(st.sampled_from(MAKERS))
        marked = {**labels, HASH: draw(st.sampled_from("xy"))} if maker else labels
        objects.append(
            pod(
                f"pod-{number}",
                marked,
                *ports,
                metadata=owned_by(*maker) if maker else {},
                host_network=host_network,
            )
        )
    return objects


def cleaned(objects: list[dict[str, Any]]) -> Inventory:
    cleaning = Cleaning()
    cleaning.read([printed(*objects)])
    return cleaning.done()[0]


def look(found: Workload, but: frozenset[str] = frozenset()) -> tuple[Any, ...]:
    labels = {key: value for key, value in found.labels.items() if key not in but}
    return json.dumps(labels, sort_keys=True), found.ports, found.host_network


@given(clusters())
def test_each_pod_is_there_by_its_look(objects: list[dict[str, Any]]) -> None:
    declared = read_inventory([cleaned(objects).document], "prod").declared
    standing = [each.value for each in declared if isinstance(each.value, Workload)]

    for each in objects:
        if each["kind"] != "Pod":
            continue
        bare = Cleaning()
        bare.read([printed({**each, "metadata": {**each["metadata"], "ownerReferences": []}})])
        (alone,) = read_inventory([bare.done()[0].document], "prod").declared
        assert isinstance(alone.value, Workload)
        assert any(
            look(alone.value, one.open_labels) == look(one, one.open_labels) for one in standing
        )


@given(clusters(), st.randoms(use_true_random=False))
def test_the_order_of_objects_means_nothing(objects: list[dict[str, Any]], random: Any) -> None:
    shuffled = [*objects]
    random.shuffle(shuffled)

    assert cleaned(shuffled) == cleaned(objects)


@given(clusters())
def test_what_is_clean_stays_as_it_is(objects: list[dict[str, Any]]) -> None:
    once = cleaned(objects)
    again = Cleaning()
    again.read([once.document])

    assert again.done()[0] == once
