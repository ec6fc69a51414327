"""Trees read as they are deployed: each source in the namespace that it is brought to.

A source is a file, or a root by what makes it. One that a deployment of either side brings belongs
to a side only if one of that side does; what no deployment brings is taken to be deployed by
somebody, as in a tree without any.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace

from edgewarden.manifests.applying import Applying
from edgewarden.manifests.departures import (
    departures,
    in_too_many,
    is_in_doubt,
    names_none,
    with_departures,
)
from edgewarden.manifests.deployments.addresses import NOBODYS
from edgewarden.manifests.deployments.deployment import Deployment
from edgewarden.manifests.deployments.ground import Ground
from edgewarden.manifests.deployments.placements import Placement, bringing, placements
from edgewarden.manifests.deployments.reading import (
    DeployerAt,
    deployers_in,
    deployments,
    own_repository,
)
from edgewarden.manifests.deployments.specification import UnclearError
from edgewarden.manifests.files import read_file
from edgewarden.manifests.overlay import Overlay
from edgewarden.manifests.readings import FileReading, joined
from edgewarden.manifests.rendered import Root
from edgewarden.manifests.rendered_objects import read_root
from edgewarden.manifests.snapshot import Obstacle, ancestors
from edgewarden.manifests.tree import TreeReading, with_readings
from edgewarden.manifests.unfollowed import with_unfollowed


def followed_pair(
    base: TreeReading, head: TreeReading, known_as: AbstractSet[str]
) -> tuple[TreeReading, TreeReading]:
    """Two trees with their deployments known, and what each of these brings where.

    Their repository is ``known_as`` these, where that is known; else the base says whose it is, as
    far as it does. A deployment whose object cannot be read on one side is taken to stay there.
    """
    deployers = _deployers(base, head), _deployers(head, base)
    if not any(deployers):
        return base, head
    grounds = Ground(base.files, beyond=base.beyond), Ground(head.files, beyond=head.beyond)
    own = own_repository(deployers[0], grounds[0], known_as)
    if own == NOBODYS:
        own = own_repository(deployers[1], grounds[1], known_as)
    earlier, later = (replace(ground, ownership=own) for ground in grounds)
    before = _following(base, deployments(deployers[0], earlier))
    if head is base:
        return before, before
    return before, _following(head, deployments(deployers[1], later))


def settled_pair(
    base: TreeReading, head: TreeReading, applying: Applying
) -> tuple[TreeReading, TreeReading]:
    """Two trees whose deployments are known, with each source read as it is brought."""
    if not (base.deployments or head.deployments):
        return base, head
    settling = _Settling(applying)
    before = settling.settled(base, head.placements)
    return before, before if head is base else settling.settled(head, base.placements)


def _deployers(tree: TreeReading, other: TreeReading) -> tuple[DeployerAt, ...]:
    """The objects that deploy, with those of the other tree that this one may hold and hides.

    Trees of several clusters may well hold objects of one identity.
    """
    own = deployers_in(tree.readings)
    if not tree.lost or tree is other:
        return own
    known = {(each.deployer.ref, each.origin) for each in own}
    refs = {ref for ref, _ in known}
    hidden = [
        each
        for each in deployers_in(other.readings)
        if (each.deployer.ref, each.origin) not in known
    ]
    places = {path for lost in tree.lost for path in (lost.path, *lost.inputs)}
    vanished = [each.deployer for each in hidden if each.origin not in tree.files]
    named = {
        deployer.ref
        for lost in tree.lost
        if lost.plausible and lost.path not in other.files
        for deployer in lost.chosen(vanished)
    }
    carried = (
        each
        for each in hidden
        if not places.isdisjoint((each.deployer.location.path, each.origin))
        or any(up in places for up in ancestors(each.origin))
        or each.deployer.ref in named - refs
    )
    return (*own, *carried)


def _following(tree: TreeReading, found: tuple[Deployment, ...]) -> TreeReading:
    plain = [path for path, reading in tree.readings.items() if not reading.inputs]
    try:
        ways = placements(found, tree.rendered, plain)
    except UnclearError as error:
        lost = (
            replace(each, directory=None, obstacle=error.obstacle(each.location), undetermined=True)
            for each in found
        )
        return replace(tree, deployments=tuple(lost), placements={})
    active = bringing(ways)
    return replace(
        tree,
        deployments=tuple(each if each in active else _idle(each) for each in found),
        placements=ways,
    )


def _idle(deployment: Deployment) -> Deployment:
    """One that nothing is read for, though its directory is there."""
    if deployment.directory is None or deployment.obstacle is not None:
        return deployment
    where = deployment.directory or "."
    unread = UnclearError(
        f"nothing in {where} is read by itself here: it feeds another overlay, or holds no "
        "manifests",
        f"Make {where} an overlay that no other one builds on.",
    )
    return replace(deployment, obstacle=unread.obstacle(deployment.location))


class _Settling:
    """Reads sources again where their deployment makes a difference, equal ones once."""

    def __init__(self, applying: Applying) -> None:
        self._applying = applying
        self._configured = frozenset(each.chart for each in applying.releases)
        self._known: dict[tuple[int, Applying], tuple[FileReading, FileReading]] = {}

    def settled(
        self, tree: TreeReading, others: Mapping[str, tuple[Placement, ...]]
    ) -> TreeReading:
        """``others`` are the placements of the other tree. What may or may not be deployed here is
        taken to stay as it is there."""
        roots = {root.marker: root for root in tree.rendered.roots}
        unknown = {each.maker for each in tree.deployments if each.undetermined}
        readings = {}
        obstacles: dict[Deployment, Obstacle] = {}
        for source, reading in tree.readings.items():
            ways = tree.placements.get(source, ())
            if ways:
                again = self._brought(tree, source, roots.get(source), ways)
                found = tuple(departures(again, ways, roots.get(source), self._configured))
                obstacles |= {each.deployment: each.obstacle for each in found}
                readings[source] = with_departures(again, found)
            elif source not in others:
                readings[source] = with_unfollowed(reading, tree.deployments)
            elif any(way.deployment.maker in unknown for way in others[source]):
                readings[source] = self._brought(tree, source, roots.get(source), others[source])
        known = tuple(
            replace(each, obstacle=each.obstacle or obstacles.get(each))
            for each in tree.deployments
        )
        return with_readings(replace(tree, deployments=known), readings)

    def _brought(
        self, tree: TreeReading, source: str, root: Root | None, ways: tuple[Placement, ...]
    ) -> FileReading:
        """A source in each namespace that it is brought to."""
        reading = tree.readings[source]
        return joined([self._again(tree, source, root, by) for by in self._by(ways, reading)])

    def _by(self, ways: Iterable[Placement], reading: FileReading) -> list[Applying]:
        """How the objects come into the cluster, by namespaces; what applies them counts as far as
        all ways agree."""
        targets = [each.deployment.target for each in ways]
        appliers = {each.applier for each in targets}
        own = self._applying
        if own.applier is None and len(appliers) == 1 and is_in_doubt(reading):
            own = replace(own, applier=appliers.pop())
        if in_too_many(targets):
            return [own]
        unnamed = names_none(reading)
        found = {
            (each.namespace, each.overrides)
            if each.namespace and (each.overrides or unnamed)
            else (own.namespace, own.overrides)
            for each in targets
        }
        return [replace(own, namespace=name, overrides=over) for name, over in sorted(found)]

    def _again(
        self, tree: TreeReading, source: str, root: Root | None, applying: Applying
    ) -> FileReading:
        reading = tree.readings[source]
        if applying == self._applying:
            return reading
        key = id(reading), applying
        if key not in self._known:
            if root is None:
                again = read_file(tree.files[source], applying)
            else:
                rendering = tree.renderings[source]
                overlay = Overlay(root, tree.rendered.kustomizations_of(root), tree.originals)
                again = read_root(root, rendering, overlay, tree.files, applying)
            self._known[key] = again, reading
        return self._known[key][0]
