"""Trees of manifests written inline, and the states that they load as."""

from collections.abc import Mapping
from textwrap import dedent

from edgewarden.manifests.applying import Applying
from edgewarden.manifests.clusters import TreesReading
from edgewarden.manifests.load import load_state, load_states
from edgewarden.manifests.snapshot import Omission, Snapshot, SourceFile
from edgewarden.reachability.location import Problem, ProblemKind
from edgewarden.reachability.model import ClusterProfile, ClusterState, NetworkPolicy, Rule

PROFILE = ClusterProfile()


def tree(files: Mapping[str, str | bytes | Omission]) -> Snapshot:
    """A tree of files by path. Texts are dedented."""
    return Snapshot(tuple(_file(path, files[path]) for path in sorted(files)))


def _file(path: str, content: str | bytes | Omission) -> SourceFile:
    if isinstance(content, Omission):
        return SourceFile(path, None, content)
    text = dedent(content).encode() if isinstance(content, str) else content
    return SourceFile(path, text)


def state_of(content: str | bytes, path: str = "a.yaml") -> ClusterState:
    """The state that one file describes."""
    return load_state(trees_of(tree({path: content})), PROFILE, "test")


def trees_of(
    *trees: Snapshot, profile: ClusterProfile = PROFILE, namespace: str = ""
) -> TreesReading:
    """A tree alone, or a base and a head, as its cluster has them read."""
    return TreesReading.read(trees[0], trees[-1], Applying(namespace, profile.applier))


def states_of(
    base: Snapshot, head: Snapshot, profile: ClusterProfile = PROFILE
) -> tuple[ClusterState, ClusterState]:
    return load_states(trees_of(base, head, profile=profile), profile, "test")


def spec_policy(spec: str) -> str:
    """A policy ``shop/web`` whose ``spec:`` holds the lines given, dedented."""
    lines = "\n".join(f"  {line}" for line in dedent(spec).strip().splitlines())
    return (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        f"metadata: {{name: web, namespace: shop}}\nspec:\n{lines}\n"
    )


def policy_named(name: str, namespace: str = "shop", spec: str = "{podSelector: {}}") -> str:
    return (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        f"metadata: {{name: {name}, namespace: {namespace}}}\nspec: {spec}\n"
    )


def policy_of(spec: str) -> NetworkPolicy:
    """The one policy with that spec, which must be sound."""
    state = state_of(spec_policy(spec))
    assert state.problems == ()
    (policy,) = state.policies
    return policy


def ingress_rule(rule: str) -> Rule:
    """The one rule of a policy whose ``ingress`` holds the list item ``rule``."""
    (read,) = policy_of(f"ingress:\n- {rule}").ingress
    return read


def refusal_of(spec: str) -> Problem:
    """The one problem of a policy with that spec, which must leave no policy behind."""
    state = state_of(spec_policy(spec))
    assert state.policies == ()
    (problem,) = state.problems
    assert problem.kind is ProblemKind.INVALID_OBJECT
    assert problem.decisive
    return problem


def names(state: ClusterState) -> list[str]:
    return [str(policy.ref) for policy in state.policies]
