"""A worker that dies by SIGKILL at one boundary of one job, once.

``python -m tests.support.mortal_worker STAGE OCCURRENCE HISTORY`` is ``edgewarden worker`` with
the settings of its environment. The boundaries it passes are added to the file ``HISTORY``; at
the OCCURRENCE-th passing of STAGE in that file it kills itself.
"""

import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from edgewarden.bootstrap import run_worker
from edgewarden.settings import load_settings
from edgewarden.workflows.ports import Message, Stage


@dataclass(frozen=True, slots=True)
class MortalObserver:
    """Jobs run one at a time here, so the order in the file is theirs."""

    stage: Stage
    occurrence: int
    history: Path

    def passed(self, stage: Stage, change_id: int | None) -> None:
        with self.history.open("a") as file:
            file.write(f"{stage.value}\n")
        times = self.history.read_text().splitlines().count(self.stage.value)
        if stage is self.stage and times == self.occurrence:
            os.kill(os.getpid(), signal.SIGKILL)

    def put_off(self, message: Message, reason: str) -> None:
        """Failures are no boundary."""


def main() -> None:
    stage, occurrence, history = sys.argv[1:]
    run_worker(load_settings(), MortalObserver(Stage(stage), int(occurrence), Path(history)))


if __name__ == "__main__":
    main()
