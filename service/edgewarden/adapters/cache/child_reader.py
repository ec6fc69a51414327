"""A base read ahead in a child process that hostile content can break but not leave."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

import structlog

from edgewarden.adapters.confinement import Limits
from edgewarden.adapters.isolated_python import Child, ChildFailedError
from edgewarden.manifests.snapshot import Snapshot
from edgewarden.workflows.ahead_codec import AheadAssignment, decode_parts, encode_ahead
from edgewarden.workflows.configuration.claims import ProfileClaims

ANSWER_LIMIT = 256 << 20
"""Bytes of readings that are taken from a child."""


class AheadReader:
    """Reads ahead as ``ReadAhead`` asks, in a process that sees a base and nothing else.

    A child that meets a limit, or answers something else, has read nothing: then the review's own
    child meets the limit too, and says so. ``child`` is the module whose ``main`` runs.
    """

    def __init__(
        self, limits: Limits | None = None, child: str = "edgewarden.adapters.cache.ahead_child"
    ) -> None:
        self._child = Child(child, limits or Limits(), ANSWER_LIMIT)
        self._log = structlog.get_logger("edgewarden.cache")

    def __call__(
        self,
        base: Snapshot,
        platform: ProfileClaims,
        recalled: tuple[bytes, ...],
        parts: AbstractSet[int],
    ) -> Mapping[int, bytes]:
        request = encode_ahead(AheadAssignment(base, platform, recalled, frozenset(parts)))
        try:
            made = self._child.ask(request, decode_parts)
        except ChildFailedError as error:
            self._log.warning("reading ahead failed", **error.facts)
            return {}
        return {part: encoded for part, encoded in made.items() if part in parts}
