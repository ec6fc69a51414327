"""Small builders of reviews, for tests of what shows them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any

from edgewarden.governance.exceptions import CoveredEdge, PodScope, PolicyException
from edgewarden.governance.findings import (
    ChecklistItem,
    Enforcement,
    Finding,
    Outcome,
    Severity,
)
from edgewarden.governance.fixes.fix import Fix
from edgewarden.governance.review import (
    ClusterReview,
    Comparison,
    Provenance,
    Review,
    Verdict,
)
from edgewarden.governance.verdict import overall
from edgewarden.reachability.ends import AddressEnd, End, WorkloadEnd
from edgewarden.reachability.labels import LabelSelector
from edgewarden.reachability.location import Location, Problem, ProblemKind
from edgewarden.reachability.model import Direction, ObjectRef
from edgewarden.reachability.ports import NO_PORTS, PortSet, Protocol
from edgewarden.reachability.reasons import Because, Cause, CauseKind, Fact, FactKind, Side
from edgewarden.reachability.report import EdgeChange, IsolationChange, MayChange, ReachabilityDiff
from edgewarden.reachability.symbolic.restrictions import ALL_VALUES, Values
from edgewarden.reachability.symbolic.statements import (
    EndSet,
    PodSet,
    Precision,
    StatedPorts,
    Statement,
)

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
BASE = "5f2b10d5c3782dff5f2b10d5c3782dff5f2b10d5"
NO_CHANGE = ReachabilityDiff()
HEAD = "15b25be041364d28a735315595306290db0cc931"


def workload(name: str, kind: str = "Deployment", *, host_network: bool = False) -> WorkloadEnd:
    """``workload("shop/web")``."""
    namespace, _, rest = name.partition("/")
    return WorkloadEnd(namespace, rest, kind, host_network)


def addresses(block: str) -> AddressEnd:
    """``addresses("10.0.0.0/8")`` or ``addresses("10.0.0.1-10.0.0.9")``."""
    if "-" in block:
        first, last = block.split("-")
        return AddressEnd(ip_address(first), ip_address(last))
    network = ip_network(block)
    return AddressEnd(network.network_address, network.broadcast_address)


def tcp(first: int, last: int | None = None) -> PortSet:
    return PortSet.of(Protocol.TCP, first, last)


def udp(first: int, last: int | None = None) -> PortSet:
    return PortSet.of(Protocol.UDP, first, last)


def policy(name: str) -> ObjectRef:
    namespace, _, rest = name.partition("/")
    return ObjectRef("networking.k8s.io", "NetworkPolicy", namespace, rest)


def rule_allows(
    name: str, place: Location, rule: int = 0, direction: Direction = Direction.INGRESS
) -> Cause:
    return Cause(CauseKind.RULE_ALLOWS, Side.HEAD, policy(name), place, direction, rule)


def rule_gone(
    name: str, place: Location, rule: int = 0, direction: Direction = Direction.INGRESS
) -> Cause:
    return Cause(CauseKind.RULE_GONE, Side.BASE, policy(name), place, direction, rule)


def isolation_added(name: str, place: Location, direction: Direction) -> Cause:
    return Cause(CauseKind.ISOLATION_ADDED, Side.HEAD, policy(name), place, direction)


def added(
    src: End,
    dst: End,
    ports: PortSet,
    *causes: Cause,
    because: Because = Because.POLICY_CHANGED,
) -> EdgeChange:
    """An edge that nothing allowed before."""
    return EdgeChange((src,), (dst,), NO_PORTS, ports, ports, NO_PORTS, because, causes)


def removed(
    src: End,
    dst: End,
    ports: PortSet,
    *causes: Cause,
    because: Because = Because.POLICY_CHANGED,
) -> EdgeChange:
    """An edge that nothing allows any more."""
    return EdgeChange((src,), (dst,), ports, NO_PORTS, NO_PORTS, ports, because, causes)


def changed(src: End, dst: End, before: PortSet, after: PortSet, *causes: Cause) -> EdgeChange:
    return EdgeChange(
        (src,),
        (dst,),
        before,
        after,
        after - before,
        before - after,
        Because.POLICY_CHANGED,
        causes,
    )


def may_change(src: End, dst: End, ports: PortSet, fact: Fact, *causes: Cause) -> MayChange:
    return MayChange((src,), (dst,), ports, (fact,), Because.POLICY_CHANGED, causes)


def isolated(who: WorkloadEnd, direction: Direction, *causes: Cause) -> IsolationChange:
    return IsolationChange(who, direction, isolated=True, certain=True, causes=causes)


def released(who: WorkloadEnd, direction: Direction, *causes: Cause) -> IsolationChange:
    return IsolationChange(who, direction, isolated=False, certain=True, causes=causes)


def stated(source: EndSet, destination: EndSet, ports: PortSet, *causes: Cause) -> Statement:
    """An exact statement of which no known workload is part."""
    return Statement(source, destination, StatedPorts(ports), Precision.EXACT, causes)


def pods(namespace: str = "", **labels: str) -> PodSet:
    """Those of a namespace with these labels; ``pods()`` are all."""
    return PodSet(
        Values.only(namespace) if namespace else ALL_VALUES,
        labels={key: Values.only(value) for key, value in labels.items()},
    )


def ip_block_fact(block: str, place: Location) -> Fact:
    return Fact(
        FactKind.IP_BLOCK,
        block,
        f"Does the network plugin let the ipBlock {block} match pod addresses?",
        place,
    )


def finding(
    rule: str = "allow-all",
    title: str = "Allows everything",
    message: str = "ingress[0] of NetworkPolicy shop/open admits every peer on every port.",
    place: Location | None = None,
    *,
    enforcement: Enforcement = Enforcement.WARN,
    severity: Severity = Severity.HIGH,
    remedy: str = "Name the peers and the ports that are needed.",
    fix: Fix | None = None,
) -> Finding:
    return Finding(
        rule=rule,
        title=title,
        severity=severity,
        enforcement=enforcement,
        message=message,
        remedy=remedy,
        location=place or Location("k8s/open.yaml", 9),
        side=Side.HEAD,
        fingerprint=f"{rule}:{message}",
        subject=policy("shop/open"),
        fix=fix,
    )


def problem(
    message: str = "The file is not YAML: a mapping is not closed.",
    place: Location | None = None,
    *,
    decisive: bool = True,
    remedy: str = "Close the mapping; kubectl apply --dry-run=client shows the same error.",
    kind: ProblemKind = ProblemKind.UNPARSABLE,
) -> Problem:
    return Problem(kind, place or Location("k8s/broken.yaml", 4, 3), message, remedy, decisive)


def exception(number: int = 12, *, left: timedelta = timedelta(days=6, hours=3)) -> PolicyException:
    return PolicyException(
        number=number,
        reason="The settlement job reads orders until the export exists.",
        owner="payments",
        ticket="PAY-341",
        test="make connectivity-test CASE=settlement",
        source=PodScope(LabelSelector(), LabelSelector()),
        destination=PodScope(LabelSelector(), LabelSelector()),
        ports=tcp(5432),
        starts_at=NOW - timedelta(days=24),
        expires_at=NOW + left,
    )


def covered(change: EdgeChange, by: PolicyException) -> CoveredEdge:
    return CoveredEdge(by, change)


def checklist(**outcomes: Outcome) -> tuple[ChecklistItem, ...]:
    """Three items of which any outcome can be set."""
    items = (
        ("direction", "Direction intended", Outcome.PASS, "Every policy lists policyTypes."),
        ("ports", "Ports minimal", Outcome.PASS, "No rule leaves its ports out."),
        ("rollback", "Rollback", Outcome.MANUAL, "A person says how this change is taken back."),
        ("cni", "CNI support", Outcome.NOT_APPLICABLE, "No policy is added."),
    )
    return tuple(
        ChecklistItem(
            item, title, outcomes.get(item, outcome), evidence, (Location("k8s/shop.yaml", 12),)
        )
        for item, title, outcome, evidence in items
    )


def provenance(comparison: Comparison = Comparison.MERGE_RESULT) -> Provenance:
    return Provenance(BASE, HEAD, comparison, "0.1.0", "pack-digest", "a" * 40, "b" * 40)


def review(
    verdict: Verdict = Verdict.PASS,
    diff: ReachabilityDiff = NO_CHANGE,
    *,
    reasons: tuple[str, ...] = (),
    findings: tuple[Finding, ...] = (),
    items: tuple[ChecklistItem, ...] | None = None,
    covers: tuple[CoveredEdge, ...] = (),
    problems: tuple[Problem, ...] = (),
    assumptions: tuple[str, ...] = (),
    made_by: Provenance | None = None,
) -> Review:
    cluster = cluster_review(
        verdict,
        diff,
        reasons=reasons,
        findings=findings,
        items=items,
        covers=covers,
        problems=problems,
        assumptions=assumptions,
    )
    return review_of(cluster, made_by=made_by)


def cluster_review(
    verdict: Verdict = Verdict.PASS,
    diff: ReachabilityDiff = NO_CHANGE,
    *,
    clusters: tuple[str, ...] = ("cluster",),
    reasons: tuple[str, ...] = (),
    findings: tuple[Finding, ...] = (),
    items: tuple[ChecklistItem, ...] | None = None,
    covers: tuple[CoveredEdge, ...] = (),
    problems: tuple[Problem, ...] = (),
    assumptions: tuple[str, ...] = (),
) -> ClusterReview:
    return ClusterReview(
        clusters=clusters,
        verdict=verdict,
        reasons=reasons,
        diff=diff,
        findings=findings,
        checklist=checklist() if items is None else items,
        covered=covers,
        problems=problems,
        assumptions=assumptions,
    )


def review_of(
    *clusters: ClusterReview,
    untouched: tuple[str, ...] = (),
    problems: tuple[Problem, ...] = (),
    assumptions: tuple[str, ...] = (),
    made_by: Provenance | None = None,
) -> Review:
    """A review of these clusters, the worst of which comes first."""
    verdict, reasons = overall(problems, [each.verdict for each in clusters])
    return Review(
        verdict=verdict,
        reasons=reasons,
        clusters=clusters,
        untouched=untouched,
        problems=problems,
        assumptions=assumptions,
        provenance=made_by or provenance(),
        judged_at=NOW,
    )


def only(review: Review) -> ClusterReview:
    """What a review of one cluster says of it."""
    (cluster,) = review.clusters
    return cluster


def changed_only(review: Review, **fields: Any) -> Review:
    """The review of one cluster, with other fields of what it says of that."""
    return replace(review, clusters=(replace(only(review), **fields),))


def problems_of(review: Review) -> tuple[Problem, ...]:
    """Those of the whole and of all clusters."""
    return (*review.problems, *(p for each in review.clusters for p in each.problems))


def assumptions_of(review: Review) -> tuple[str, ...]:
    """Those of the whole and of all clusters."""
    return (*review.assumptions, *(a for each in review.clusters for a in each.assumptions))


def reasons_of(review: Review) -> tuple[str, ...]:
    """Those of the whole and of all clusters."""
    return (*review.reasons, *(r for each in review.clusters for r in each.reasons))
