"""The bytes of ``.edgewarden.yaml`` as a configuration, every fault with its line."""

from collections.abc import Iterable, Iterator

from edgewarden.governance.ownership.owners import Claim
from edgewarden.manifests.division import CONFIGURATION_FILE, Area
from edgewarden.manifests.documents import Limits
from edgewarden.manifests.globs import Globs
from edgewarden.manifests.nodes import Node
from edgewarden.manifests.releases import Release
from edgewarden.reachability.location import Location
from edgewarden.workflows.configuration.configuration import (
    NO_CONFIGURATION,
    ClusterConfiguration,
    Configuration,
    ConfigurationError,
    Enforced,
    GovernanceKind,
    GovernancePath,
    RenderedBy,
    fault,
)
from edgewarden.workflows.configuration.schema import ChartTerms, ClusterTerms, ConfigurationTerms
from edgewarden.workflows.forms.fault import Fault, FormError
from edgewarden.workflows.forms.reading import Filled, Paper

_PAPER = Paper(
    "configuration",
    "Begin it with `version: 1`; `edgewarden init` writes a whole one.",
    Limits(size=256_000, depth=20, nodes=20_000, documents=20),
)


def read_configuration(content: bytes) -> Configuration:
    """Raises ``ConfigurationError`` with everything that is wrong, never anything else."""
    try:
        filled = _PAPER.read(content, ConfigurationTerms)
    except FormError as error:
        raise _error(error.faults) from None
    if faults := list(_named_again(filled)):
        raise _error(FormError(faults).faults)
    return _configuration(filled)


def _error(faults: Iterable[Fault]) -> ConfigurationError:
    return ConfigurationError(
        fault(each.line, each.column, each.message, each.remedy, each.field) for each in faults
    )


def _named_again(filled: Filled[ConfigurationTerms]) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for number, cluster in enumerate(filled.form.clusters):
        node = filled.at("clusters", number, "name")
        earlier = first.setdefault(cluster.name, number)
        if earlier != number:
            line = filled.at("clusters", earlier, "name").line
            yield Fault(
                node.line,
                node.column,
                f"A second cluster is called {cluster.name}, after line {line}.",
                "Give it another name, or join the two.",
                f"clusters[{number}].name",
            )


def _configuration(filled: Filled[ConfigurationTerms]) -> Configuration:
    terms = filled.form
    everywhere = terms.profile.claims()
    (unnamed,) = NO_CONFIGURATION.clusters
    clusters = tuple(
        ClusterConfiguration(
            each.name,
            _area(each, terms),
            each.namespace or "",
            each.profile.claims().over(everywhere),
            _location(filled.at("clusters", number)),
            each.renderer,
            each.branch,
        )
        for number, each in enumerate(terms.clusters)
    )
    alone = ClusterConfiguration(
        unnamed.name,
        Area(excludes=Globs(terms.exclude)),
        claims=everywhere,
        location=_location(filled.root),
    )
    return Configuration(
        clusters or (alone,),
        named=bool(clusters),
        governance=tuple(_governance(filled)),
        enforcement=tuple(
            Enforced(rule, each, _location(filled.at("enforcement", rule)))
            for rule, each in terms.enforcement.items()
        ),
        owners=tuple(
            Claim(
                each.team,
                frozenset(each.namespaces),
                Globs(each.paths),
                frozenset(each.policy_types),
                each.labels,
                _location(filled.at("owners", number)),
            )
            for number, each in enumerate(terms.owners)
        ),
    )


def _governance(filled: Filled[ConfigurationTerms]) -> Iterator[GovernancePath]:
    terms = filled.form
    checklist = () if terms.checklist is None else (terms.checklist,)
    zones = () if terms.zones is None else (terms.zones,)
    for kind, paths in (
        (GovernanceKind.RULES, terms.rules),
        (GovernanceKind.CHECKLIST, checklist),
        (GovernanceKind.ZONES, zones),
        (GovernanceKind.CONTRACT, terms.contract),
    ):
        for number, path in enumerate(paths):
            yield GovernancePath(kind, path, _location(filled.at(kind.value, number)))


def _area(cluster: ClusterTerms, terms: ConfigurationTerms) -> Area:
    """Nothing where what CI uploads stands for it."""
    return Area(
        Globs(() if cluster.renderer is RenderedBy.UPLOADED else cluster.paths),
        Globs((*terms.exclude, *cluster.exclude)),
        tuple(_release(chart, cluster) for chart in cluster.charts),
    )


def _release(chart: ChartTerms, cluster: ClusterTerms) -> Release:
    namespace = chart.namespace or cluster.namespace or ""
    return Release(chart.path, chart.release or "", namespace, chart.values)


def _location(node: Node) -> Location:
    return Location(CONFIGURATION_FILE, node.line, node.column)
