"""Whether anything shows that a cluster enforces its policies."""

from dataclasses import dataclass

from edgewarden.governance.enforcement.plugin import Enforces, Installed
from edgewarden.reachability.model import ClusterProfile


@dataclass(frozen=True, slots=True)
class Evidence:
    """``enforced`` is none where nothing shows it; ``text`` says what does, in a full sentence."""

    enforced: bool | None
    text: str


def evidence(profile: ClusterProfile, plugin: Installed | None) -> Evidence:
    """What the profile says counts, and then what is known of the plugin."""
    match profile.enforces_policies, plugin:
        case True, _:
            return Evidence(True, "The profile of the cluster says that policies are enforced.")
        case False, _:
            return Evidence(
                False, "The profile of the cluster says that policies are not enforced."
            )
        case None, Installed(plugin=known) if known.enforces is Enforces.YES:
            return Evidence(True, f"{known} enforces policies ({known.source}).")
        case None, Installed(plugin=known) if known.enforces is Enforces.NO:
            return Evidence(False, f"{known} does not enforce policies ({known.source}).")
        case None, Installed(plugin=known):
            text = f"{known} enforces policies where it is told to ({known.source})."
            return Evidence(None, text)
        case _:
            return Evidence(None, "Nothing shows which network plugin the cluster has.")
