"""The mechanical fixes that a rule can name for what it finds."""

from enum import StrEnum


class QuickFix(StrEnum):
    """Each mends a finding at the place where it is, if that place is what it knows to mend."""

    JOIN_PEERS = "join-peers"
    """Two selectors in two items of a list become one item."""
    JOIN_PORTS = "join-ports"
    """A port and a protocol in two items become one."""
    ALLOW_DNS = "allow-dns"
    """The policy that cuts pods off gets a rule for DNS."""
    ADD_DIRECTION = "add-direction"
    """``policyTypes`` names the direction for which there are rules."""
    REPAIR_MANIFEST = "repair-manifest"
    """A missing ``---``, or labels that stand beside their selector."""
