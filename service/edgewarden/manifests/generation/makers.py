"""Rules of Kyverno and templates of OpenShift that make policies.

A generate rule makes objects when something happens in the cluster, a project template when
somebody asks for a project: so nothing in the tree tells in which namespaces they are by now.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from edgewarden.manifests.deployers import Deployer
from edgewarden.manifests.generation.matching import Matching
from edgewarden.manifests.kinds import POLICY
from edgewarden.manifests.nodes import Entry, Plain, Scalar, Sequence, plain
from edgewarden.manifests.nodes import Mapping as MappingNode
from edgewarden.manifests.objects import Declared, read_object
from edgewarden.manifests.unjudged import unjudged_kind
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import Effect, NetworkPolicy, UnjudgedPolicy

KYVERNO = "kyverno.io"
_IN_CEL = "policies.kyverno.io"
"""Of the kinds that say in CEL what they make, which is not read."""
_TEMPLATES = frozenset({"template.openshift.io", ""})
_PROJECTS = frozenset({"Project", "ProjectRequest", "Namespace"})
_API_VERSION = "networking.k8s.io/v1"
_VARIABLES = ("{{", "$(", "${")
_OF_THE_TRIGGER = "request.object.metadata.name"
_ANYTHING = frozenset(Effect)


@dataclass(frozen=True, slots=True)
class Generation:
    """A policy that ``maker`` may have made.

    ``policy`` is what it would be in a namespace, none where that is not known; it could then do
    what the ``effects`` say. It is made in ``namespace``, or where ``matching`` takes it; anywhere
    without either.
    """

    maker: Deployer
    effects: frozenset[Effect]
    policy: NetworkPolicy | None = None
    namespace: str = ""
    matching: Matching | None = None

    def could_be_in(self, name: str, labels: Mapping[str, str] | None) -> bool:
        """Whether it could be in a namespace, of whose labels a manifest names some."""
        if self.namespace:
            return name == self.namespace
        return self.matching is None or self.matching.could_take(name, labels)

    def unknown_in(self, namespace: str) -> UnjudgedPolicy:
        """It in a namespace, where nothing tells what it says: called after its maker."""
        maker = self.maker
        ref = replace(maker.ref, namespace=namespace)
        return UnjudgedPolicy(ref, maker.digest, self.effects, maker.location)


def generations(maker: Deployer) -> Iterator[Generation]:
    """The policies that an object may make, if it makes any."""
    if maker.ref.group == KYVERNO:
        for rule in rules_of(maker.root):
            made = rule.get("generate")
            if isinstance(made, MappingNode):
                yield from _of_rule(maker, rule, made)
    elif maker.ref.group == _IN_CEL:
        yield Generation(maker, _ANYTHING, namespace=maker.ref.namespace)
    elif maker.ref.group in _TEMPLATES and maker.ref.kind == "Template":
        yield from _of_template(maker)


def rules_of(policy: MappingNode) -> Iterator[MappingNode]:
    """The rules of a policy of Kyverno."""
    spec = policy.get("spec")
    rules = spec.get("rules") if isinstance(spec, MappingNode) else None
    for rule in rules.items if isinstance(rules, Sequence) else ():
        if isinstance(rule, MappingNode):
            yield rule


def matters(maker: Deployer) -> bool:
    """Whether what an object makes, or changes, could decide on a connection."""
    return labels_namespaces(maker) or any(True for _ in generations(maker))


def labels_namespaces(maker: Deployer) -> bool:
    """Whether an object may change labels of namespaces, as a mutate rule of Kyverno does."""
    if maker.ref.group != KYVERNO:
        return False
    return any(_mutates_namespaces(rule) for rule in rules_of(maker.root))


def _mutates_namespaces(rule: MappingNode) -> bool:
    mutate = rule.get("mutate")
    if not isinstance(mutate, MappingNode):
        return False
    targets = mutate.get("targets")
    if isinstance(targets, Sequence):
        kinds = (each.text("kind") for each in targets.items if isinstance(each, MappingNode))
        return any(kind in {"Namespace", "*", ""} for kind in kinds)
    return _matching(rule).about_namespaces


def _matching(rule: MappingNode) -> Matching:
    match, exclude = rule.get("match"), rule.get("exclude")
    return Matching(
        None if match is None else plain(match), None if exclude is None else plain(exclude)
    )


def _of_rule(maker: Deployer, rule: MappingNode, made: MappingNode) -> Iterator[Generation]:
    matching = _matching(rule)
    several = made.get("foreach")
    each_made = several.items if isinstance(several, Sequence) else (made,)
    for one in each_made:
        if not isinstance(one, MappingNode):
            continue
        for group, kind in _kinds(one):
            place = _place(maker, one, matching)
            if (group, kind) == POLICY:
                yield Generation(maker, _ANYTHING, _policy(maker, one), *place)
            elif other := unjudged_kind(group, kind):
                yield Generation(maker, other.effects, None, *place)


def _kinds(made: MappingNode) -> Iterator[tuple[str, str]]:
    """Group and kind of what a rule makes, or of what it copies."""
    kind = made.text("kind")
    if _is_open(kind):
        yield POLICY
    elif kind:
        version = made.text("apiVersion") or (_API_VERSION if kind == POLICY[1] else "")
        yield version.rpartition("/")[0], kind
    copied = made.get("cloneList")
    kinds = copied.get("kinds") if isinstance(copied, MappingNode) else None
    for each in kinds.items if isinstance(kinds, Sequence) else ():
        if isinstance(each, Scalar) and isinstance(each.value, str):
            version, _, kind = each.value.rpartition("/")
            yield version.rpartition("/")[0], kind


def _place(maker: Deployer, made: MappingNode, matching: Matching) -> tuple[str, Matching | None]:
    """Where a rule makes what it makes; one of a ``Policy``, only in its own namespace."""
    written = made.text("namespace")
    if maker.ref.kind == "Policy":
        return maker.ref.namespace, None
    if written and not _is_open(written):
        return written, None
    if matching.about_namespaces and written.strip("{} ") != _OF_THE_TRIGGER:
        return "", None
    return "", matching


def _policy(maker: Deployer, made: MappingNode) -> NetworkPolicy | None:
    data = made.get("data")
    if not isinstance(data, MappingNode):
        return None
    return _read(maker, data, made.text("name"))


def _of_template(maker: Deployer) -> Iterator[Generation]:
    """Only what makes a project as well is taken for a project template."""
    objects = maker.root.get("objects")
    listed = objects.items if isinstance(objects, Sequence) else ()
    held = [each for each in listed if isinstance(each, MappingNode)]
    if not any(each.text("kind") in _PROJECTS for each in held):
        return
    for each in held:
        group, kind = each.text("apiVersion").rpartition("/")[0], each.text("kind")
        other = unjudged_kind(group, kind)
        if (group, kind) == POLICY:
            metadata = each.get("metadata")
            name = metadata.text("name") if isinstance(metadata, MappingNode) else ""
            yield Generation(maker, _ANYTHING, _read(maker, each, name))
        elif other is not None:
            yield Generation(maker, other.effects)


def _read(maker: Deployer, written: MappingNode, name: str) -> NetworkPolicy | None:
    """The policy with the spec of ``written``, in no namespace yet; none where something else has
    to be put into it."""
    spec = written.get("spec")
    if _is_open(name) or not name or (spec is not None and _is_open(plain(spec))):
        return None
    line, column = written.line, written.column
    fields: dict[str, MappingNode | Scalar] = {
        "apiVersion": Scalar(_API_VERSION, line, column),
        "kind": Scalar(POLICY[1], line, column),
        "metadata": MappingNode(
            (Entry("name", Scalar(name, line, column), line, column),), line, column
        ),
    }
    entries = [Entry(key, value, line, column) for key, value in fields.items()]
    if spec is not None:
        entries.append(Entry("spec", spec, spec.line, spec.column))
    root = MappingNode(tuple(entries), line, column)
    (outcome,) = read_object(root, partial(Location, maker.location.path)) or (None,)
    if isinstance(outcome, Declared) and isinstance(outcome.value, NetworkPolicy):
        return replace(outcome.value, namespace="", maker=maker.ref)
    return None


def _is_open(value: Plain) -> bool:
    match value:
        case str():
            return any(variable in value for variable in _VARIABLES)
        case list():
            return any(map(_is_open, value))
        case dict():
            return any(map(_is_open, (*value.keys(), *value.values())))
    return False
