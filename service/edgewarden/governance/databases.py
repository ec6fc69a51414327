"""Which ports are a database's."""

from edgewarden.reachability.ports import PortSet, Protocol

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
