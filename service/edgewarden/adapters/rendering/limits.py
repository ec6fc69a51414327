"""How much of a machine rendering may take."""

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RenderingLimits:
    """Sizes are in bytes.

    A renderer gets ``files`` at most, ``memory`` of address space and ``seconds`` for one root,
    and may write ``output``. ``total_seconds`` and ``total_output`` bound what the roots of both
    trees of a comparison take together, with finding out what they are.
    """

    files: int = 50_000
    memory: int = 2 << 30
    seconds: float = 60.0
    output: int = 16 << 20
    total_seconds: float = 180.0
    total_output: int = 64 << 20

    @property
    def encoded(self) -> str:
        """For ``launch``: the limits of one process, by their names in ``resource``."""
        seconds = int(self.seconds) + 1
        return json.dumps(
            {
                "RLIMIT_AS": self.memory,
                "RLIMIT_CORE": 0,
                "RLIMIT_CPU": seconds,
                "RLIMIT_FSIZE": 1 << 20,
                "RLIMIT_NOFILE": 256,
            }
        )
