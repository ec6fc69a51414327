"""Where namespaces stand, put into words."""

from collections.abc import Iterator
from dataclasses import dataclass

from edgewarden.governance.dns_pods import Answer
from edgewarden.governance.phrases import listing
from edgewarden.governance.posture.adoption import Phase
from edgewarden.governance.posture.dns_access import DnsAccess, dns_word
from edgewarden.governance.posture.internet import Internet, WayOut
from edgewarden.governance.posture.isolation import Isolation
from edgewarden.governance.posture.platform import Admission, admission_word
from edgewarden.governance.posture.posture import Posture
from edgewarden.governance.posture.standing import ClusterStanding, NamespaceStanding
from edgewarden.reachability.location import Problem
from edgewarden.reachability.symbolic.statements import Extent
from edgewarden.reachability.wording import capitalised
from edgewarden.reporting.blocks import Banner, Heading, Item, Items, Row, Table, Tone
from edgewarden.reporting.headline import FILES_READ
from edgewarden.reporting.outline import Outline
from edgewarden.reporting.wording import counted

_COLUMNS = ("Namespace", "Phase", "Ingress", "Egress", "DNS", "Internet", "Metrics", "Gateway")
_PERHAPS = "?"

_LEGEND = (
    "Ingress and egress: which pods are isolated, of all that could exist. DNS: whether they reach "
    "it. Internet: what of it they reach. Metrics and gateway: whether monitoring and the gateway "
    "get in."
)
_UNCERTAIN = f"{_PERHAPS}: that is not certain; name the namespace to see why."


@dataclass(frozen=True, slots=True)
class PostureReport:
    """Each cluster; ``detailed`` where namespaces were asked about by name. ``problems`` are those
    of all clusters, each once."""

    clusters: tuple[ClusterStanding, ...]
    problems: tuple[Problem, ...]
    detailed: bool


def posture_outline(report: PostureReport) -> Outline:
    """A table of all namespaces, or everything about those that were asked about."""
    found: list[Banner | Heading | Items | Table] = [_banner(report)]
    several = len(report.clusters) > 1
    for cluster in report.clusters:
        if not cluster.namespaces:
            continue
        if report.detailed:
            for each in cluster.namespaces:
                found += _details(each, f" in cluster {cluster.cluster}" if several else "")
        else:
            found += _overview(cluster, f" of cluster {cluster.cluster}" if several else "")
    return tuple(found)


def _banner(report: PostureReport) -> Banner:
    every = [each for cluster in report.clusters for each in cluster.namespaces]
    if not every:
        return Banner("nothing found", f"there is no namespace here, {FILES_READ}.", Tone.ATTENTION)
    counts = ((phase, sum(each.adoption.phase is phase for each in every)) for phase in Phase)
    told = ", ".join(f"{count} {phase}" for phase, count in counts if count)
    parts = [f"{counted(len(every), 'namespace')}: {told}"]
    exposed = sum(each.exposed for each in every)
    if exposed:
        parts.append(f"{exposed} sensitive without default-deny in both directions")
    decisive = sum(problem.decisive for problem in report.problems)
    if decisive:
        parts.append(f"{counted(decisive, 'problem leaves', 'problems leave')} it incomplete")
    tone = Tone.ATTENTION if exposed or decisive else Tone.PLAIN
    return Banner("incomplete" if decisive else "posture", f"{'; '.join(parts)}.", tone)


def _overview(cluster: ClusterStanding, whose: str) -> Iterator[Heading | Items | Table]:
    yield Heading(f"Namespaces{whose}")
    yield Table(_COLUMNS, tuple(map(_row, cluster.namespaces)))
    uncertain = any(not each.posture.certain for each in cluster.namespaces)
    notes = (_LEGEND, _UNCERTAIN) if uncertain else (_LEGEND,)
    yield Items(tuple(Item(note, Tone.QUIET) for note in notes))
    exposed = [each for each in cluster.namespaces if each.exposed]
    if exposed:
        yield Heading(f"Sensitive, without default-deny in both directions{whose}")
        yield Items(tuple(map(_exposed, exposed)))


def _exposed(each: NamespaceStanding) -> Item:
    posture = each.posture
    sensitive = posture.sensitive
    why = f"{sensitive.kind}, since {sensitive.because}" if sensitive else ""
    open_ = [e.direction for e in (posture.ingress, posture.egress) if e.extent is not Extent.ALL]
    return Item(f"{posture.namespace}: {why}; not denied: {', '.join(open_)}", Tone.BAD)


