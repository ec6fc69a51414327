"""A survey of a tree, put into words."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from edgewarden.governance.survey.gaps import Gap
from edgewarden.governance.survey.shapes import ShapeCount
from edgewarden.governance.survey.survey import ClusterCount, ExposedNamespace, Survey
from edgewarden.manifests.discovery import Discovery
from edgewarden.manifests.division import LeftOut, by_exclude
from edgewarden.manifests.notices import some_of
from edgewarden.reachability.exposure.exposure import Exposure, Reach
from edgewarden.reachability.location import Problem
from edgewarden.reachability.model import Workload
from edgewarden.reachability.questions import ASKED_ABOUT
from edgewarden.reachability.wording import capitalised
from edgewarden.reporting.blocks import Banner, Heading, Item, Items, Tone
from edgewarden.reporting.headline import FILES_READ
from edgewarden.reporting.outline import Outline
from edgewarden.reporting.standing import PROBLEM_KINDS
from edgewarden.reporting.survey_sources import beyond, sources
from edgewarden.reporting.wording import counted, ports_text

_NAMED = 2
"""Of problems of one kind."""

REACHES = {
    Reach.NOBODY: "nobody",
    Reach.OWN_NAMESPACE: "pods of its own namespace",
    Reach.OTHER_NAMESPACES: "pods of other namespaces",
    Reach.EVERY_POD: "every pod of every namespace",
    Reach.INTERNET: "addresses of the internet",
    Reach.EVERYONE: "everyone (all pods and the internet)",
}


@dataclass(frozen=True, slots=True)
class SurveyedTree:
    """What is known of a tree: ``found`` in each part of it, and ``left_out`` of all parts.

    ``alone`` are the clusters of which no inventory is known.
    """

    survey: Survey
    found: tuple[Discovery, ...]
    left_out: tuple[LeftOut, ...]
    alone: tuple[str, ...]


def survey_outline(tree: SurveyedTree) -> Outline:
    """Everything, in the order in which a newcomer asks for it."""
    survey = tree.survey
    return (
        _banner(survey),
        Heading("Found"),
        Items(tuple(_found(tree))),
        *_listing("Policies by shape", map(_shape, survey.shapes)),
        *_exposed(survey),
        *_gaps(survey),
        Heading("Not seen"),
        Items(tuple(_unseen(tree)) or (Item("Nothing that is known", Tone.QUIET),)),
    )


def _banner(survey: Survey) -> Banner:
    policies = sum(each.policies for each in survey.clusters)
    workloads = sum(each.workloads for each in survey.clusters)
    if not (policies or workloads or survey.problems):
        sentence = f"there is no policy and no workload here, {FILES_READ}."
        return Banner("nothing found", sentence, Tone.ATTENTION)
    wide = [each for each in survey.exposed if each.exposure.reach >= Reach.EVERY_POD]
    held = f"{counted(policies, 'policy', 'policies')}, {counted(workloads, 'workload')}"
    namespaces = counted(sum(each.namespaces for each in survey.clusters), "namespace")
    parts = [f"{held} and {namespaces} in {counted(len(survey.clusters), 'cluster')}"]
    if not (policies or workloads):
        parts = ["no policy and no workload could be read"]
    if wide:
        reach = REACHES[wide[0].exposure.reach]
        parts.append(f"{wide[0].exposure.namespace} is the most exposed, to {reach}")
    decisive = sum(problem.decisive for problem in survey.problems)
    if decisive:
        parts.append(f"{counted(decisive, 'problem leaves', 'problems leave')} it incomplete")
    title = "incomplete" if decisive else "surveyed"
    return Banner(title, f"{'; '.join(parts)}.", Tone.ATTENTION if decisive else Tone.PLAIN)


def _found(tree: SurveyedTree) -> Iterator[Item]:
    clusters = tree.survey.clusters
    for count in clusters:
        yield _cluster(count, several=len(clusters) > 1)
    for found in tree.found:
        yield from sources(found)


def _cluster(count: ClusterCount, *, several: bool) -> Item:
    notes = []
    if count.policies:
        ingress = counted(count.ingress, "namespace")
        notes.append(f"Policies isolate ingress in {ingress}, egress in {count.egress}")
    if count.unjudged:
        notes.append(
            f"{counted(count.unjudged, 'policy', 'policies')} of kinds that are not judged"
        )
    if count.nodes:
        notes.append(f"{counted(count.nodes, 'workload')} with hostNetwork, bound by no policy")
    whose = f"Cluster {count.name}: " if several else ""
    return Item(
        f"{whose}{counted(count.namespaces, 'namespace')}, "
        f"{counted(count.workloads, 'workload')}, {counted(count.policies, 'policy', 'policies')}",
        notes=tuple(notes),
    )


def _shape(each: ShapeCount) -> Item:
    policies = counted(each.count, "policy", "policies")
    return Item(f"{policies}: {each.shape.value}", notes=(f"as at {each.example}",))


def _exposed(survey: Survey) -> Iterator[Heading | Items]:
    if not survey.exposed:
        return
    several = len(survey.clusters) > 1
    shown = len(survey.exposed)
    yield Heading(f"Most exposed namespaces: {shown} of {survey.namespaces}")
    items = [_exposure(each, several=several) for each in survey.exposed]
    if survey.as_exposed:
        more = counted(survey.as_exposed, "more is", "more are")
        items.append(Item(f"{more} as exposed as the last of these", Tone.QUIET))
    if survey.perhaps:
        more = counted(len(survey.perhaps), "more is", "more are")
        what = f"{more} perhaps open to every pod or the internet, which is not known"
        names = tuple(dict.fromkeys(each.exposure.namespace for each in survey.perhaps))
        items.append(Item(what, Tone.QUIET, (some_of(names),)))
    yield Items(tuple(items))


def _exposure(each: ExposedNamespace, *, several: bool) -> Item:
    exposure = each.exposure
    named = "cluster" if len(each.clusters) == 1 else "clusters"
    where = f" in {named} {some_of(each.clusters)}" if several else ""
    on = f" on {ports_text(exposure.ports)}" if exposure.ports else ""
    may = ""
    if exposure.may_reach > exposure.reach:
        may = f", and perhaps to {REACHES[exposure.may_reach]}"
    place = f" ({each.reason.location})" if each.reason.location else ""
    return Item(
        f"{exposure.namespace}{where}: open to {REACHES[exposure.reach]}{on}{may}",
        Tone.BAD if exposure.reach >= Reach.EVERY_POD else Tone.ATTENTION,
        (f"{capitalised(each.reason.text)}{place}", _pods(exposure)),
    )


def _pods(exposure: Exposure) -> str:
    shown = all(pod.location != ASKED_ABOUT for pod in exposure.asked)
    noun = ("workload", "workloads") if shown else ("kind of pods", "kinds of pods")
    names = [pod_text(pod) for pod in exposure.reached]
    said = f"{len(names)} of {counted(len(exposure.asked), *noun)}: {some_of(names)}"
    if not shown and len(exposure.asked) == 1:
        said = capitalised(names[0])
    if exposure.reach is not Reach.OTHER_NAMESPACES:
        return said
    return f"{said}; pods of {counted(exposure.others, 'other namespace')} come in"


def pod_text(pod: Workload) -> str:
    """A workload by its name; a pod that no manifest shows by its labels."""
    if pod.location != ASKED_ABOUT:
        return f"{pod.name}[{pod.kind}]"
    return f"pods with {pod.name}" if pod.labels else "pods that no manifest shows"


def _gaps(survey: Survey) -> Iterator[Heading | Items]:
    yield Heading(
        f"What would remove most uncertainty: {len(survey.gaps)} of {survey.open_questions}"
    )
    nothing = Item("No connection waits for anything that is not known", Tone.GOOD)
    yield Items(tuple(map(_gap, survey.gaps)) or (nothing,))


def _gap(gap: Gap) -> Item:
    notes = [gap.remedy]
    if gap.connections > gap.alone:
        more = counted(
            gap.connections - gap.alone, "more connection waits", "more connections wait"
        )
        notes.append(f"{more} for this and for something else.")
    if gap.location is not None:
        notes.append(f"as at {gap.location}")
    count = (
        counted(gap.alone, "connection") if gap.connections else "Not known how many connections"
    )
    return Item(f"{count}: {gap.about}", Tone.ATTENTION, tuple(notes))


def _unseen(tree: SurveyedTree) -> Iterator[Item]:
    yield from _problems(tree.survey.problems)
    if tree.alone:
        whose = "the cluster" if len(tree.survey.clusters) == 1 else some_of(tree.alone)
        remedy = "Give what `kubectl get -A -o json` prints by `--inventory`."
        yield Item(f"What else is in {whose}", notes=(remedy,))
    for found in tree.found:
        yield from beyond(found)
    for exclude, paths in by_exclude(tree.left_out).items():
        why = f"excluded by `{exclude}`" if exclude else "outside of the paths of all clusters"
        yield Item(f"{counted(len(paths), 'file')} {why}", notes=(some_of(paths),))
    unknown = {each.unknown: each.name for each in tree.survey.clusters}
    for facts, name in unknown.items():
        whose = f"cluster {name}" if len(unknown) > 1 else "the cluster"
        if facts:
            yield Item(
                f"Of the profile of {whose}: {', '.join(facts)}",
                notes=("`edgewarden config check` says what each of them means.",),
            )
    yield from map(Item, tree.survey.assumptions)


def _problems(problems: Sequence[Problem]) -> Iterator[Item]:
    counts = Counter((problem.decisive, problem.kind) for problem in problems)
    for decisive, kind in sorted(counts, key=lambda each: (not each[0], -counts[each], each[1])):
        some = [p for p in problems if (p.decisive, p.kind) == (decisive, kind)]
        notes = [f"{p.location}: {p.message} {p.remedy}" for p in some[:_NAMED]]
        if len(some) > _NAMED:
            notes.append(f"and {len(some) - _NAMED} more; --format json lists all of them")
        tone = Tone.BAD if decisive else Tone.QUIET
        leaving = ", which leave the survey incomplete" if decisive else ""
        yield Item(f"{len(some)}: {PROBLEM_KINDS[kind]}{leaving}", tone, tuple(notes))


def _listing(title: str, items: Iterable[Item]) -> Iterator[Heading | Items]:
    found = tuple(items)
    if found:
        yield Heading(title)
        yield Items(found)
