"""What keeps watching the namespaces of a cluster."""

from collections.abc import Iterator, Mapping
from datetime import date

from edgewarden.governance.contract.contract import Contract, Entry, Party
from edgewarden.governance.contract.report import Standing
from edgewarden.governance.contract.verification import Verification
from edgewarden.governance.posture.adoption import Watch
from edgewarden.governance.proposal import namespace_labels
from edgewarden.reachability.model import ClusterState


class Watches:
    """The entries of a contract, held against a state once, by the namespaces they are about.

    An entry is about the namespaces that one of its parties names or selects; one with every
    namespace at an end is about none for that. ``live`` tells that the cluster shows what it holds.
    """

    def __init__(self, state: ClusterState, contract: Contract, today: date, *, live: bool) -> None:
        self._state = state
        self._live = live
        entries = contract.of_cluster(state.name)
        self._standings: Mapping[Entry, Standing] = {}
        if entries:
            verification = Verification(state)
            self._standings = {e: verification.result(e, today).standing for e in entries}

    def of(self, namespace: str) -> Watch:
        about = dict(self._about(namespace))
        holding = tuple(name for name, found in about.items() if found is Standing.HOLDS)
        failing = tuple(f"{n} ({found})" for n, found in about.items() if n not in holding)
        return Watch(holding, failing, self._live)

    def _about(self, namespace: str) -> Iterator[tuple[str, Standing]]:
        labels = namespace_labels(self._state, namespace)
        for entry, found in self._standings.items():
            if any(_names(each, namespace, labels) for each in (entry.source, entry.destination)):
                yield entry.name, found


def _names(party: Party, namespace: str, labels: Mapping[str, str]) -> bool:
    return any(each.namespace == namespace for each in party.workloads) or any(
        not each.namespaces.selects_everything and each.namespaces.admits(labels)
        for each in party.pods
    )
