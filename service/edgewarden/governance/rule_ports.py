"""The ports of a rule, and which of them are a database's."""

from collections.abc import Iterable

from edgewarden.reachability.model import PolicyPort, Rule
from edgewarden.reachability.ports import ALL_PORTS, FIRST_PORT, LAST_PORT, PortSet, Protocol

DATABASE_PORTS: dict[int, str] = {
    1433: "SQL Server",
    1521: "Oracle",
    3306: "MySQL",
    5432: "PostgreSQL",
    5984: "CouchDB",
    6379: "Redis",
    7687: "Neo4j",
    8086: "InfluxDB",
    8123: "ClickHouse",
    9042: "Cassandra",
    9200: "Elasticsearch",
    26257: "CockroachDB",
    27017: "MongoDB",
    50000: "Db2",
}
"""The port on which each of these databases listens unless told otherwise."""


def covers_every_port(ports: Iterable[PolicyPort]) -> bool:
    """Whether the items of a rule come to every port of every protocol. None at all do."""
    items = tuple(ports)
    return not items or numbered_ports(items) == ALL_PORTS


def numbered_ports(ports: Iterable[PolicyPort]) -> PortSet:
    """The ports that the items name by number; named ones are left out."""
    found = PortSet()
    for item in ports:
        match item.port:
            case None:
                found |= PortSet.of(item.protocol, FIRST_PORT, LAST_PORT)
            case int() as number:
                found |= PortSet.of(item.protocol, number, item.end_port)
            case str():
                pass
    return found


def rule_ports(rule: Rule) -> PortSet:
    return numbered_ports(rule.ports) if rule.ports else ALL_PORTS


def named_ports(rule: Rule) -> frozenset[str]:
    return frozenset(item.port for item in rule.ports if isinstance(item.port, str))


def database_ports(ports: PortSet) -> tuple[str, ...]:
    """The well-known database ports among those that are named one by one or in short ranges.

    A rule that opens thousands of ports is broad for another reason than its databases.
    """
    return tuple(
        f"{number} ({name})"
        for protocol, spans in ports.by_protocol()
        if protocol is Protocol.TCP
        for first, last in spans
        if last - first < 1000
        for number, name in DATABASE_PORTS.items()
        if first <= number <= last
    )
