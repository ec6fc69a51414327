"""The form of ``.edgewarden.yaml``, and its JSON Schema."""

import json
import re
from typing import Annotated

from pydantic import (
    AfterValidator,
    Field,
    WithJsonSchema,
    model_validator,
)

from edgewarden.governance.findings import Enforcement
from edgewarden.manifests.division import FIXTURES, WHOLE_TREE
from edgewarden.reporting.schema import DIALECT
from edgewarden.workflows.configuration.configuration import RenderedBy
from edgewarden.workflows.configuration.governance_terms import OwnerTerms
from edgewarden.workflows.configuration.terms import NamespaceName, ProfileTerms
from edgewarden.workflows.forms.form import Form, PathPatterns, TreePath

MOST_CLUSTERS = 200


CLUSTER_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?")


_OF_THE_TREE = frozenset({"paths", "exclude", "charts"})
"""What is said of files of the repository."""


def _cluster_name(name: str) -> str:
    if not CLUSTER_NAME.fullmatch(name):
        raise ValueError(
            f"{name!r} is no name of a cluster: write up to 63 letters, digits, dots, hyphens and "
            "underscores, with a letter or digit at both ends"
        )
    return name


def _version(number: int) -> int:
    if number != 1:
        raise ValueError("write 1, the only version that there is")
    return number


def _some(patterns: tuple[str, ...]) -> tuple[str, ...]:
    if not patterns:
        raise ValueError("name at least one path, or leave the key out for all of them")
    return patterns


class ChartTerms(Form):
    """How a chart of this repository is installed."""

    path: Annotated[TreePath, Field(description="The directory of its Chart.yaml.")]
    values: Annotated[
        tuple[TreePath, ...],
        Field(
            max_length=100,
            description="Files of values on top of the chart's own, the last of which wins.",
        ),
    ] = ()
    release: Annotated[
        NamespaceName | None, Field(max_length=53, description="The name of the release.")
    ] = None
    namespace: Annotated[
        NamespaceName | None,
        Field(description="The namespace of the release; that of the cluster if absent."),
    ] = None


class ClusterTerms(Form):
    """A cluster that this repository deploys to."""

    name: Annotated[
        str,
        AfterValidator(_cluster_name),
        Field(
            description="What reviews call the cluster.",
            json_schema_extra={"pattern": f"^{CLUSTER_NAME.pattern}$"},
        ),
    ]
    renderer: Annotated[
        RenderedBy,
        Field(
            description="Who renders its manifests: `local` is Edgewarden, from this repository; "
            "`uploaded` is CI, which hands in what it rendered of each commit."
        ),
    ] = RenderedBy.LOCAL
    branch: Annotated[
        str,
        Field(
            max_length=255,
            description="The only branch that describes it, as one that holds what was rendered; "
            "if absent, every branch that changes go to.",
        ),
    ] = ""
    paths: Annotated[
        PathPatterns,
        AfterValidator(_some),
        Field(
            description="Where its manifests lie: directories, files or patterns of them. What a "
            "kustomization or a chart there is built from may lie anywhere."
        ),
    ] = WHOLE_TREE.patterns
    exclude: Annotated[
        PathPatterns,
        Field(description="What of these paths is not deployed, besides `exclude` above."),
    ] = ()
    namespace: Annotated[
        NamespaceName | None,
        Field(description="The namespace of objects that name none and get none by rendering."),
    ] = None
    charts: Annotated[
        tuple[ChartTerms, ...],
        Field(
            max_length=1000,
            description="How charts in these paths are installed; others with their own values.",
        ),
    ] = ()
    profile: Annotated[
        ProfileTerms, Field(description="What is known of this cluster; it outweighs `profile`.")
    ] = ProfileTerms()

    @model_validator(mode="after")
    def _nothing_of_the_tree(self) -> "ClusterTerms":
        said = sorted(_OF_THE_TREE & self.model_fields_set)
        if self.renderer is RenderedBy.UPLOADED and said:
            raise ValueError(
                f"nothing of this repository is read for a cluster with `renderer: uploaded`: "
                f"remove {', '.join(said)}"
            )
        return self


class ConfigurationTerms(Form):
    """What a repository says of the clusters it deploys to."""

    version: Annotated[
        int,
        AfterValidator(_version),
        WithJsonSchema({"const": 1}),
        Field(description="The version of this form."),
    ]
    exclude: Annotated[
        PathPatterns,
        Field(description="What is deployed nowhere; fixtures of tests if the key is absent."),
    ] = FIXTURES.patterns
    profile: Annotated[ProfileTerms, Field(description="What is known of every cluster.")] = (
        ProfileTerms()
    )
    clusters: Annotated[
        tuple[ClusterTerms, ...],
        Field(
            max_length=MOST_CLUSTERS,
            description="The clusters; if absent, what the repository holds decides how many there "
            "are.",
        ),
    ] = ()
    rules: Annotated[
        tuple[TreePath, ...],
        Field(max_length=100, description="Where rules lie: files, or directories of them."),
    ] = ()
    enforcement: Annotated[
        dict[str, Enforcement],
        Field(
            default_factory=dict,
            max_length=1000,
            description="What comes of findings, by the ids of rules: `deny` blocks, `warn` asks "
            "for attention, `audit` records, `disabled` does not ask.",
        ),
    ]
    checklist: Annotated[
        TreePath | None,
        Field(description="The file of items of the checklist, in other words and of one's own."),
    ] = None
    zones: Annotated[TreePath | None, Field(description="The file of zones and tenants.")] = None
    contract: Annotated[
        tuple[TreePath, ...],
        Field(
            max_length=100,
            description="Where the connectivity contract lies: files, or directories of them.",
        ),
    ] = ()
    owners: Annotated[
        tuple[OwnerTerms, ...],
        Field(max_length=1000, description="Who answers for what, where no manifest says it."),
    ] = ()


def configuration_schema() -> str:
    """JSON Schema (2020-12) of the file."""
    schema = {"$schema": DIALECT, **ConfigurationTerms.model_json_schema(), "title": _TITLE}
    return json.dumps(schema, indent=2) + "\n"


_TITLE = "Configuration of Edgewarden: .edgewarden.yaml"
