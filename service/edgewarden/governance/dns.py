"""Whether pods can still ask for names: egress to the DNS pods of the cluster profile."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import partial

from edgewarden.governance.dns_pods import DNS_PROTOCOLS, Answer, DnsPods
from edgewarden.governance.selection import disjoint
from edgewarden.governance.subjects import DescribedPods, Subject
from edgewarden.reachability.model import ClusterState, Direction, NetworkPolicy, Rule, Workload
from edgewarden.reachability.ports import Protocol


@dataclass(frozen=True, slots=True)
class DnsReach:
    """Whether pods reach DNS by each protocol, and the rules that let them."""

    answers: Mapping[Protocol, Answer]
    rules: tuple[tuple[NetworkPolicy, Rule], ...] = ()
    isolated_by: tuple[NetworkPolicy, ...] = field(default=())

    def refused(self) -> frozenset[Protocol]:
        return frozenset(p for p, answer in self.answers.items() if answer is Answer.NO)


OPEN = DnsReach(dict.fromkeys(DNS_PROTOCOLS, Answer.YES))
"""What pods have that nothing isolates for egress."""


@dataclass(frozen=True, slots=True)
class Dns:
    """How the pods of one state reach DNS.

    ``isolating`` are the policies that isolate for egress, by namespace.
    """

    pods: DnsPods
    isolating: Mapping[str, tuple[NetworkPolicy, ...]]

    @classmethod
    def of(cls, state: ClusterState, answering: Collection[Workload]) -> "Dns":
        """``answering`` are the DNS pods of the other state."""
        isolating: dict[str, tuple[NetworkPolicy, ...]] = {}
        for policy in state.policies:
            if Direction.EGRESS in policy.isolates:
                isolating[policy.namespace] = (*isolating.get(policy.namespace, ()), policy)
        return cls(DnsPods.of(state, answering), isolating)

    def of_namespace(self, name: str) -> object:
        """Equal for namespaces in which equal pods reach DNS alike."""
        return self.pods, self.isolating.get(name)

    def reach(self, subject: Subject) -> DnsReach:
        """The answer for pods that look like the profile's DNS pods, and for known such pods.

        Ingress policies of the DNS namespace are not consulted.
        """
        policies = tuple(
            policy
            for policy in self.isolating.get(subject.namespace, ())
            if subject.selected_by(policy)
        )
        if not policies:
            return OPEN
        answers = dict.fromkeys(DNS_PROTOCOLS, Answer.NO)
        rules: list[tuple[NetworkPolicy, Rule]] = []
        for policy in policies:
            for rule in policy.egress:
                listens = {each: self.pods.listens(rule, each) for each in DNS_PROTOCOLS}
                if not any(listens.values()):
                    continue
                peer = self.pods.admitted(rule, policy.namespace)
                for protocol, answer in listens.items():
                    answers[protocol] = max(answers[protocol], min(peer, answer))
                if peer:
                    rules.append((policy, rule))
        return DnsReach(answers, tuple(rules), policies)

    def sparing(self, subject: Subject) -> tuple[NetworkPolicy, ...]:
        """The policies that let some of these pods ask and need not select all of them.

        Nobody knows then whether there are others: whoever lets the pods that need names ask, and
        denies the rest of the namespace, cuts nobody off.
        """
        if not isinstance(subject, DescribedPods):
            return ()
        return tuple(
            policy
            for policy in self.isolating.get(subject.namespace, ())
            if not subject.selected_by(policy)
            and not disjoint(subject.selector, policy.pods)
            and any(map(partial(self._lets_ask, policy), policy.egress))
        )

    def _lets_ask(self, policy: NetworkPolicy, rule: Rule) -> bool:
        listens = any(self.pods.listens(rule, each) for each in DNS_PROTOCOLS)
        return bool(listens and self.pods.admitted(rule, policy.namespace))
