"""What is usual for clusters of a kind, as files of facts say it."""

from edgewarden.manifests.documents import Limits
from edgewarden.workflows.configuration.claims import ProfileClaims
from edgewarden.workflows.configuration.terms import ProfileTerms
from edgewarden.workflows.forms.reading import Paper

_PAPER = Paper(
    "cluster profile",
    "Write facts as below `profile` of .edgewarden.yaml.",
    Limits(size=64_000, depth=10, nodes=2_000, documents=2),
)


def read_platform(content: bytes) -> ProfileClaims:
    """Raises ``FormError``."""
    return _PAPER.read(content, ProfileTerms).form.claims()
