"""What is said about a whole tree, or a pair of them: problems and assumptions in sentences."""

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import replace

from edgewarden.manifests.deployers import Deployer
from edgewarden.manifests.division import CONFIGURATION_FILE
from edgewarden.manifests.gathering import same_value
from edgewarden.manifests.generation.possible import Possible
from edgewarden.manifests.objects import Declared, Held, scope
from edgewarden.manifests.replacements import replacements
from edgewarden.manifests.snapshot import RENDERER_FILES
from edgewarden.manifests.unjudged import unjudged_kind
from edgewarden.manifests.variants import Variant
from edgewarden.reachability.location import Problem, ProblemKind
from edgewarden.reachability.model import (
    Effect,
    ObjectRef,
    UnjudgedPolicy,
)

_SHOWN = 5


def unjudged(held: Held) -> dict[ObjectRef, UnjudgedPolicy]:
    found = {
        ref: declared.value
        for ref, declared in held.items()
        if isinstance(declared.value, UnjudgedPolicy)
    }
    return {ref: found[ref] for ref in sorted(found)}


def not_judged(policy: UnjudgedPolicy, event: str = "is not judged") -> Problem:
    """Told and not decisive: the engine takes the policy as a *may*."""
    kind = unjudged_kind(policy.ref.group, policy.ref.kind)
    project = kind.project if kind else policy.ref.group
    effects = " or ".join(effect.value for effect in sorted(policy.effects))
    where = f"of namespace {policy.ref.namespace}" if policy.ref.namespace else "of any namespace"
    hint = ""
    if policy.effects == frozenset(Effect) and kind and kind.project == policy.ref.group:
        hint = ", or correct its apiVersion if networking.k8s.io/v1 was meant"
    return Problem(
        ProblemKind.NOT_JUDGED,
        policy.location,
        f"{project} {policy.ref.kind} {policy.ref} ({policy.ref.group}) {event}; it could "
        f"{effects} connections of pods {where}.",
        f"Review it by hand{hint}.",
        decisive=False,
        namespaces=frozenset({policy.ref.namespace} if policy.ref.namespace else ()),
    )


def not_judged_pair(base: Held, head: Held) -> tuple[list[Problem], list[Problem]]:
    """The policies that came, went or changed: what decides. ``not_judged_alike`` has the rest."""
    earlier, later = unjudged(base), unjudged(head)
    instead = replacements(base, head)
    gone = [
        replace(not_judged(policy, "is removed, and what it did is not judged"), decisive=True)
        for ref, policy in earlier.items()
        if ref not in later
    ]
    left = []
    for ref, policy in later.items():
        before = earlier.get(ref)
        if before is None:
            event = f"is new and not judged{_replacing(ref, base, instead)}"
            left.append(replace(not_judged(policy, event), decisive=True))
        elif before.digest != policy.digest:
            event = "changed and is not judged"
            left.append(replace(not_judged(policy, event), decisive=True))
    return gone, left


def not_judged_alike(base: Held, head: Held) -> list[Problem]:
    """The policies that both sides have as they are."""
    earlier = unjudged(base)
    return [
        not_judged(policy)
        for ref, policy in unjudged(head).items()
        if ref in earlier and earlier[ref].digest == policy.digest
    ]


def _replacing(ref: ObjectRef, base: Held, instead: Mapping[ObjectRef, ObjectRef]) -> str:
    """The NetworkPolicies that go as the other one comes."""
    replaced = [
        f"NetworkPolicy {native} of networking.k8s.io ({base[native].location})"
        for native, other in instead.items()
        if other == ref
    ]
    if not replaced:
        return ""
    are = "is" if len(replaced) == 1 else "are"
    other = f"{ref.kind} {ref} of {ref.group}"
    return f"; {some_of(replaced)} {are} replaced by a kind that is not judged ({other})"


def taken_apart(clusters: Sequence[Variant]) -> tuple[str, ...]:
    """What is said of a tree that is taken for several clusters."""
    if len(clusters) < 2:
        return ()
    described = [
        f"{each.name} (with {some_of(sorted(map(_place, each.chosen)))})"
        if each.chosen
        else each.name
        for each in clusters
    ]
    sentence = (
        f"By what is deployed where, or declared several times, there are {len(clusters)} "
        f"clusters: {some_of(described)}; what is declared once, and brought by nothing that is "
        f"seen, is taken to be in all of them. `clusters` in {CONFIGURATION_FILE} may say "
        "otherwise."
    )
    return (sentence,)


