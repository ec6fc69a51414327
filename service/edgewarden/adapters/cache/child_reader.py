"""A base read ahead in a child process that hostile content can break but not leave."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from contextlib import suppress

import structlog

from edgewarden.adapters.confinement import Exit, Limits
from edgewarden.adapters.isolated_python import ask
from edgewarden.adapters.processes import Ending
from edgewarden.manifests.snapshot import Snapshot
from edgewarden.workflows.ahead_codec import AheadAssignment, decode_parts, encode_ahead
from edgewarden.workflows.configuration.claims import ProfileClaims
from edgewarden.workflows.wire import CodecError

ANSWER_LIMIT = 256 << 20
"""Bytes of readings that are taken from a child."""


class AheadReader:
    """Reads ahead as ``ReadAhead`` asks, in a process that sees a base and nothing else.

    A child that meets a limit, or answers something else, has read nothing: then the review's own
    child meets the limit too, and says so. ``child`` is the module whose ``main`` runs.
    """

    def __init__(
        self, limits: Limits | None = None, child: str = "edgewarden.adapters.cache.reading_child"
    ) -> None:
        self._limits = limits or Limits()
        self._child = child
        self._log = structlog.get_logger("edgewarden.cache")

    def __call__(
        self,
        base: Snapshot,
        platform: ProfileClaims,
        recalled: tuple[bytes, ...],
        parts: AbstractSet[int],
    ) -> Mapping[int, bytes]:
        request = encode_ahead(AheadAssignment(base, platform, recalled, frozenset(parts)))
        answer = ask(self._child, request, self._limits, output_limit=ANSWER_LIMIT)
        if answer.ending is Ending.EXITED and answer.status == Exit.ANSWERED:
            with suppress(CodecError):
                made = decode_parts(answer.output)
                return {part: encoded for part, encoded in made.items() if part in parts}
        self._log.warning(
            "reading ahead failed",
            ending=answer.ending.value,
            status=answer.status,
            complaint=answer.complaint.decode("ascii", "replace"),
        )
        return {}
