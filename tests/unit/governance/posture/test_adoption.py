"""The phases of adoption, each by the least that it takes and by what keeps a namespace out."""

import pytest

from edgewarden.governance.posture.adoption import Adoption, Phase, Watch, adoption
from edgewarden.governance.posture.posture import posture
from tests.support.proposals import policy, proposal

BOTH = Watch(holding=("shop",), live=True)
SOME = policy("shop", "web", "podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]")
INGRESS = policy("shop", "in", "podSelector: {}, policyTypes: [Ingress]")
DNS = """podSelector: {}, policyTypes: [Egress], egress: [{to: [{namespaceSelector:
  {matchLabels: {kubernetes.io/metadata.name: kube-system}}, podSelector:
  {matchLabels: {k8s-app: kube-dns}}}]}]"""
EGRESS = policy("shop", "dns", DNS)
RANGE = (
    "podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 203.0.113.0/24}}]}]"
)
WIDE = RANGE.replace("203.0.113.0/24", "203.0.0.0/8")
EXPLAINED = "{edgewarden.io/owner: pay, edgewarden.io/reason: the processor}"


def adopted(*policies: str, watch: Watch = BOTH) -> Adoption:
    return adoption(posture(proposal([], policies).head, "shop"), watch)


@pytest.mark.parametrize(
    ("policies", "phase"),
    [
        ([], Phase.INVENTORY),
        ([SOME], Phase.BASELINE),
        ([EGRESS], Phase.BASELINE),
        ([INGRESS], Phase.INGRESS_ISOLATED),
        ([INGRESS, policy("shop", "all", "podSelector: {}, ingress: [{}]")], Phase.BASELINE),
        ([INGRESS, EGRESS, policy("shop", "range", RANGE)], Phase.EGRESS_ISOLATED),
        ([INGRESS, EGRESS, policy("shop", "wide", WIDE, EXPLAINED)], Phase.EGRESS_ISOLATED),
        ([INGRESS, EGRESS, policy("shop", "range", RANGE, EXPLAINED)], Phase.VERIFIED),
        ([INGRESS, EGRESS], Phase.VERIFIED),
    ],
)
def test_a_namespace_is_in_the_last_phase_of_which_it_lacks_nothing(
    policies: list[str], phase: Phase
) -> None:
    assert adopted(*policies).phase is phase


def test_pods_that_are_cut_off_from_dns_keep_a_namespace_from_a_baseline() -> None:
    found = adopted(policy("shop", "deny", "podSelector: {}, policyTypes: [Ingress, Egress]"))
    assert found.phase is Phase.INVENTORY
    assert [each.text for each in found.lacks] == [
        "All pods in namespace shop do not reach DNS by UDP.",
        "All pods in namespace shop do not reach DNS by TCP.",
    ]


@pytest.mark.parametrize(
    ("watch", "text"),
    [
        (Watch(live=True), "No entry of a connectivity contract is about it."),
        (Watch(holding=("shop",)), "Nothing shows what the cluster itself holds."),
        (
            Watch(holding=("shop",), failing=("web-to-db",), live=True),
            "Entries of the connectivity contract do not hold: web-to-db.",
        ),
    ],
)
def test_what_nothing_watches_is_not_verified(watch: Watch, text: str) -> None:
    found = adopted(INGRESS, EGRESS, watch=watch)
    assert found.phase is Phase.EGRESS_GOVERNED
    assert [each.text for each in found.lacks] == [text]


def test_what_is_lacking_of_later_phases_is_told_as_well() -> None:
    assert [each.phase for each in adopted().lacks] == [
        Phase.BASELINE,
        Phase.INGRESS_ISOLATED,
        Phase.EGRESS_ISOLATED,
    ]
