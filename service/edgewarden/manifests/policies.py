"""``networking.k8s.io/v1`` NetworkPolicy as the API server defaults and validates it.

Sources: ``NetworkPolicySpec`` in ``k8s.io/api/networking/v1``, its defaults in
``pkg/apis/networking/v1/defaults.go`` and ``pkg/apis/networking/validation``.
"""

from edgewarden.manifests.fields import Field
from edgewarden.manifests.metadata import Metadata
from edgewarden.manifests.selectors import read_selector
from edgewarden.manifests.syntax import parse_cidr, port_name_fault, port_number_fault
from edgewarden.reachability.model import (
    Direction,
    IPBlock,
    Network,
    NetworkPolicy,
    Peer,
    PodPeer,
    PolicyPort,
    Rule,
)
from edgewarden.reachability.ports import Protocol

POLICY_FIELDS = frozenset({"apiVersion", "kind", "metadata", "spec", "status"})
"""``status`` stood in the type from Kubernetes 1.24 to 1.27 and in what was exported then."""

_SPEC = frozenset({"podSelector", "ingress", "egress", "policyTypes"})
_PEERS = {Direction.INGRESS: "from", Direction.EGRESS: "to"}
_PEER = frozenset({"podSelector", "namespaceSelector", "ipBlock"})
_BLOCK = frozenset({"cidr", "except"})
_PORT = frozenset({"protocol", "port", "endPort"})
_TYPES = {"Ingress": Direction.INGRESS, "Egress": Direction.EGRESS}


def read_network_policy(root: Field, metadata: Metadata, namespace: str) -> NetworkPolicy:
    """The policy that ``root`` writes down, in ``namespace``; what is wrong goes to its faults."""
    top = root.children(POLICY_FIELDS)
    spec = root.within(top, "spec")
    fields = spec.children(_SPEC)
    rules = {
        direction: _rules(spec.within(fields, direction.value), direction)
        for direction in Direction
    }
    isolates = _isolated(spec.within(fields, "policyTypes"), bool(rules[Direction.EGRESS]))
    effective = {d: rules[d] if d in isolates else () for d in Direction}
    dead = tuple(rule for d in Direction if d not in isolates for rule in rules[d])
    return NetworkPolicy(
        namespace=namespace,
        name=metadata.name,
        pods=read_selector(spec.within(fields, "podSelector")),
        isolates=isolates,
        ingress=effective[Direction.INGRESS],
        egress=effective[Direction.EGRESS],
        location=root.location,
        labels=metadata.labels,
        annotations=metadata.annotations,
        dead_rules=dead,
    )


def _isolated(types: Field, has_egress_rules: bool) -> frozenset[Direction]:
    """``policyTypes``, by default Ingress, and Egress where there is an egress rule."""
    items = tuple(types.items())
    if not items:
        default = {Direction.INGRESS, Direction.EGRESS} if has_egress_rules else {Direction.INGRESS}
        return frozenset(default)
    if len(items) > len(_TYPES):
        types.refuse(
            "Invalid value: may not specify more than two policyTypes", "Name each type once."
        )
    isolated = set()
    for item in items:
        name = item.text()
        if name in _TYPES:
            isolated.add(_TYPES[name])
        else:
            item.refuse(
                f'Unsupported value: "{name}": supported values: "Ingress", "Egress"',
                "Write Ingress or Egress.",
            )
    return frozenset(isolated)


def _rules(rules: Field, direction: Direction) -> tuple[Rule, ...]:
    return tuple(_rule(rule, index, direction) for index, rule in enumerate(rules.items()))


def _rule(rule: Field, index: int, direction: Direction) -> Rule:
    """A null item decodes to ``{}`` and so allows everything."""
    peers = _PEERS[direction]
    fields = rule.children(frozenset({peers, "ports"}))
    read = (_peer(peer) for peer in rule.within(fields, peers).items())
    return Rule(
        index=index,
        peers=tuple(peer for peer in read if peer is not None),
        ports=tuple(_port(port) for port in rule.within(fields, "ports").items()),
        location=rule.location,
        written_null=rule.absent,
    )


