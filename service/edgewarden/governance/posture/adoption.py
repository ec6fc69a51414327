"""How far a namespace has come with network policies, and what it lacks for the next step.

The phases are those of a progressive adoption; ``docs/baseline.md`` says how each is told.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from edgewarden.governance.dns_pods import Answer
from edgewarden.governance.phrases import listing
from edgewarden.governance.posture.isolation import Isolation
from edgewarden.governance.posture.posture import Posture
from edgewarden.reachability.wording import capitalised


class Phase(Enum):
    """In the order in which namespaces go through them."""

    INVENTORY = "inventory"
    BASELINE = "baseline"
    INGRESS_ISOLATED = "ingress isolated"
    EGRESS_ISOLATED = "egress isolated"
    EGRESS_GOVERNED = "external egress governed"
    VERIFIED = "continuously verified"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Watch:
    """What keeps watching a namespace: entries of the connectivity contract with an end in it, by
    name, that hold or do not, and whether the cluster itself tells what it holds (``live``)."""

    holding: tuple[str, ...] = ()
    failing: tuple[str, ...] = ()
    live: bool = False


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that keeps a namespace from ``phase``; both texts are full sentences."""

    phase: Phase
    text: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Adoption:
    """The last phase of which nothing is lacking, nor of any before, and what is lacking of the
    later ones, in their order."""

    phase: Phase
    lacks: tuple[Lack, ...]


def adoption(posture: Posture, watch: Watch) -> Adoption:
    """What is uncertain about the posture is uncertain about this."""
    lacks = tuple(_lacks(posture, watch))
    lacking = {each.phase for each in lacks}
    reached = Phase.INVENTORY
    for phase in Phase:
        if phase in lacking:
            break
        reached = phase
    return Adoption(reached, lacks)


def _lacks(posture: Posture, watch: Watch) -> Iterator[Lack]:
    yield from _of_baseline(posture)
    yield from _of_isolation(posture.ingress, Phase.INGRESS_ISOLATED)
    yield from _of_isolation(posture.egress, Phase.EGRESS_ISOLATED)
    yield from _of_external_egress(posture)
    yield from _of_verification(posture, watch)


def _of_baseline(posture: Posture) -> Iterator[Lack]:
    if not (posture.ingress.policies or posture.egress.policies):
        yield Lack(
            Phase.BASELINE,
            "No policy isolates any of its pods.",
            f"Write a baseline by `edgewarden baseline {posture.namespace}`, and see by "
            "`edgewarden diff` what it would block.",
        )
    for access in posture.dns:
        if access.answer is Answer.YES:
            continue
        unreached = access.refused or access.unsure
        certainty = "do not" if access.refused else "perhaps do not"
        yield Lack(
            Phase.BASELINE,
            f"{capitalised(str(unreached))} {certainty} reach DNS by {access.protocol}.",
            "Add the rule for DNS that `edgewarden baseline` writes, and hold its labels against "
            "the cluster's DNS pods.",
        )


def _of_isolation(isolation: Isolation, phase: Phase) -> Iterator[Lack]:
    direction = isolation.direction
    if isolation.left:
        known = f", among them {listing(isolation.workloads)}" if isolation.workloads else ""
        yield Lack(
            phase,
            f"No policy isolates the {direction} of {isolation.left}{known}.",
            f"Add a default-deny of {direction}, once rules allow what is needed.",
        )
    for written in isolation.allow_all:
        yield Lack(
            phase,
            f"The {written} allows everything.",
            "Name the peers and the ports that are needed.",
        )


def _of_external_egress(posture: Posture) -> Iterator[Lack]:
    """Pods that nothing isolates lack an earlier phase, and are not told again."""
    internet = posture.internet
    for written in internet.wide:
        yield Lack(
            Phase.EGRESS_GOVERNED,
            f"The {written} leads to the internet at large.",
            "Lead it through an egress gateway, or name the ranges that are needed.",
        )
    for written in internet.unexplained:
        yield Lack(
            Phase.EGRESS_GOVERNED,
            f"The {written} leads to the internet, and its policy names no owner or no reason.",
            "Annotate the policy with edgewarden.io/owner and edgewarden.io/reason.",
        )


def _of_verification(posture: Posture, watch: Watch) -> Iterator[Lack]:
    if watch.failing:
        yield Lack(
            Phase.VERIFIED,
            f"Entries of the connectivity contract do not hold: {listing(watch.failing)}.",
            "See by `edgewarden contract verify` why, and mend the policies or the contract.",
        )
    elif not watch.holding:
        yield Lack(
            Phase.VERIFIED,
            "No entry of a connectivity contract is about it.",
            f"Write down who may talk to {posture.namespace}; `edgewarden contract import` begins "
            "with what is open today.",
        )
    if not watch.live:
        yield Lack(
            Phase.VERIFIED,
            "Nothing shows what the cluster itself holds.",
            "Have `edgewarden inventory push` run on a schedule, or give an inventory by "
            "`--inventory`.",
        )
