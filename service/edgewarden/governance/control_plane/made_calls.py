"""Calls with who has them made, and with the pods that do not answer."""

from collections.abc import Mapping
from dataclasses import dataclass

from edgewarden.governance.control_plane.admission import Admission
from edgewarden.governance.control_plane.backends import Backend, Target
from edgewarden.reachability.calls import Caller, ServiceCall
from edgewarden.reachability.model import ClusterState


@dataclass(frozen=True, slots=True)
class MadeCall:
    """A call with the object that has it made."""

    caller: Caller
    call: ServiceCall

    @property
    def identity(self) -> tuple[str, ...]:
        """What stays the same whatever is called and however badly."""
        return self.caller.group, self.caller.kind, self.caller.name, self.call.name


@dataclass(frozen=True, slots=True)
class Refused:
    """Pods that do not let the API server in, or may not, and how it was before; none where it did
    not call them."""

    backend: Backend
    after: Admission
    before: Admission | None

    @property
    def worse(self) -> bool:
        return self.before is None or self.after.answer < self.before.answer


def by_target(state: ClusterState) -> Mapping[Target, list[MadeCall]]:
    found: dict[Target, list[MadeCall]] = {}
    for caller in state.callers:
        for call in caller.calls:
            target = Target(call.namespace, call.service, call.port)
            found.setdefault(target, []).append(MadeCall(caller, call))
    return found
