"""Trees that are read to cluster states."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple, TypeAlias

from edgewarden.manifests import notices
from edgewarden.manifests.absorbed import absorbed
from edgewarden.manifests.background import NOTHING_KNOWN, Background, around, beside
from edgewarden.manifests.carry import complete_alone, complete_pair
from edgewarden.manifests.clusters import DescribedClusters, TreesReading
from edgewarden.manifests.generation.possible import Possible, namespaces_of, possible
from edgewarden.manifests.loose_values import loosely_given
from edgewarden.manifests.news import change_between
from edgewarden.manifests.objects import Declared, Held
from edgewarden.manifests.orphans import left_out, orphaned
from edgewarden.manifests.ownership import fold_owned
from edgewarden.manifests.pruning import Pruning
from edgewarden.manifests.redeployment import redeployed
from edgewarden.manifests.replacements import with_replacements
from edgewarden.manifests.serving.composition import serving, serving_pair
from edgewarden.manifests.tree import TreeReading, compose_state
from edgewarden.manifests.variants import touched
from edgewarden.reachability.location import Problem
from edgewarden.reachability.model import (
    ClusterProfile,
    ClusterState,
    Namespace,
    NetworkPolicy,
    Workload,
)

Backgrounds: TypeAlias = Callable[[str], Background]
"""What a cluster holds besides a tree, by the name of the cluster."""


def unknown(_cluster: str) -> Background:
    """Of no cluster is anything known."""
    return NOTHING_KNOWN


class StatePair(NamedTuple):
    """One cluster before and after a change, made to be compared."""

    base: ClusterState
    head: ClusterState

    @property
    def name(self) -> str:
        return self.base.name


@dataclass(frozen=True, slots=True)
class LoadedPairs:
    """The clusters of two trees that a change may touch, and the names of the others.

    ``assumptions`` are full sentences on what suggests that there are several, and ``problems``
    are about what belongs to none of them.
    """

    touched: tuple[StatePair, ...]
    untouched: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def load_state(
    trees: TreesReading, profile: ClusterProfile, name: str, background: Background = NOTHING_KNOWN
) -> ClusterState:
    """The state of a cluster by the head, and by what else is known to be there.

    Every problem that keeps an object from being judged is decisive. An object that only a
    lenient applier would take is part of the state as such an applier reads it.
    """
    return _alone(trees.settled().head, profile, name, background)


def load_each_state(
    trees: TreesReading, profile: ClusterProfile, name: str, backgrounds: Backgrounds = unknown
) -> tuple[ClusterState, ...]:
    """The state of each cluster that the head describes by itself, sorted by name.

    Where nothing suggests several it is one, called ``name``.
    """
    found = DescribedClusters.of(trees)
    assumptions = _described(found, trees)
    alone = (
        _alone(part.head, profile, each.name or name, backgrounds(each.name or name))
        for each, part in found.each
    )
    return tuple(replace(state, assumptions=(*assumptions, *state.assumptions)) for state in alone)


def load_states(
    trees: TreesReading, profile: ClusterProfile, name: str, background: Background = NOTHING_KNOWN
) -> StatePair:
    """The states of a cluster by two trees, and by what else is there, made to be compared.

    What a file of one side held and could not be read there, or a root that could not be
    rendered, is carried over from the other side. A problem whose files,
    and the files beside them, are the same in both trees is an old one and not decisive, unless
    it leaves a namespace open that the change touches; one that both sides have stands in the
    head's list only. What the head only uses as input of a root is no source of objects any more,
    and that is told. Both states state the same assumptions. A namespace that nothing prunes
    stays in the head with its labels; policies and workloads linger there.
    """
    return _telling(
        _paired(trees.settled(), profile, name, background),
        orphaned(trees.base, trees.head, trees.changed),
    )


def load_each_pair(
    trees: TreesReading, profile: ClusterProfile, name: str, backgrounds: Backgrounds = unknown
) -> LoadedPairs:
    """The states of each cluster that two trees describe by themselves, as ``load_states`` does.

    Where nothing suggests several it is one, called ``name`` and never untouched.
    """
    found = DescribedClusters.of(trees)
    orphans = orphaned(trees.base, trees.head, trees.changed, found.left)
    if len(found.each) == 1:
        ((_, whole),) = found.each
        pair = _telling(_paired(whole, profile, name, backgrounds(name)), orphans)
        return LoadedPairs((pair,), assumptions=_described(found, trees))
    reached = [
        (each, part)
        for each, part in found.each
        if touched(each, trees.changed, trees.base, trees.head) or part.brings_otherwise
    ]
    names = {each.name for each, _ in reached}
    return LoadedPairs(
        tuple(_paired(part, profile, each.name, backgrounds(each.name)) for each, part in reached),
        tuple(each.name for each, _ in found.each if each.name not in names),
        _described(found, trees),
        tuple(orphans),
    )


def _described(found: DescribedClusters, trees: TreesReading) -> tuple[str, ...]:
    return (
        *notices.taken_apart([each for each, _ in found.each]),
        *left_out(found.left, trees.base, trees.head),
    )


def _telling(pair: StatePair, problems: list[Problem]) -> StatePair:
    """The pair with what is told beside its states."""
    return pair._replace(head=replace(pair.head, problems=(*pair.head.problems, *problems)))


def _alone(
    tree: TreeReading, profile: ClusterProfile, name: str, background: Background
) -> ClusterState:
    completed = complete_alone(tree)
    held = fold_owned(completed.held)
    problems = [concern.problem for concern in completed.concerns]
    problems += [notices.not_judged(policy) for policy in notices.unjudged(held).values()]
    served = serving(tree, background.served)
    problems += [concern.problem for concern in served.concerns]
    whole = beside(held, background)
    makers = (*tree.deployers, *background.makers_beside(tree.deployers))
    made = possible(makers, whole, namespaces_of(held, held) - background.namespaces)
    assumptions = (*notices.assumed_namespaces(held), *notices.taken_for_possible(made))
    shown = background.lists_workloads
    state = compose_state(name, profile, whole, problems, assumptions, shown=shown)
    return made.beside(served.beside(state))


def _paired(
    trees: TreesReading, profile: ClusterProfile, name: str, background: Background
) -> StatePair:
    before, after = complete_pair(trees.base, trees.head)
    head_held = fold_owned(after.held)
    base_held = with_replacements(fold_owned(before.held), head_held)
    deleted = [
        each
        for each in notices.deletions(base_held, head_held)
        if each.ref not in background.elsewhere
    ]
    pruning = Pruning(trees.base, trees.head, profile)
    fates = {held.ref: pruning.fate(held) for held in deleted}
    staying = [held for held in deleted if fates[held.ref].deleted is False]
    assumed = [held for held in deleted if fates[held.ref].deleted is None]
    whole = around(base_held, head_held, background, {held.ref for held in staying})
    earlier, later = _possible(trees, (base_held, head_held), whole, background)

    change = change_between(trees.news, before.held, after.held)
    base_problems, head_problems = _told(trees, base_held, head_held)
    base_problems += change.weigh(before.concerns)
    base_problems += [notices.not_pruned(held, fates[held.ref].reason) for held in staying]
    head_problems += change.told_apart(notices.not_judged_alike(base_held, head_held))
    head_problems += change.weigh(after.concerns)
    head_problems += notices.contested(base_held, head_held, background.elsewhere)
    served_before, served = serving_pair(
        trees.base,
        trees.head,
        background.served,
        lambda each: pruning.fate(each).deleted is False,
    )
    base_problems += change.weigh(served_before.concerns)
    head_problems += change.weigh(served.concerns)
    assumptions = (
        *notices.assumed_namespaces(base_held, head_held),
        *notices.taken_for_possible(earlier, later),
        *notices.assumed_pruning(assumed),
    )
    told = {_without_line(problem) for problem in head_problems}
    base_problems = [p for p in base_problems if _without_line(p) not in told]
    remaining = (_remaining(whole[0][each.ref]) for each in staying)
    kept = {held.ref: held for held in remaining if held}
    lingering = (held.value for held in staying)
    made = partial(
        compose_state, name, profile, assumptions=assumptions, shown=background.lists_workloads
    )
    after_state = replace(
        made({**kept, **whole[1]}, head_problems),
        lingering=tuple(each for each in lingering if isinstance(each, NetworkPolicy)),
    )
    return StatePair(
        earlier.beside(served_before.beside(made(whole[0], base_problems))),
        later.beside(served.beside(after_state)),
    )


def _remaining(staying: Declared) -> Declared | None:
    """What nothing prunes, as the head holds it: a namespace is there, a workload may be.

    Policies linger beside what it holds; those that are not judged are told as gone or not.
    """
    match staying.value:
        case Namespace():
            return staying
        case Workload():
            return replace(staying, value=replace(staying.value, lingering=True))
    return None


def _told(trees: TreesReading, base: Held, head: Held) -> tuple[list[Problem], list[Problem]]:
    """What is said of each side because of the other, beside what is wrong with its files."""
    gone, come = redeployed(trees.base, trees.head, trees.changed)
    earlier, later = notices.not_judged_pair(base, head)
    taken = absorbed(trees.base, trees.head, trees.applying)
    given = loosely_given(trees.base, trees.head, trees.changed)
    return [*gone, *earlier], [*come, *later, *taken, *given]


def _possible(
    trees: TreesReading, own: tuple[Held, Held], whole: tuple[Held, Held], background: Background
) -> tuple[Possible, Possible]:
    """What may have been made on each side; ``own`` is what the trees declare, ``whole`` all."""
    makers = trees.base.deployers, trees.head.deployers
    others = background.makers_beside(*makers)
    if not (others or any(makers)):
        return Possible(), Possible()
    base, head = own
    earlier, later = (
        namespaces_of(*sides) - background.namespaces for sides in ((base, head), (head, base))
    )
    return (
        possible((*makers[0], *others), whole[0], earlier),
        possible((*makers[1], *others), whole[1], later),
    )


def _without_line(problem: Problem) -> tuple[str, str, str, str]:
    return problem.kind, problem.location.path, problem.field, problem.message