def _row(each: NamespaceStanding) -> Row:
    posture = each.posture
    tone = Tone.PLAIN
    if each.adoption.phase is Phase.INVENTORY:
        tone = Tone.ATTENTION
    return Row(
        (
            posture.namespace,
            f"{each.adoption.phase}{'' if posture.certain else _PERHAPS}",
            posture.ingress.word,
            posture.egress.word,
            dns_word(posture.dns),
            posture.internet.way.word,
            admission_word(posture.monitoring, posture.ingress),
            admission_word(posture.gateway, posture.ingress),
        ),
        Tone.BAD if each.exposed else tone,
    )


def _details(each: NamespaceStanding, where: str) -> Iterator[Heading | Items]:
    posture = each.posture
    yield Heading(f"{posture.namespace}{where}: {each.adoption.phase}")
    yield Items(tuple(_facts(posture)))
    if each.adoption.lacks:
        yield Heading(f"What {posture.namespace} lacks{where}")
        yield Items(
            tuple(
                Item(f"For {lack.phase}: {lack.text}", Tone.ATTENTION, (lack.remedy,))
                for lack in each.adoption.lacks
            )
        )


def _facts(posture: Posture) -> Iterator[Item]:
    yield _isolation(posture.ingress)
    yield _isolation(posture.egress)
    yield from map(_dns_access, posture.dns)
    yield _internet(posture.internet)
    yield _admission("Monitoring", posture.monitoring, posture.ingress)
    yield _admission("The gateway", posture.gateway, posture.ingress)
    if posture.sensitive:
        yield Item(f"Sensitive ({posture.sensitive.kind}), since {posture.sensitive.because}")
    yield Item(f"Owner: {posture.owner}" if posture.owner else "Its manifest names no owner")
    if posture.nodes:
        nodes = listing(posture.nodes)
        yield Item(f"On the network of their nodes, bound by no policy: {nodes}", Tone.ATTENTION)
    yield from _doubts(posture)


def _isolation(isolation: Isolation) -> Item:
    by = tuple(f"by {each.ref} ({each.location})" for each in isolation.policies)
    direction = capitalised(isolation.direction)
    match isolation.extent:
        case Extent.ALL:
            return Item(f"{direction}: every pod is isolated", Tone.GOOD, by)
        case Extent.PART:
            left = f"{direction}: some pods are isolated, but not {isolation.left}"
            return Item(left, Tone.ATTENTION, by)
        case Extent.NONE:
            return Item(f"{direction}: no pod is isolated", Tone.ATTENTION)


def _dns_access(access: DnsAccess) -> Item:
    match access.answer:
        case Answer.YES:
            return Item(f"DNS by {access.protocol}: every pod reaches it", Tone.GOOD)
        case Answer.MAY:
            text = f"DNS by {access.protocol}: perhaps out of reach of {access.unsure}"
            return Item(text, Tone.ATTENTION)
        case Answer.NO:
            return Item(f"DNS by {access.protocol}: out of reach of {access.refused}", Tone.BAD)


def _internet(internet: Internet) -> Item:
    by = tuple(f"by {each}" for each in (*internet.wide, *internet.ranges))
    match internet.way:
        case WayOut.NONE:
            return Item("Internet: no pod reaches it", Tone.GOOD)
        case WayOut.RANGES:
            return Item("Internet: pods reach ranges that are named", Tone.PLAIN, by)
        case WayOut.OPEN:
            return Item("Internet: pods reach all of it, or wide ranges", Tone.ATTENTION, by)


def _admission(who: str, admission: Admission | None, ingress: Isolation) -> Item:
    if admission is None:
        key = "gateway" if who.endswith("gateway") else "monitoring"
        remedy = f"Set `{key}` in `profile` of .edgewarden.yaml."
        return Item(f"{who}: not known who that is", Tone.QUIET, (remedy,))
    pods = f"{who} ({listing(admission.pods)})"
    if admission.home:
        return Item(f"{pods}: at home here", Tone.QUIET)
    if not ingress.policies:
        return Item(f"{pods}: gets in, since nothing is isolated")
    by = tuple(f"by {each}" for each in admission.rules)
    if not admission.missed:
        return Item(f"{pods}: gets in to every pod", Tone.PLAIN, by)
    if admission.rules:
        return Item(f"{pods}: gets in, but not to {admission.missed}", Tone.PLAIN, by)
    return Item(f"{pods}: no rule admits it to {admission.missed}")


def _doubts(posture: Posture) -> Iterator[Item]:
    lingering = dict.fromkeys((*posture.ingress.perhaps, *posture.egress.perhaps))
    for policy in lingering:
        text = f"Perhaps in the cluster, and not counted: policy {policy.ref} ({policy.location})"
        yield Item(text, Tone.ATTENTION)
    for unjudged in posture.unjudged:
        text = f"Not judged: {unjudged.ref.kind} {unjudged.ref} ({unjudged.location})"
        yield Item(text, Tone.ATTENTION)
    for problem in posture.problems:
        yield Item(f"{problem.location}: {problem.message}", Tone.BAD, (problem.remedy,))
