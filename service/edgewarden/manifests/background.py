"""What a cluster holds besides what a tree declares, and the two together.

What the tree declares on either side is its own: its base and its head stand for it. Everything
else is the same before and after the change.
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace

from edgewarden.manifests.deployers import Deployer
from edgewarden.manifests.objects import Declared, Held
from edgewarden.manifests.serving.served import Served
from edgewarden.reachability.model import Namespace, ObjectRef, Workload

_LONGEST_CHAIN = 3
"""A pod is made by a ReplicaSet, that by a Deployment, and that perhaps by an operator's object."""


@dataclass(frozen=True, slots=True)
class Background:
    """Objects of a cluster, each once.

    A namespace whose labels are not complete has those besides that the tree names. ``elsewhere``
    is what other repositories declare, whatever the cluster showed of it, ``makers`` are what may
    have made policies, and ``served`` tells what the API server calls. Where ``lists_policies`` is
    false, nobody was allowed to see the policies of the cluster; ``lists_workloads`` says that all
    namespaces and workloads were seen.
    """

    declared: tuple[Declared, ...] = ()
    elsewhere: Held = field(default_factory=dict)
    makers: tuple[Deployer, ...] = ()
    served: tuple[Served, ...] = ()
    lists_policies: bool = True
    lists_workloads: bool = False

    @property
    def namespaces(self) -> frozenset[str]:
        """Of these all is known, what something made there included: the cluster showed them."""
        if not self.lists_policies:
            return frozenset()
        return frozenset(each.ref.name for each in self.declared if _is_complete(each))

    def makers_beside(self, *own: Iterable[Deployer]) -> tuple[Deployer, ...]:
        """Those that a tree does not declare itself, on either side."""
        refs = {each.ref for side in own for each in side}
        return tuple(each for each in self.makers if each.ref not in refs)


NOTHING_KNOWN = Background()


def beside(own: Held, background: Background) -> dict[ObjectRef, Declared]:
    """What a cluster holds by one tree and its background."""
    base, _ = around(own, own, background)
    return base


def around(
    base: Held, head: Held, background: Background, staying: Set[ObjectRef] = frozenset()
) -> tuple[dict[ObjectRef, Declared], dict[ObjectRef, Declared]]:
    """What a cluster holds before and after a change from ``base`` to ``head``.

    What only the head declares and the cluster has already was there before, and what the head
    leaves to another repository is there as that declares it. A namespace keeps the labels that
    neither side names; one that is deleted takes with it what is in it, unless another repository
    declares it, or it is one of those ``staying`` though their manifests are gone. What a
    controller of the tree made goes with that controller.
    """
    if not background.declared:
        return dict(base), dict(head)
    own = base.keys() | head.keys()
    elsewhere = background.elsewhere
    remaining = staying | elsewhere.keys()
    gone = {ref.name for ref in _leaving(base, head) if ref not in remaining}
    made = _made_by((base.keys() - head.keys()) - remaining, background)
    before: dict[ObjectRef, Declared] = {}
    after: dict[ObjectRef, Declared] = {}
    shown: dict[ObjectRef, tuple[Declared, Declared | None]] = {}
    for each in background.declared:
        ref = each.ref
        if isinstance(each.value, Namespace):
            sides = base.get(ref), head.get(ref)
            others = _labels(elsewhere.get(ref)).keys()
            before[ref], after[ref] = _labelled(each, *sides, others, stays=ref in staying)
        elif ref not in own:
            before[ref] = each
            if ref not in made:
                after[ref] = each
        elif ref not in base:
            before[ref] = each
        elif ref not in head and ref in elsewhere:
            after[ref] = elsewhere[ref]
        if isinstance(each.value, Workload) and ref in base and elsewhere.get(ref) is not each:
            shown[ref] = _as_shown(each.value, base[ref], head.get(ref))
    for ref in [ref for ref in after if ref.namespace in gone or _is_namespace(ref, gone)]:
        del after[ref]
    earlier = {ref: old for ref, (old, _) in shown.items()}
    later = {ref: new for ref, (_, new) in shown.items() if new is not None}
    return _joined(before, {**base, **earlier}), _joined(after, {**head, **later})


