"""A deployment that is being read: what is known when something of it turns out unclear."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass

from edgewarden.manifests.deployers import Deployer
from edgewarden.manifests.deployments.deployment import (
    EVERY_FILE,
    NO_TARGET,
    Deployment,
    Selection,
    Target,
)
from edgewarden.manifests.deployments.ground import Ground
from edgewarden.manifests.deployments.sources import Source
from edgewarden.manifests.deployments.specification import UnclearError
from edgewarden.manifests.nodes import Plain
from edgewarden.manifests.releases import Release
from edgewarden.reachability.model import ObjectRef


@dataclass(slots=True)
class Draft:
    """The fields of a ``Deployment``, filled one by one. ``content`` is what decides, beside them:
    all that the object says, until a reader knows better.

    Not frozen: a reader notes what it learns, and is interrupted by the first thing that it
    cannot know.
    """

    ground: Ground
    content: Plain = None
    target: Target = NO_TARGET
    directory: str | None = None
    revision: str = ""
    selection: Selection = EVERY_FILE
    release: Release | None = None
    substitutes: bool = False
    labels: bool = False
    within: frozenset[str] | None = None
    left_out: frozenset[str] = frozenset()
    given: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()

    def take(self, source: Source) -> str:
        """Note where it comes from, and return the directory. Raises ``UnclearError``."""
        self.revision = source.revision
        self.within = frozenset({source.directory})
        self.directory = source.within(self.ground)
        return self.directory


def drawn_up(
    maker: Deployer, origin: str, ref: ObjectRef, ground: Ground, read: Callable[[Draft], None]
) -> Deployment:
    """The deployment of one object, as far as ``read`` gets with it."""
    draft = Draft(ground, content=maker.digest)
    obstacle, undetermined = None, False
    try:
        read(draft)
    except UnclearError as error:
        obstacle = error.obstacle(maker.location)
        undetermined = draft.directory is None and not error.elsewhere
    return Deployment(
        project=maker.project,
        ref=ref,
        maker=maker.ref,
        origin=origin,
        location=maker.location,
        target=draft.target,
        directory=draft.directory,
        revision=draft.revision,
        selection=draft.selection,
        release=draft.release,
        substitutes=draft.substitutes,
        labels=draft.labels,
        left_out=draft.left_out,
        given=draft.given,
        asked=draft.asked,
        obstacle=obstacle,
        undetermined=undetermined,
        within=draft.within,
        content=hashlib.sha256(json.dumps(draft.content, sort_keys=True).encode()).hexdigest(),
    )
