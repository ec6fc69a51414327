"""NetworkPolicies in whose place a change puts a policy of a kind that is not judged.

What such a policy selects is not read, so any that comes to the namespace of one that goes may
stand in its place. That they are told together keeps the one from reading as merely removed.
"""

from dataclasses import replace

from edgewarden.manifests.objects import Declared, Held
from edgewarden.reachability.model import NetworkPolicy, ObjectRef, UnjudgedPolicy


def replacements(base: Held, head: Held) -> dict[ObjectRef, ObjectRef]:
    """For each NetworkPolicy that only the base has, what takes its place in the head: a new one of
    its namespace, of its name if there is one, else the first by kind and name."""
    come: dict[str, list[ObjectRef]] = {}
    for ref in sorted(set(head).difference(base)):
        if isinstance(head[ref].value, UnjudgedPolicy) and ref.namespace:
            come.setdefault(ref.namespace, []).append(ref)
    found = {}
    for ref in sorted(set(base).difference(head)):
        others = come.get(ref.namespace, ())
        if others and isinstance(base[ref].value, NetworkPolicy):
            found[ref] = next((other for other in others if other.name == ref.name), others[0])
    return found


def with_replacements(base: Held, head: Held) -> dict[ObjectRef, Declared]:
    """What the base holds, its policies knowing what takes their place."""
    held = dict(base)
    for ref, other in replacements(base, head).items():
        declared = base[ref]
        if isinstance(declared.value, NetworkPolicy):
            held[ref] = replace(declared, value=replace(declared.value, replaced_by=other))
    return held
