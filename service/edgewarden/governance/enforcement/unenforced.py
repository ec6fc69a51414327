"""What a policy asks for and the network plugin of the cluster does not enforce."""

from collections.abc import Iterator
from dataclasses import dataclass

from edgewarden.governance.enforcement.plugin import Feature, Installed, Limit
from edgewarden.governance.proposal import WrittenRule, rules_of
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import ClusterProfile, Direction, IPBlock, NetworkPolicy
from edgewarden.reachability.ports import Protocol
from edgewarden.reachability.whereabouts import could_cover


@dataclass(frozen=True, slots=True)
class Use:
    """A feature that a policy uses, where it does so first, and in words."""

    policy: NetworkPolicy
    feature: Feature
    what: str
    location: Location


@dataclass(frozen=True, slots=True)
class Unenforced:
    """A use that the plugin does not enforce, or may not: by its version or its settings."""

    use: Use
    limit: Limit
    plugin: Installed
    certain: bool

    @property
    def key(self) -> str:
        policy = self.use.policy
        return f"{policy.namespace} {policy.pods} {self.use.feature}"

    @property
    def location(self) -> Location:
        return self.use.location

    def __str__(self) -> str:
        return self.use.what


def unenforced(
    policy: NetworkPolicy, plugin: Installed, profile: ClusterProfile
) -> Iterator[Unenforced]:
    """One for each feature."""
    limits = {each.feature: each for each in plugin.plugin.limits}
    told = set()
    for use in _uses(policy, profile):
        limit = limits.get(use.feature)
        holds = plugin.certainly(limit) if limit else False
        if limit is not None and holds is not False and use.feature not in told:
            told.add(use.feature)
            yield Unenforced(use, limit, plugin, certain=bool(holds))


def _uses(policy: NetworkPolicy, profile: ClusterProfile) -> Iterator[Use]:
    if Direction.EGRESS in policy.isolates:
        yield Use(policy, Feature.EGRESS, "egress isolation", policy.location)
    for written in rules_of((policy,)):
        yield from _of_ports(written)
        yield from _of_blocks(written, profile)
    yield from _families(policy)


def _of_ports(written: WrittenRule) -> Iterator[Use]:
    policy = written.policy
    for item in written.rule.ports:
        if item.end_port is not None and item.end_port != item.port:
            what = f"the range of ports {item.port} to {item.end_port}"
            yield Use(policy, Feature.END_PORT, what, item.location)
        if item.protocol is Protocol.SCTP:
            yield Use(policy, Feature.SCTP, "a port of SCTP", item.location)


def _of_blocks(written: WrittenRule, profile: ClusterProfile) -> Iterator[Use]:
    """That a block is meant for pods is known of those over the known pod ranges only."""
    policy = written.policy
    for block in written.rule.peers:
        if not isinstance(block, IPBlock):
            continue
        if block.excepts:
            what = f"the except of ipBlock {block.cidr}"
            yield Use(policy, Feature.IP_BLOCK_EXCEPT, what, block.location)
        if block.cidr.prefixlen and could_cover(block, profile.pod_ranges):
            what = f"ipBlock {block.cidr} over addresses of pods"
            yield Use(policy, Feature.IP_BLOCK_OF_PODS, what, block.location)


def _families(policy: NetworkPolicy) -> Iterator[Use]:
    """Blocks of both families in one policy: one of them has no effect in a cluster that has
    addresses of the other only."""
    blocks: dict[int, IPBlock] = {}
    for written in rules_of((policy,)):
        for peer in written.rule.peers:
            if isinstance(peer, IPBlock):
                blocks.setdefault(peer.cidr.version, peer)
    if len(blocks) > 1:
        what = f"ipBlock {blocks[4].cidr} beside {blocks[6].cidr}"
        yield Use(policy, Feature.BOTH_FAMILIES, what, blocks[6].location)
