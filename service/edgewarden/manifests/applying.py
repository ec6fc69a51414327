"""How the objects of a tree come into the cluster, and what becomes of a bad one there."""

from dataclasses import dataclass

from edgewarden.manifests.metadata import ASSUMED_NAMESPACE
from edgewarden.manifests.releases import Release
from edgewarden.reachability.model import Applier

_NAMES = {
    Applier.KUBECTL: "kubectl",
    Applier.ARGOCD: "Argo CD",
    Applier.ARGOCD_SERVER_SIDE: "Argo CD",
    Applier.FLUX: "Flux",
    Applier.HELM: "Helm",
}
_HELD_BACK = {
    None: (
        "Until then kubectl applies the objects beside it, while Flux and usually Argo CD hold "
        "back everything of the same application."
    ),
    Applier.KUBECTL: "Until then kubectl applies the objects beside it.",
    Applier.ARGOCD: "Until then Argo CD usually holds back everything of the same Application.",
    Applier.ARGOCD_SERVER_SIDE: (
        "Until then Argo CD usually holds back everything of the same Application."
    ),
    Applier.FLUX: "Until then Flux holds back everything of the same Kustomization.",
    Applier.HELM: "Until then Helm refuses the whole release.",
}


@dataclass(frozen=True, slots=True)
class Applying:
    """What is known of it.

    ``namespace`` is that of the objects which name none, and where it ``overrides`` that of all:
    then it is the name of namespaces, too, as kustomize has it. ``applier`` is what brings them;
    either may be unknown. ``releases`` say how charts are installed.
    """

    namespace: str = ""
    applier: Applier | None = None
    releases: tuple[Release, ...] = ()
    overrides: bool = False

    @property
    def shown_namespace(self) -> str:
        """Where an object is shown that names no namespace."""
        return self.namespace or ASSUMED_NAMESPACE

    @property
    def drops_unknown_fields(self) -> bool:
        """Whether a field that the API does not know is dropped for certain, not refused."""
        return self.applier is Applier.ARGOCD

    @property
    def held_back(self) -> str:
        """What becomes of the objects beside one that is refused, in a sentence."""
        return _HELD_BACK[self.applier]

    def on_unknown_field(self, loss: str) -> str:
        """What becomes of an object with such a field; ``loss`` is what it lacks without it."""
        if self.applier is None:
            return (
                "kubectl and server-side apply refuse the object and the cluster keeps what it "
                f"had; Argo CD's client-side apply drops the field and applies the rest{loss}"
            )
        if self.drops_unknown_fields:
            return f"{_NAMES[self.applier]} drops the field and applies the rest{loss}"
        return f"{_NAMES[self.applier]} refuses the object and the cluster keeps what it had"


UNKNOWN = Applying()
