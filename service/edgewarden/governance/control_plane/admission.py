"""Whether policies let the API server in to the pods behind what it calls."""

from collections.abc import Iterator
from dataclasses import dataclass

from edgewarden.governance.control_plane.api_server import ApiServer
from edgewarden.governance.control_plane.backends import Backend
from edgewarden.governance.control_plane.sureness import NEVER, SURE, Sureness, either, may
from edgewarden.governance.dns_pods import Answer
from edgewarden.governance.proposal import WrittenRule, rules_of
from edgewarden.governance.selection import disjoint
from edgewarden.governance.subjects import DescribedPods, KnownPods
from edgewarden.reachability.model import (
    ClusterState,
    ContainerPort,
    Direction,
    Effect,
    NetworkPolicy,
    PolicyPort,
    Workload,
)
from edgewarden.reachability.ports import FIRST_PORT, LAST_PORT, Protocol


@dataclass(frozen=True, slots=True)
class Admission:
    """Whether the API server gets in, the policies that isolate the pods, and the rules that let it
    in, or may. ``questions`` would settle a *may*."""

    sureness: Sureness
    isolated_by: tuple[NetworkPolicy, ...] = ()
    rules: tuple[WrittenRule, ...] = ()

    @property
    def answer(self) -> Answer:
        return self.sureness.answer


_OPEN = Admission(SURE)


class Admissions:
    """How pods of one state are reached by its API server."""

    def __init__(self, state: ClusterState) -> None:
        self._state = state
        self._api_server = ApiServer.of(state)
        self._isolating: dict[str, list[tuple[NetworkPolicy, bool]]] = {}
        for policies, lingers in ((state.policies, False), (state.lingering, True)):
            for policy in policies:
                if Direction.INGRESS in policy.isolates:
                    self._isolating.setdefault(policy.namespace, []).append((policy, lingers))

    def of(self, backend: Backend) -> Admission:
        """Whether it reaches the pods on their port."""
        selecting = list(self._selecting(backend.subject))
        if not selecting:
            return _OPEN
        admitting = [
            [(rule, self._admits(rule, backend)) for rule in rules_of((policy,))]
            for policy, _ in selecting
        ]
        found = _joined(
            [how for _, how in selecting],
            [either(sureness for _, sureness in some) for some in admitting],
        )
        if found.answer is not Answer.YES:
            found = either([found, *self._unjudged(backend.subject.namespace)])
        if found.answer is Answer.NO and backend.doubt:
            found = may(backend.doubt)
        return Admission(
            found,
            tuple(policy for policy, _ in selecting),
            tuple(rule for some in admitting for rule, each in some if each.answer),
        )

    def _selecting(
        self, subject: KnownPods | DescribedPods
    ) -> Iterator[tuple[NetworkPolicy, Sureness]]:
        """The policies that isolate the pods for ingress, or may."""
        for policy, lingers in self._isolating.get(subject.namespace, ()):
            how = _selects(policy, subject)
            if how.answer and lingers:
                how = how.also(may(f"Is NetworkPolicy {policy.ref} in the cluster?"))
            if how.answer:
                yield policy, how

    def _admits(self, written: WrittenRule, backend: Backend) -> Sureness:
        """Egress rules admit nobody."""
        if written.direction is not Direction.INGRESS:
            return NEVER
        peers = self._api_server.among(written.rule, written.policy.namespace)
        return peers.also(_listens(written, backend))

    def _unjudged(self, namespace: str) -> Iterator[Sureness]:
        for each in self._state.unjudged:
            if Effect.ALLOW in each.effects and each.ref.namespace in {"", namespace}:
                yield may(f"Does {each.ref.kind} {each.ref} ({each.location}) let it in?")


def _joined(selecting: list[Sureness], admitting: list[Sureness]) -> Sureness:
    """What several policies come to. Where none certainly isolates, all that may have to admit."""
    if any(each.answer is Answer.YES for each in selecting):
        return either(how.also(admits) for how, admits in zip(selecting, admitting, strict=True))
    refusing = [
        question
        for how, admits in zip(selecting, admitting, strict=True)
        if admits.answer is not Answer.YES
        for question in (*how.questions, *admits.questions)
    ]
    return Sureness(Answer.MAY, tuple(dict.fromkeys(refusing))) if refusing else SURE


def _selects(policy: NetworkPolicy, subject: KnownPods | DescribedPods) -> Sureness:
    if subject.selected_by(policy):
        return SURE
    match subject:
        case KnownPods(workload):
            hangs = policy.pods.undecided_keys(workload.labels, workload.open_labels)
            possible = bool(hangs) and not workload.host_network
        case DescribedPods(_, selector):
            possible = not disjoint(selector, policy.pods)
    return may(f"Does policy {policy.ref} select {subject}?") if possible else NEVER


def _listens(written: WrittenRule, backend: Backend) -> Sureness:
    """Whether the port of the pods is among those of a rule."""
    ports = written.rule.ports
    return either(_hits(item, written, backend) for item in ports) if ports else SURE


def _hits(item: PolicyPort, written: WrittenRule, backend: Backend) -> Sureness:
    if item.protocol is not Protocol.TCP:
        return NEVER
    wanted = backend.port
    match item.port:
        case None:
            return SURE
        case int() as first:
            last = first if item.end_port is None else item.end_port
            if isinstance(wanted, int):
                return SURE if first <= wanted <= last else NEVER
            whole = (first, last) == (FIRST_PORT, LAST_PORT)
        case str() as name:
            if isinstance(wanted, int) and isinstance(backend.subject, KnownPods):
                return _called(name, wanted, backend.subject.workload, written)
            if isinstance(wanted, str):
                return SURE if name == wanted else NEVER
            whole = False
    if whole:
        return SURE
    what = "that port" if wanted is None else f"port {wanted}"
    return may(f"Is {what} of {backend.subject} among those of {written}?")


def _called(name: str, number: int, workload: Workload, written: WrittenRule) -> Sureness:
    if ContainerPort(name, Protocol.TCP, number) in workload.ports:
        return SURE
    if workload.open_ports:
        return may(f"Do the pods of {workload} call TCP {number} {name}, as {written} does?")
    return NEVER
