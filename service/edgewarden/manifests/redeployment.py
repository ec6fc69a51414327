"""Changes of objects that decide what is deployed, as far as what they bring is not judged."""

from collections import Counter
from collections.abc import Iterator

from edgewarden.manifests.deployers import Deployer
from edgewarden.manifests.deployments.deployment import Deployment
from edgewarden.manifests.deployments.placements import bringing, fed_by_input
from edgewarden.manifests.deployments.reading import GIT_REPOSITORY, READ, repositories_named
from edgewarden.manifests.deployments.values import generated_of, is_asked, said
from edgewarden.manifests.division import CONFIGURATION_FILE
from edgewarden.manifests.generation.makers import KYVERNO, matters
from edgewarden.manifests.notices import some_of
from edgewarden.manifests.tree import TreeReading
from edgewarden.reachability.location import Problem, ProblemKind
from edgewarden.reachability.model import ObjectRef

_FIXED = (
    ": its ApplicationSet updates no Application that is there (`applicationsSync`)",
    "Change the Application in the cluster as well, or let the set update it.",
)
_BRANCHES = "Compare what the directory holds in the two branches with `edgewarden diff`."
_BY_HAND = "Render what it deploys on both sides and compare the results with `edgewarden diff`."


def redeployed(
    base: TreeReading, head: TreeReading, changed: frozenset[str]
) -> tuple[list[Problem], list[Problem]]:
    """What of each side the other does not have. What is told anew stands in the head's list.

    A deployment that is understood on both sides is judged by what it brings, and told only where
    that comes to another cluster as well, or where some of it is ``changed`` and read for nothing
    but something else. Trees of several clusters may well hold equal ones, so they are counted,
    not joined.
    """
    followed = repositories_named((*base.deployers, *head.deployers))
    gone, come = _unread(*(_not_read(side.deployers, followed) for side in (base, head)))
    gone_too, come_too = _obstructed(base.deployments, head.deployments)
    come_too += _beyond_the_tree(base.deployments, head.deployments)
    left = _elsewhere(base, head, "no longer")
    entered = _elsewhere(head, base, "newly")
    hidden = [*_hidden(base, head, changed)]
    return gone + gone_too + left, come + come_too + entered + hidden


def _not_read(
    deployers: tuple[Deployer, ...], followed: frozenset[tuple[str, str]]
) -> tuple[Deployer, ...]:
    """Among them a ``GitRepository`` that only objects of another tree can come from: none of those
    ``followed`` on either side."""

    def is_read(each: Deployer) -> bool:
        key = each.ref.group, each.ref.kind
        if key == GIT_REPOSITORY:
            return (each.ref.namespace, each.ref.name) in followed
        return key in READ or (each.ref.group == KYVERNO and not matters(each))

    return tuple(each for each in deployers if not is_read(each))


def _unread(
    earlier: tuple[Deployer, ...], later: tuple[Deployer, ...]
) -> tuple[list[Problem], list[Problem]]:
    before, after = (Counter((d.ref, d.digest) for d in side) for side in (earlier, later))
    gone = [d for d in earlier if before[d.ref, d.digest] > after[d.ref, d.digest]]
    come = [d for d in later if after[d.ref, d.digest] > before[d.ref, d.digest]]
    known, replaced = {d.ref for d in earlier}, {d.ref for d in come}
    return (
        [_told(d, "is no longer there", _made(d)) for d in gone if d.ref not in replaced],
        [_told(d, _event(d.ref in known), _made(d)) for d in come],
    )


def _made(maker: Deployer) -> tuple[str, str]:
    """What the cluster made of an object depends on what happened there."""
    if maker.ref.group != KYVERNO:
        return "", _BY_HAND
    return (
        ": whether it did what it says, only the cluster knows",
        "Compare the policies and the labels of namespaces that are there with what it says.",
    )


def _obstructed(
    earlier: tuple[Deployment, ...], later: tuple[Deployment, ...]
) -> tuple[list[Problem], list[Problem]]:
    before, after = (Counter(d for d in side if d.obstacle) for side in (earlier, later))
    gone, come = before - after, after - before
    known, understood = {d.ref for d in earlier}, {d.ref for d in later if not d.obstacle}
    replaced = {d.ref for d in come}
    return (
        [
            _told(d, "changed" if d.ref in understood else "is no longer there", _why(d))
            for d in gone
            if d.ref not in replaced
        ],
        [_told(d, _event(d.ref in known), _why(d)) for d in come],
    )


