"""What is written in one state, by namespace."""

from collections.abc import Iterable, Mapping, Sequence

from edgewarden.reachability.concrete.delta import unshared
from edgewarden.reachability.model import ClusterState, NetworkPolicy
from edgewarden.reachability.symbolic.namespaces import Labelling


class Written:
    """The policies of one state by namespace, and what its manifests say of namespaces.

    ``over`` is the same of a state that is alike for the most part.
    """

    def __init__(self, state: ClusterState, over: "Written | None" = None) -> None:
        self.labelling = Labelling.of(state)
        self._every = state.policies
        self._policies: Mapping[str, Sequence[NetworkPolicy]]
        self.changed: frozenset[str | None] = frozenset()
        """The namespaces whose policies are not the ones of ``over``."""
        if over is None:
            self._policies = _by_namespace(state.policies)
        else:
            gone, new = unshared(over._every, state.policies)
            self._policies = _changed(over, gone, new)
            self.changed = frozenset(
                name
                for name in {policy.namespace for policy in (*gone, *new)}
                if self.policies(name) != over.policies(name)
            )
        self.namespaces = tuple(sorted(self._policies))
        """Those with policies."""

    def policies(self, namespace: str) -> Sequence[NetworkPolicy]:
        """In the order of their names."""
        return self._policies.get(namespace, ())


def _changed(
    over: Written, gone: Sequence[NetworkPolicy], new: Sequence[NetworkPolicy]
) -> Mapping[str, Sequence[NetworkPolicy]]:
    """The policies of ``over`` by namespace, without ``gone`` and with ``new``."""
    left, added = set(map(id, gone)), _by_namespace(new)
    found = dict(over._policies)
    for name in {policy.namespace for policy in (*gone, *new)}:
        kept = (policy for policy in over.policies(name) if id(policy) not in left)
        found[name] = _in_order((*kept, *added.get(name, ())))
    return {name: some for name, some in found.items() if some}


def _by_namespace(policies: Iterable[NetworkPolicy]) -> Mapping[str, Sequence[NetworkPolicy]]:
    found: dict[str, list[NetworkPolicy]] = {}
    for policy in policies:
        found.setdefault(policy.namespace, []).append(policy)
    return {name: _in_order(some) for name, some in found.items()}


def _in_order(policies: Iterable[NetworkPolicy]) -> Sequence[NetworkPolicy]:
    return tuple(sorted(policies, key=lambda policy: policy.name))