def _joined(behind: dict[ObjectRef, Declared], own: Held) -> dict[ObjectRef, Declared]:
    """What is its own in front; the labels of namespaces are put together already."""
    known = {ref for ref, each in behind.items() if isinstance(each.value, Namespace)}
    return behind | {ref: each for ref, each in own.items() if ref not in known}


def _as_shown(
    live: Workload, old: Declared, new: Declared | None
) -> tuple[Declared, Declared | None]:
    """A workload before and after, with the labels of all pods that the base does not name.

    Admission webhooks put them there. What they put on pods of other labels nobody knows.
    """
    pods, later = old.value, new.value if new else None
    if not isinstance(pods, Workload):
        return old, new
    added = {key: value for key, value in live.labels.items() if key not in pods.labels}
    if not added:
        return old, new
    before = replace(old, value=_with(pods, added))
    if new is None or not isinstance(later, Workload):
        return before, new
    if new is old:
        return before, before
    if later.labels == pods.labels:
        return before, replace(new, value=_with(later, added))
    opened = later.open_labels | (added.keys() - later.labels.keys())
    return before, replace(new, value=replace(later, open_labels=opened))


def _with(pods: Workload, added: Mapping[str, str]) -> Workload:
    return replace(pods, labels={**added, **pods.labels})


def _labelled(
    live: Declared,
    old: Declared | None,
    new: Declared | None,
    elsewhere: Set[str],
    *,
    stays: bool,
) -> tuple[Declared, Declared]:
    """The namespace before and after: a side that does not name a label leaves it as it is.

    A label that only the old side names is taken away, unless the whole manifest is and it
    ``stays`` all the same. Others keep the labels ``elsewhere``, and all of those that are not
    complete, for they wrote them.
    """
    was = _labels(old)
    complete = _is_complete(live)
    gone = was.keys() - elsewhere if complete else set()
    others = {key: value for key, value in _labels(live).items() if key not in gone}
    before = _with_labels(old, {**others, **was}, complete=complete) if old else live
    if new:
        return before, _with_labels(new, {**others, **_labels(new)}, complete=complete)
    if not old or stays:
        return before, before
    return before, _with_labels(live, others, complete=complete)


def _labels(declared: Declared | None) -> Mapping[str, str]:
    if declared is None or not isinstance(declared.value, Namespace):
        return {}
    return declared.value.labels


def _is_complete(declared: Declared) -> bool:
    return isinstance(declared.value, Namespace) and declared.value.complete


def _with_labels(declared: Declared, labels: Mapping[str, str], *, complete: bool) -> Declared:
    value = declared.value
    if not isinstance(value, Namespace):
        return declared
    return replace(declared, value=replace(value, labels=labels, complete=complete))


def _leaving(base: Held, head: Held) -> Iterator[ObjectRef]:
    """The namespaces that are deleted and in which the head leaves nothing."""
    filled = {ref.namespace for ref in head}
    for ref in base.keys() - head.keys():
        declared = base[ref]
        if isinstance(declared.value, Namespace) and ref.name not in filled:
            yield ref


def _made_by(gone: Set[ObjectRef], background: Background) -> frozenset[ObjectRef]:
    """What controllers made that are gone, and what that made in turn."""
    makers = {
        each.ref: {
            ObjectRef(owner.group, owner.kind, each.ref.namespace, owner.name)
            for owner in each.owners
        }
        for each in background.declared
        if each.owners
    }
    made: set[ObjectRef] = set()
    for _ in range(_LONGEST_CHAIN):
        made |= {ref for ref, by in makers.items() if not by.isdisjoint(gone | made)}
    return frozenset(made)


def _is_namespace(ref: ObjectRef, names: set[str]) -> bool:
    return (ref.group, ref.kind) == ("", "Namespace") and ref.name in names