def _beyond_the_tree(
    earlier: tuple[Deployment, ...], later: tuple[Deployment, ...]
) -> Iterator[Problem]:
    """Those that are understood on both sides, and of whose change no tree shows what it does."""
    known: dict[ObjectRef, list[Deployment]] = {}
    for each in earlier:
        known.setdefault(each.ref, []).append(each)
    for each in later:
        before = known.get(each.ref, [])
        if each in before or any(one.obstacle for one in (each, *before)):
            continue
        if before and each.target.fixed:
            yield _told(each, "changed", _FIXED)
        elif before and all(one.revision != each.revision for one in before):
            yield _told(each, "changed", (f": it comes from {_branch(each)} now", _BRANCHES))


def _branch(deployment: Deployment) -> str:
    return f"the branch {deployment.revision}" if deployment.revision else "the default branch"


def _hidden(base: TreeReading, head: TreeReading, changed: frozenset[str]) -> Iterator[Problem]:
    """What changes where a deployment brings it, and is judged only as input of something else, or
    not at all, as the values of a chart that comes from elsewhere."""
    idle = {each for each in base.deployments if each.obstacle} - bringing(head.placements)
    asking = any(each.asked for each in head.deployments)
    objects = _objects_of_values(base, head, changed) if asking else {}
    for each in head.deployments:
        if each.obstacle:
            found = set(each.given & changed)
            found.update(*(paths for name, paths in objects.items() if is_asked(name, each.asked)))
            if each in idle:
                found |= fed_by_input(each, head.rendered, changed)
            if paths := sorted(found):
                yield Problem(
                    ProblemKind.NOT_RENDERED,
                    each.location,
                    f"What {each} brings changes with {some_of(paths)}, and is not judged: "
                    f"{each.obstacle.message}.",
                    each.obstacle.remedy,
                    namespaces=frozenset({each.target.namespace} - {""}),
                )


def _objects_of_values(
    base: TreeReading, head: TreeReading, changed: frozenset[str]
) -> dict[str, set[str]]:
    """By the names of objects that may give values, the files with which they change."""
    found: dict[str, set[str]] = {}
    for path in changed:
        for name, _ in said(base.files.get(path)) ^ said(head.files.get(path)):
            found.setdefault(name, set()).add(path)
    for side in (base, head):
        for kustomization in side.rendered.kustomizations.values():
            for name in generated_of(kustomization, changed):
                found.setdefault(name, set()).update(changed & kustomization.files)
    return found


def _elsewhere(one: TreeReading, other: TreeReading, event: str) -> list[Problem]:
    """What one side brings into a cluster into which the other does not, though it has it."""
    found: dict[Deployment, tuple[str, set[str]]] = {}
    for source, ways in one.placements.items():
        known = {way.cluster for way in other.placements.get(source, ())}
        for way in ways if known else ():
            if way.cluster not in known:
                _, sources = found.setdefault(way.deployment, (_called(way.cluster), set()))
                sources.add(source)
    return [
        Problem(
            ProblemKind.NOT_RENDERED,
            deployment.location,
            f"{deployment} {event} brings {some_of(sorted(sources))} into {cluster}; what that "
            "opens and closes there is not judged.",
            f"Name the clusters with their paths in {CONFIGURATION_FILE}, or compare by hand.",
        )
        for deployment, (cluster, sources) in found.items()
    ]


def _called(cluster: str | None) -> str:
    if cluster is None:
        return "clusters that only their secrets name"
    return f"cluster {cluster}" if cluster else "its own cluster"


def _event(known: bool) -> str:
    return "changed" if known else "is new"


def _why(deployment: Deployment) -> tuple[str, str]:
    obstacle = deployment.obstacle
    return (f": {obstacle.message}", obstacle.remedy) if obstacle else ("", _BY_HAND)


def _told(what: Deployer | Deployment, event: str, why: tuple[str, str]) -> Problem:
    reason, remedy = why
    return Problem(
        ProblemKind.NOT_RENDERED,
        what.location,
        f"{what.project} {what.ref.kind} {what.ref} {event}; what is deployed by it is not judged"
        f"{reason}.",
        remedy,
    )
