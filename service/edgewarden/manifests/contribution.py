"""What a repository deploys to a cluster, as background for the reviews of others."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from edgewarden.manifests.clusters import DescribedClusters, TreesReading
from edgewarden.manifests.deployers import Deployer
from edgewarden.manifests.gathering import same_value
from edgewarden.manifests.generation.makers import matters
from edgewarden.manifests.nodes import mapping_at_line, plain
from edgewarden.manifests.objects import Declared, Refused, anything, in_some_form
from edgewarden.manifests.ownership import fold_owned
from edgewarden.manifests.places import path_in
from edgewarden.manifests.readings import FileReading
from edgewarden.manifests.serving.composition import served_by
from edgewarden.manifests.serving.served import Served
from edgewarden.manifests.tree import TreeReading
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import NetworkPolicy, ObjectRef, Rule

_GENERATED = "*"
"""Ends the name of an object that has only the beginning of one."""


@dataclass(frozen=True, slots=True)
class KeptMaker:
    """A maker of policies as it is kept: ``content`` is what it says, as JSON."""

    ref: ObjectRef
    project: str
    digest: str
    location: Location
    content: str

    @classmethod
    def of(cls, deployer: Deployer, repository: str) -> "KeptMaker":
        return cls(
            deployer.ref,
            deployer.project,
            deployer.digest,
            _place(deployer.location, repository),
            json.dumps(plain(deployer.root)),
        )

    @property
    def deployer(self) -> Deployer:
        """It as it is read, all of it at one line; ``ValueError`` where it says nothing."""
        content = json.loads(self.content)
        if not isinstance(content, dict):
            raise ValueError(f"{self.ref.kind} {self.ref} is no object")  # noqa: TRY004
        root = mapping_at_line(content, self.location.line)
        return Deployer(self.ref, self.project, self.digest, self.location, root)


@dataclass(frozen=True, slots=True)
class Contribution:
    """Objects by identity, located in the repository that they come from.

    ``makers`` may make more of them, and ``served`` tell what the API server calls. ``unread`` are
    places there of which it is not known what they deploy, or where to.
    """

    objects: tuple[Declared, ...]
    makers: tuple[KeptMaker, ...] = ()
    unread: tuple[Location, ...] = ()
    served: tuple[Served, ...] = ()


def contribution(trees: TreesReading, repository: str) -> Contribution:
    """What the head deploys to the one cluster that it describes."""
    return _of(trees.settled().head, repository)


def each_contribution(trees: TreesReading, repository: str, name: str) -> dict[str, Contribution]:
    """By the clusters that the head describes by itself: one, called ``name``, or several."""
    found = DescribedClusters.of(trees)
    return {each.name or name: _of(part.head, repository) for each, part in found.each}


def _of(tree: TreeReading, repository: str) -> Contribution:
    held = fold_owned(tree.held)
    refused = [each for each in tree.refused if each.ref not in tree.held]
    contested = _contested(tree.readings.values())
    known = [_settled(each, contested) for each in held.values() if _certain(each)]
    known += [each for each in map(_in_some_form, refused) if each]
    unread = [each.location for each in held.values() if not _certain(each)]
    unread += [each.problems[0].location for each in refused if each.problems]
    unread += [place for places in contested.values() for place in places]
    unread += [each.location for each in tree.deployments if each.obstacle]
    unread += [p.location for lost in tree.lost if lost.plausible for p in lost.problems]
    makers = {each.ref: KeptMaker.of(each, repository) for each in tree.deployers if matters(each)}
    served = (
        _moved_served(each, repository)
        for each in served_by(tree).values()
        if each.value is not None and not each.in_assumed_namespace
    )
    return Contribution(
        tuple(sorted((_moved(each, repository) for each in known), key=lambda each: each.ref)),
        tuple(makers[ref] for ref in sorted(makers)),
        tuple(sorted({_place(location, repository) for location in unread})),
        tuple(sorted(served, key=lambda each: each.ref)),
    )


def _certain(declared: Declared) -> bool:
    """Whether it is known which object it is: by its own name, in a namespace that is known."""
    return not (declared.in_assumed_namespace or declared.ref.name.endswith(_GENERATED))


def _contested(readings: Iterable[FileReading]) -> dict[ObjectRef, set[Location]]:
    """What several files declare differently: which of them is in the cluster is not known."""
    first: dict[ObjectRef, Declared] = {}
    found: dict[ObjectRef, set[Location]] = {}
    for reading in readings:
        for each in reading.declared:
            one = first.setdefault(each.ref, each)
            if _certain(each) and not same_value(one.value, each.value):
                found.setdefault(each.ref, {one.location}).add(each.location)
    return found


def _settled(declared: Declared, contested: Mapping[ObjectRef, object]) -> Declared:
    """The object, and of a contested policy that it may do anything."""
    if declared.ref not in contested:
        return declared
    return anything(declared.ref, declared.location) or declared


def _in_some_form(refused: Refused) -> Declared | None:
    known = refused.lenient is None or _certain(refused.lenient)
    return in_some_form(refused) if known else None


def _place(location: Location, repository: str) -> Location:
    return replace(location, path=path_in(repository, location.path))


def _moved(declared: Declared, repository: str) -> Declared:
    """The object in another repository, down to its peers and ports."""
    value = declared.value
    if isinstance(value, NetworkPolicy):
        value = replace(
            value,
            ingress=tuple(_moved_rule(each, repository) for each in value.ingress),
            egress=tuple(_moved_rule(each, repository) for each in value.egress),
            dead_rules=tuple(_moved_rule(each, repository) for each in value.dead_rules),
        )
    if value is not None:
        value = replace(value, location=_place(value.location, repository))
    return replace(declared, value=value, location=_place(declared.location, repository), root="")


def _moved_served(served: Served, repository: str) -> Served:
    value = served.value
    if value is not None:
        value = replace(value, location=_place(value.location, repository))
    return replace(served, value=value, location=_place(served.location, repository), root="")


def _moved_rule(rule: Rule, repository: str) -> Rule:
    return replace(
        rule,
        peers=tuple(replace(p, location=_place(p.location, repository)) for p in rule.peers),
        ports=tuple(replace(p, location=_place(p.location, repository)) for p in rule.ports),
        location=_place(rule.location, repository),
    )
