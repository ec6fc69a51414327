"""The policies that may have been made in a cluster, beside those that its manifests declare."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from edgewarden.manifests.deployers import Deployer
from edgewarden.manifests.generation.makers import generations, labels_namespaces
from edgewarden.manifests.objects import Held, scopes
from edgewarden.reachability.model import (
    ClusterState,
    Namespace,
    NetworkPolicy,
    ObjectRef,
    UnjudgedPolicy,
)

MOST_POLICIES = 20_000
"""Of all makers in all namespaces; where more could be, each maker could be anywhere."""


@dataclass(frozen=True, slots=True)
class Possible:
    """``policies`` may be there as they are; of the ``unjudged`` ones it is not known what they
    say. ``makers`` may have made them, and ``relabelling`` may change labels of namespaces."""

    policies: tuple[NetworkPolicy, ...] = ()
    unjudged: tuple[UnjudgedPolicy, ...] = ()
    makers: tuple[Deployer, ...] = ()
    relabelling: tuple[Deployer, ...] = ()

    def beside(self, state: ClusterState) -> ClusterState:
        """``state``, in which they may be."""
        there = {policy.ref for policy in state.lingering}
        policies = (each for each in self.policies if each.ref not in there)
        return replace(
            state,
            lingering=(*state.lingering, *policies),
            unjudged=tuple(sorted((*state.unjudged, *self.unjudged), key=lambda p: p.ref)),
        )


def possible(makers: Iterable[Deployer], held: Held, names: AbstractSet[str]) -> Possible:
    """What ``makers`` may have made in the namespaces ``names``; what is ``held`` is there anyway.

    In a namespace that nothing of the tree names, nothing is said of it.
    """
    known = tuple(makers)
    made = [each for maker in known for each in generations(maker)]
    makers = tuple(dict.fromkeys(each.maker for each in made))
    relabelling = tuple(maker for maker in known if labels_namespaces(maker))
    if not made:
        return Possible(relabelling=relabelling)
    if len(made) * len(names) > MOST_POLICIES:
        anywhere = (each.unknown_in("") for each in made)
        return Possible((), tuple(dict.fromkeys(anywhere)), makers, relabelling)
    labels = {
        ref.name: declared.value.labels
        for ref, declared in held.items()
        if isinstance(declared.value, Namespace)
    }
    policies: dict[ObjectRef, NetworkPolicy] = {}
    unjudged: dict[ObjectRef, UnjudgedPolicy] = {}
    for name in sorted(names):
        for each in made:
            if not each.could_be_in(name, labels.get(name)):
                continue
            if each.policy is None:
                policy = each.unknown_in(name)
                unjudged[policy.ref] = policy
            else:
                there = replace(each.policy, namespace=name)
                if there.ref not in held:
                    policies.setdefault(there.ref, there)
    return Possible(tuple(policies.values()), tuple(unjudged.values()), makers, relabelling)


def namespaces_of(own: Held, other: Held) -> frozenset[str]:
    """The namespaces of one side, of which the other may be the one that names them.

    One that the other side declares, and that holds nothing here, is not there.
    """
    here, there = (scopes(held) for held in (own, other))
    declared = {ref.name for ref, each in other.items() if isinstance(each.value, Namespace)}
    return here | (there - declared)
