"""Trees to cluster states: the one entrance to this package."""

from dataclasses import replace

from edgewarden.manifests import notices
from edgewarden.manifests.absorbed import absorbed
from edgewarden.manifests.applying import Applying
from edgewarden.manifests.carry import complete_alone, complete_pair
from edgewarden.manifests.charts import Release
from edgewarden.manifests.deployers import redeployed
from edgewarden.manifests.ownership import fold_owned
from edgewarden.manifests.snapshot import Snapshot
from edgewarden.manifests.standing import change_between
from edgewarden.manifests.tree import compose_state, read_tree, same_file
from edgewarden.reachability.location import Problem
from edgewarden.reachability.model import ClusterProfile, ClusterState, Namespace, NetworkPolicy


def load_state(
    snapshot: Snapshot,
    profile: ClusterProfile,
    name: str,
    *,
    namespace: str = "",
    releases: tuple[Release, ...] = (),
) -> ClusterState:
    """The state that one tree describes, taken as one cluster.

    Objects that name no namespace are in ``namespace``, where that is known; ``releases`` say how
    charts are installed.
    Every problem that keeps an object from being judged is decisive. An object that only a
    lenient applier would take is part of the state as such an applier reads it.
    """
    applying = Applying(namespace, profile.applier, releases)
    completed = complete_alone(read_tree(snapshot, applying=applying))
    held = fold_owned(completed.held)
    problems = [concern.problem for concern in completed.concerns]
    problems += [notices.not_judged(policy) for policy in notices.unjudged(held).values()]
    return compose_state(name, profile, held, problems, notices.assumed_namespaces(held))


def load_states(
    base: Snapshot,
    head: Snapshot,
    profile: ClusterProfile,
    name: str,
    *,
    namespace: str = "",
    releases: tuple[Release, ...] = (),
) -> tuple[ClusterState, ClusterState]:
    """The states of two trees, made to be compared.

    Objects that name no namespace are in ``namespace``, where that is known; ``releases`` say how
    charts are installed.
    What a file of one side held and could not be read there, or a root that could not be
    rendered, is carried over from the other side. A problem whose files,
    and the files beside them, are the same in both trees is an old one and not decisive, unless
    it leaves a namespace open that the change touches; one that both sides have stands in the
    head's list only. What the head only uses as input of a root is no source of objects any more,
    and that is told. Both states state the same assumptions. A namespace that nothing prunes
    stays in the head with its labels, and a policy lingers there.
    """
    applying = Applying(namespace, profile.applier, releases)
    base_tree = read_tree(base, applying=applying)
    head_tree = read_tree(head, base_tree, applying)
    changed = frozenset(
        path
        for path in base_tree.files.keys() | head_tree.files.keys()
        if not same_file(base_tree.files.get(path), head_tree.files.get(path))
    )
    before, after = complete_pair(base_tree, head_tree)
    base_held, head_held = fold_owned(before.held), fold_owned(after.held)

    change = change_between(changed, before.held, after.held)
    base_problems = change.weigh(before.concerns)
    head_problems = change.weigh(after.concerns)
    head_problems += absorbed(base_tree, head_tree, applying)
    head_problems += notices.given_values(base_tree.rendered, head_tree.rendered, changed)
    gone, left = redeployed(base_tree.deployers, head_tree.deployers)
    base_problems += gone
    head_problems += left
    gone, left = notices.not_judged_pair(base_held, head_held)
    base_problems += gone
    head_problems += left
    deleted = notices.deletions(base_held, head_held)
    staying = [held for held in deleted if profile.prunes is False or held.kept]
    pruned = [held for held in deleted if not held.kept]
    base_problems += [notices.not_pruned(held) for held in staying]
    assumptions = (
        *notices.assumed_namespaces(base_held, head_held),
        *(notices.assumed_pruning(pruned) if profile.prunes is None else ()),
    )
    told = {_without_line(problem) for problem in head_problems}
    base_problems = [p for p in base_problems if _without_line(p) not in told]
    kept = {held.ref: held for held in staying if isinstance(held.value, Namespace)}
    lingering = (held.value for held in staying)
    return (
        compose_state(name, profile, base_held, base_problems, assumptions),
        replace(
            compose_state(name, profile, {**head_held, **kept}, head_problems, assumptions),
            lingering=tuple(each for each in lingering if isinstance(each, NetworkPolicy)),
        ),
    )


def _without_line(problem: Problem) -> tuple[str, str, str, str]:
    return problem.kind, problem.location.path, problem.field, problem.message
