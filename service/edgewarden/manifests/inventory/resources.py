"""What an inventory takes from a cluster: the one table behind ``kubectl``, RBAC and cleaning."""

from dataclasses import dataclass

from edgewarden.manifests.kinds import NAMESPACE, POLICY, WORKLOADS
from edgewarden.manifests.serving.kinds import SERVING
from edgewarden.manifests.unjudged import UNJUDGED_KINDS, unjudged_kind

_SINGULAR, _PLURAL = "y", "ies"


@dataclass(frozen=True, slots=True, order=True)
class Resource:
    """A type of objects by the two names that an API server has for it."""

    group: str
    plural: str
    kind: str

    @property
    def name(self) -> str:
        """As ``kubectl get`` takes it, whatever other groups serve: ``deployments.apps``."""
        return f"{self.plural}.{self.group}" if self.group else self.plural


def _resource(group: str, kind: str) -> Resource:
    """Every kind of the table has the regular plural of English, in lower case."""
    name = kind.lower()
    plural = name.removesuffix(_SINGULAR) + _PLURAL if name.endswith(_SINGULAR) else f"{name}s"
    return Resource(group, plural, kind)


RESOURCES = tuple(
    sorted(_resource(*key) for key in {NAMESPACE, POLICY, *WORKLOADS, *UNJUDGED_KINDS, *SERVING})
)
"""Everything that is read, in the order in which it is asked for."""
_TAKEN = {(each.group, each.kind): each for each in RESOURCES}


def resource_of(group: str, kind: str) -> Resource | None:
    """The resource of a kind that is read; nothing for any other kind."""
    return _TAKEN.get((group, kind))


def is_unread_policy(group: str, kind: str) -> bool:
    """Whether a kind that nobody asks for could bind connections all the same."""
    return (group, kind) not in _TAKEN and unjudged_kind(group, kind) is not None
