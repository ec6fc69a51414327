"""What is wrong with the files that people write to judge changes by."""

from collections.abc import Iterable
from dataclasses import dataclass

from edgewarden.workflows.forms.fault import Fault


@dataclass(frozen=True, slots=True)
class FileFault:
    """What is wrong with one of several files."""

    path: str
    fault: Fault

    def __str__(self) -> str:
        fault = self.fault
        return f"{self.path}:{fault.line}:{fault.column}: {fault.message} {fault.remedy}".rstrip()


class RulebookError(Exception):
    """Files that people wrote cannot be taken at their word; ``faults`` are all of them."""

    def __init__(self, faults: Iterable[FileFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))