def _peer(peer: Field) -> Peer | None:
    fields = peer.children(_PEER)
    pods = peer.within(fields, "podSelector")
    namespaces = peer.within(fields, "namespaceSelector")
    block = peer.within(fields, "ipBlock")
    if block.absent and pods.absent and namespaces.absent:
        peer.refuse(
            "Required value: must specify a peer",
            "Write podSelector, namespaceSelector or ipBlock; `{}` as a selector means all.",
        )
        return None
    if block.absent:
        return PodPeer(
            None if namespaces.absent else read_selector(namespaces),
            None if pods.absent else read_selector(pods),
            peer.location,
        )
    if not (pods.absent and namespaces.absent):
        block.refuse(
            "Forbidden: may not specify both ipBlock and another peer",
            "Make them two items of the list.",
        )
    return _block(block)


def _block(block: Field) -> IPBlock | None:
    fields = block.children(_BLOCK)
    cidr_field = block.within(fields, "cidr")
    if not cidr_field.text():
        cidr_field.refuse("Required value", "Write an address range such as 10.0.0.0/24.")
    cidr = _cidr(cidr_field)
    excepts = []
    for item in block.within(fields, "except").items():
        excluded = _cidr(item)
        if cidr is None or excluded is None:
            continue
        if _strictly_inside(excluded, cidr):
            excepts.append(excluded)
        else:
            item.refuse(
                f'Invalid value: "{excluded}": must be a strict subset of `cidr`',
                f"Name a part of {cidr}, or remove the exception.",
            )
    return None if cidr is None else IPBlock(cidr, tuple(excepts), block.location)


def _cidr(field: Field) -> Network | None:
    text = field.text()
    network = parse_cidr(text)
    if text and network is None:
        field.refuse(
            f'Invalid value: "{text}": must be a valid CIDR value, (e.g. 10.9.8.0/24)',
            "Write the address and the length of its prefix.",
        )
    return network


def _strictly_inside(part: Network, whole: Network) -> bool:
    return (
        part.version == whole.version
        and part.prefixlen > whole.prefixlen
        and part.network_address in whole
    )


def _port(port: Field) -> PolicyPort:
    """A null item decodes to every port of TCP."""
    fields = port.children(_PORT)
    number_field = port.within(fields, "port")
    end_field = port.within(fields, "endPort")
    number, end = number_field.integer_or_text(), end_field.integer()
    protocol_field = port.within(fields, "protocol")
    protocol = read_protocol(protocol_field)
    match number:
        case int():
            if fault := port_number_fault(number):
                number_field.refuse(f"Invalid value: {number}: {fault}", "Name a port.")
        case str():
            if fault := port_name_fault(number):
                remedy = "Write a number without quotes, or the name of a container port."
                number_field.refuse(f'Invalid value: "{number}": {fault}', remedy)
    if end is not None:
        _check_end(end_field, end, number)
    return PolicyPort(protocol, number, end, port.location, protocol_field.absent)


def _check_end(field: Field, end: int, start: int | str | None) -> None:
    if start is None:
        field.refuse(
            f"Invalid value: {end}: may not be specified when `port` is not specified",
            "Name the first port of the range as `port`.",
        )
    elif isinstance(start, str):
        field.refuse(
            f"Invalid value: {end}: may not be specified when `port` is non-numeric",
            "Write `port` as a number without quotes.",
        )
    elif end < start:
        field.refuse(
            f"Invalid value: {end}: must be greater than or equal to `port`",
            "Swap the two, or correct one.",
        )
    elif fault := port_number_fault(end):
        field.refuse(f"Invalid value: {end}: {fault}", "Name a port.")


def read_protocol(field: Field) -> Protocol:
    """``protocol``, by default TCP."""
    if field.absent:
        return Protocol.TCP
    name = field.text()
    try:
        return Protocol(name)
    except ValueError:
        field.refuse(
            f'Unsupported value: "{name}": supported values: "TCP", "UDP", "SCTP"',
            "Write TCP, UDP or SCTP, in capitals.",
        )
        return Protocol.TCP