def _place(source: str) -> str:
    """What a source is called: its directory where a file makes it a root."""
    directory, name = posixpath.split(source)
    return directory or "." if name in RENDERER_FILES else source


def assumed_namespaces(*sides: Held) -> tuple[str, ...]:
    """A sentence that counts the objects whose namespace something else sets."""
    counts = [sum(d.in_assumed_namespace for d in held.values()) for held in sides]
    if not any(counts):
        return ()
    if len(set(counts)) == 1:
        count = counts[0]
        who = "1 object names" if count == 1 else f"{count} objects name"
    else:
        who = " and ".join(
            f"{count} objects of the {side}"
            for count, side in zip(counts, ("base", "head"), strict=True)
        )
        who = f"{who} name"
    return (f"{who} no namespace; the namespace default is assumed for them.",)


def taken_for_possible(*sides: Possible) -> tuple[str, ...]:
    """What is said of policies that something may have made, and of labels it may have changed."""
    makers = {_called(each) for side in sides for each in side.makers}
    relabelling = {_called(each) for side in sides for each in side.relabelling}
    sentences = []
    if makers:
        sentences.append(
            f"Policies that {some_of(sorted(makers))} may have made are taken to be possible in "
            "the namespaces that manifests name, and in no other."
        )
    if relabelling:
        sentences.append(
            f"{some_of(sorted(relabelling))} may change labels of namespaces; those of the "
            "manifests are taken."
        )
    return tuple(sentences)


def _called(maker: Deployer) -> str:
    return f"{maker.project} {maker.ref.kind} {maker.ref}"


def deletions(base: Held, head: Held) -> list[Declared]:
    """What the base declares and the head does not."""
    return [base[ref] for ref in sorted(set(base).difference(head))]


def assumed_pruning(deleted: list[Declared]) -> tuple[str, ...]:
    if not deleted:
        return ()
    named = some_of([f"{d.ref.kind} {d.ref}" for d in deleted])
    return (f"What is deleted here is assumed to be pruned from the cluster: {named}.",)


def not_pruned(deleted: Declared, reason: str) -> Problem:
    """Deleted from the tree of a cluster where nothing deletes it, for ``reason``.

    Of a NetworkPolicy the engine says what hangs on it, so only others leave something open.
    """
    ref = deleted.ref
    return Problem(
        ProblemKind.NOT_JUDGED,
        deleted.location,
        f"{ref.kind} {ref} is deleted here, and {reason}: it may still be there.",
        f"Delete it in the cluster as well (`{_kubectl_delete(ref)}`), or turn pruning on.",
        decisive=isinstance(deleted.value, UnjudgedPolicy),
        namespaces=frozenset({ref.namespace} if ref.namespace else ()),
    )


def contested(base: Held, head: Held, elsewhere: Held) -> list[Problem]:
    """What the change is about and another repository declares otherwise: either may be there."""
    found: dict[ObjectRef, Declared] = {}
    for ref in base.keys() & elsewhere.keys() | head.keys() & elsewhere.keys():
        before, after = base.get(ref), head.get(ref)
        own = after or before
        alike = before and after and same_value(before.value, after.value)
        if own and not alike and not same_value(own.value, elsewhere[ref].value):
            found[ref] = own
    return [_contested(found[ref], elsewhere[ref], ref in head) for ref in sorted(found)]


def _contested(own: Declared, other: Declared, stays: bool) -> Problem:
    ref = own.ref
    taken = "what this repository declares" if stays else "from now on what stands there"
    return Problem(
        ProblemKind.DUPLICATE_OBJECT,
        own.location,
        f"{ref.kind} {ref} is declared otherwise at {other.location}; {taken} is taken to be in "
        "the cluster.",
        "Let one of the two declare it.",
        decisive=False,
        namespaces=scope(ref),
    )


def _kubectl_delete(ref: ObjectRef) -> str:
    """The command for the very kind, and not one of its name in another group."""
    kind = f"{ref.kind.lower()}.{ref.group}" if ref.group else ref.kind.lower()
    place = f" --namespace {ref.namespace}" if ref.namespace else ""
    return f"kubectl delete {kind} {ref.name}{place}"


def some_of(names: Sequence[str]) -> str:
    """The first names, and how many there are besides."""
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN])}{more}"
