"""The bytes of ``.edgewarden.yaml`` as a configuration, every fault with its line."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pydantic import ValidationError

from edgewarden.manifests.division import CONFIGURATION_FILE, Area
from edgewarden.manifests.documents import Document, Limits
from edgewarden.manifests.globs import Globs
from edgewarden.manifests.nodes import Mapping, Node, plain
from edgewarden.manifests.releases import Release
from edgewarden.manifests.yaml_reader import Stream, read_stream
from edgewarden.reachability.location import Location, Problem
from edgewarden.workflows.configuration.configuration import (
    NO_CONFIGURATION,
    ClusterConfiguration,
    Configuration,
    ConfigurationError,
    GovernanceKind,
    GovernancePath,
    Owner,
    RenderedBy,
    fault,
)
from edgewarden.workflows.configuration.objections import node_at, objection
from edgewarden.workflows.configuration.schema import ChartTerms, ClusterTerms, ConfigurationTerms

_LIMITS = Limits(size=256_000, depth=20, nodes=20_000, documents=20)
_BEGIN = "Begin it with `version: 1`; `edgewarden init` writes a whole one."
_MOST_FAULTS = 20


def read_configuration(content: bytes) -> Configuration:
    """Raises ``ConfigurationError`` with everything that is wrong, never anything else."""
    root = _document(content).root
    if not isinstance(root, Mapping):
        raise ConfigurationError(
            [fault(root.line, root.column, "This is no configuration.", _BEGIN)]
        )
    try:
        terms = ConfigurationTerms.model_validate_json(json.dumps(plain(root)), strict=True)
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)
        raise _error(objection(each, root) for each in errors) from None
    if faults := list(_named_again(terms, root)):
        raise _error(faults)
    return _configuration(terms, root)


def _named_again(terms: ConfigurationTerms, root: Mapping) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for number, cluster in enumerate(terms.clusters):
        node = node_at(root, ("clusters", number, "name"))
        earlier = first.setdefault(cluster.name, number)
        if earlier != number:
            line = node_at(root, ("clusters", earlier, "name")).line
            yield fault(
                node.line,
                node.column,
                f"A second cluster is called {cluster.name}, after line {line}.",
                "Give it another name, or join the two.",
                f"clusters[{number}].name",
            )


def _document(content: bytes) -> Document:
    if len(content) > _LIMITS.size:
        message = f"The configuration is larger than {_LIMITS.size // 1000} kB."
        raise ConfigurationError([fault(1, 1, message, "Use patterns instead of many paths.")])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = "The configuration is no text in UTF-8."
        raise ConfigurationError([fault(line, 1, message, "Save it as UTF-8.")]) from None
    stream = read_stream(text, _LIMITS)
    if faults := list(_unread(stream)):
        raise _error(faults)
    if not stream.documents:
        raise ConfigurationError([fault(1, 1, "The configuration is empty.", _BEGIN)])
    return stream.documents[0]


def _unread(stream: Stream) -> Iterator[Problem]:
    for defect in (*stream.defects, *(d for each in stream.documents for d in each.defects)):
        yield fault(defect.line, defect.column, f"{defect.message}.", defect.remedy)
    for document in stream.documents:
        for repeated in document.repetitions:
            yield fault(
                repeated.line,
                repeated.column,
                f"`{repeated.key}` stands here again, after line {repeated.first_line}.",
                "Keep one of them.",
                repeated.key,
            )
    for document in stream.documents[1:]:
        root = document.root
        yield fault(
            root.line,
            root.column,
            "A second document begins here.",
            "Keep one document in the file.",
        )


def _error(faults: Iterable[Problem]) -> ConfigurationError:
    """The first faults by their lines; there may be as many as the file has values."""
    ordered = sorted(faults, key=_line)
    told, more = ordered[:_MOST_FAULTS], len(ordered) - _MOST_FAULTS
    if more > 0:
        told[-1] = replace(told[-1], message=f"{told[-1].message} Faults behind it: {more}.")
    return ConfigurationError(told)


def _configuration(terms: ConfigurationTerms, root: Mapping) -> Configuration:
    everywhere = terms.profile.claims()
    (unnamed,) = NO_CONFIGURATION.clusters
    clusters = tuple(
        ClusterConfiguration(
            each.name,
            _area(each, terms),
            each.namespace or "",
            each.profile.claims().over(everywhere),
            _location(node_at(root, ("clusters", number))),
            each.renderer,
            each.branch,
        )
        for number, each in enumerate(terms.clusters)
    )
    alone = ClusterConfiguration(
        unnamed.name,
        Area(excludes=Globs(terms.exclude)),
        claims=everywhere,
        location=_location(root),
    )
    return Configuration(
        clusters or (alone,),
        named=bool(clusters),
        governance=tuple(_governance(terms, root)),
        owners=tuple(
            Owner(
                each.team,
                frozenset(each.namespaces),
                Globs(each.paths),
                _location(node_at(root, ("owners", number))),
            )
            for number, each in enumerate(terms.owners)
        ),
    )


def _governance(terms: ConfigurationTerms, root: Mapping) -> Iterator[GovernancePath]:
    zones = () if terms.zones is None else (terms.zones,)
    for kind, paths in (
        (GovernanceKind.RULES, terms.rules),
        (GovernanceKind.ZONES, zones),
        (GovernanceKind.CONTRACT, terms.contract),
    ):
        for number, path in enumerate(paths):
            yield GovernancePath(kind, path, _location(node_at(root, (kind.value, number))))


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


def _line(problem: Problem) -> tuple[int, int]:
    return problem.location.line, problem.location.column
