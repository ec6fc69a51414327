"""The JSON of ``edgewarden posture``.

The shapes are these dataclasses; ``reporting.schema`` publishes them as JSON Schema. Fields are
only ever added. Every text is one that UTF-8 can encode.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from edgewarden.governance.posture.dns_access import DnsAccess
from edgewarden.governance.posture.isolation import Isolation
from edgewarden.governance.posture.platform import Admission, admission_word
from edgewarden.governance.posture.standing import ClusterStanding, NamespaceStanding
from edgewarden.governance.proposal import WrittenRule
from edgewarden.reachability.model import NetworkPolicy, UnjudgedPolicy
from edgewarden.reporting.json_parts import (
    PlaceReport,
    ProblemReport,
    clean,
    place_report,
    problem_report,
)
from edgewarden.reporting.json_text import json_text
from edgewarden.reporting.posture_view import PostureReport


@dataclass(frozen=True, slots=True)
class PolicyReport:
    policy: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class RuleReport:
    """``rule`` counts from 0 in the list of ``direction``."""

    policy: str
    direction: str
    rule: int
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class DirectionReport:
    """``isolated`` is ``all``, ``part`` or ``none`` of the pods that could exist; ``left`` are sets
    of those that nothing isolates, ``workloads`` known ones among them. Where not ``exact``, some
    of what is left is isolated. ``perhaps`` are policies that may be in the cluster."""

    isolated: str
    exact: bool
    policies: list[PolicyReport]
    default_denies: list[PolicyReport]
    allow_all: list[RuleReport]
    left: list[str]
    workloads: list[str]
    perhaps: list[PolicyReport]


@dataclass(frozen=True, slots=True)
class DnsReport:
    """Sets of pods that do not reach DNS, and of pods of which it is not certain."""

    protocol: str
    refused: list[str]
    unsure: list[str]


@dataclass(frozen=True, slots=True)
class InternetReport:
    """``reach`` is ``none``, ``ranges`` or ``open``."""

    reach: str
    wide: list[RuleReport]
    ranges: list[RuleReport]


@dataclass(frozen=True, slots=True)
class AdmissionReport:
    """``admitted`` is ``unknown``, ``home``, ``open``, ``yes``, ``some`` or ``no``."""

    admitted: str
    rules: list[RuleReport]
    missed: list[str]


@dataclass(frozen=True, slots=True)
class SensitiveReport:
    kind: str
    because: str


@dataclass(frozen=True, slots=True)
class LackReport:
    phase: str
    text: str
    remedy: str


@dataclass(frozen=True, slots=True)
class NamespacePostureReport:
    """``phase`` is the last one of which nothing is lacking, nor of any before. Where not
    ``certain``, something that is not judged or not known bears on it."""

    namespace: str
    phase: str
    certain: bool
    owner: str
    place: PlaceReport | None
    policies: int
    workloads: list[str]
    host_network: list[str]
    ingress: DirectionReport
    egress: DirectionReport
    dns: list[DnsReport]
    internet: InternetReport
    monitoring: AdmissionReport
    gateway: AdmissionReport
    sensitive: SensitiveReport | None
    not_judged: list[PolicyReport]
    lacks: list[LackReport]


@dataclass(frozen=True, slots=True)
class ClusterPostureReport:
    name: str
    namespaces: list[NamespacePostureReport]


@dataclass(frozen=True, slots=True)
class PosturesReport:
    clusters: list[ClusterPostureReport]
    problems: list[ProblemReport]


def posture_json(report: PostureReport) -> Iterator[str]:
    """The text of the report in pieces."""
    return json_text(
        PosturesReport(
            clusters=[*map(_cluster, report.clusters)],
            problems=[*map(problem_report, report.problems)],
        )
    )


def _cluster(cluster: ClusterStanding) -> ClusterPostureReport:
    return ClusterPostureReport(clean(cluster.cluster), [*map(_namespace, cluster.namespaces)])


def _namespace(each: NamespaceStanding) -> NamespacePostureReport:
    posture = each.posture
    sensitive = posture.sensitive
    return NamespacePostureReport(
        namespace=clean(posture.namespace),
        phase=each.adoption.phase.value.replace(" ", "_"),
        certain=posture.certain,
        owner=clean(posture.owner),
        place=place_report(posture.location) if posture.location else None,
        policies=len(posture.policies),
        workloads=_texts(posture.workloads),
        host_network=_texts(posture.nodes),
        ingress=_direction(posture.ingress),
        egress=_direction(posture.egress),
        dns=[*map(_dns, posture.dns)],
        internet=InternetReport(
            posture.internet.way.word,
            _rules(posture.internet.wide),
            _rules(posture.internet.ranges),
        ),
        monitoring=_admission(posture.monitoring, posture.ingress),
        gateway=_admission(posture.gateway, posture.ingress),
        sensitive=SensitiveReport(clean(sensitive.kind), clean(sensitive.because))
        if sensitive
        else None,
        not_judged=[*map(_policy, posture.unjudged)],
        lacks=[
            LackReport(lack.phase.value.replace(" ", "_"), clean(lack.text), clean(lack.remedy))
            for lack in each.adoption.lacks
        ],
    )


def _direction(isolation: Isolation) -> DirectionReport:
    return DirectionReport(
        isolated=isolation.extent.value,
        exact=isolation.left.exact,
        policies=[*map(_policy, isolation.policies)],
        default_denies=[*map(_policy, isolation.default_denies)],
        allow_all=_rules(isolation.allow_all),
        left=_texts(isolation.left.pods),
        workloads=_texts(isolation.workloads),
        perhaps=[*map(_policy, isolation.perhaps)],
    )


def _dns(access: DnsAccess) -> DnsReport:
    refused, unsure = access.refused.pods, access.unsure.pods
    return DnsReport(access.protocol.value, _texts(refused), _texts(unsure))


def _admission(admission: Admission | None, ingress: Isolation) -> AdmissionReport:
    rules = () if admission is None else admission.rules
    missed = () if admission is None else admission.missed.pods
    return AdmissionReport(admission_word(admission, ingress), _rules(rules), _texts(missed))


def _policy(policy: NetworkPolicy | UnjudgedPolicy) -> PolicyReport:
    place = policy.location
    return PolicyReport(clean(str(policy.ref)), clean(place.path), place.line)


def _rules(rules: Iterable[WrittenRule]) -> list[RuleReport]:
    return [
        RuleReport(
            clean(str(each.policy.ref)),
            each.direction.value,
            each.rule.index,
            clean(each.location.path),
            each.location.line,
        )
        for each in rules
    ]


def _texts(items: Iterable[object]) -> list[str]:
    return [clean(str(each)) for each in items]
