"""Conformance cases as they are written: small trees, and what is expected of them.

A file below ``cases/`` is about one sentence or paragraph of the specification and holds one
document for each case::

    case: a fact, in a sentence
    reason: why the case exists; what a wrong evaluator would say
    world: town                # manifests of worlds/town.yaml; the default, or `none`
    profile: {blocks: never}   # what is known of the cluster; nothing by default
    state:                     # or `base:` and `head:`
      policy: ...              # the spec of the NetworkPolicy shop/subject
      policies: {shop/a: ...}  # specs of others
      manifests: ...           # any other manifests
      files: {path: text}      # files, where it matters how they are cut
      world: ...               # another world than the case's
    expect: ...                # see ``Expected``
"""

from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from textwrap import indent
from typing import Annotated

import yaml
from pydantic import ConfigDict, Field, TypeAdapter
from pydantic.dataclasses import dataclass as checked

from edgewarden.manifests.snapshot import Snapshot, SourceFile
from edgewarden.reachability.model import AddressMatch, ClusterProfile

HERE = Path(__file__).parent
_STRICT = ConfigDict(extra="forbid")
_TOWN = "town"


@checked(config=_STRICT)
class Profile:
    """What a case says of its cluster."""

    blocks: AddressMatch = AddressMatch.UNKNOWN
    pod_ranges: tuple[str, ...] = ()
    node_ranges: tuple[str, ...] = ()
    prunes: bool | None = None

    def cluster_profile(self) -> ClusterProfile:
        return ClusterProfile(
            ip_block_matches_pods=self.blocks,
            pod_ranges=tuple(map(ip_network, self.pod_ranges)),
            node_ranges=tuple(map(ip_network, self.node_ranges)),
            prunes=self.prunes,
        )


@checked(config=_STRICT)
class Written:
    """One tree."""

    policy: str | None = None
    policies: dict[str, str] = field(default_factory=dict)
    manifests: str = ""
    files: dict[str, str] = field(default_factory=dict)
    world: str | None = None

    def snapshot(self, world: str) -> Snapshot:
        name = self.world or world
        specs = self.policies if self.policy is None else {"shop/subject": self.policy}
        specs = {**specs, **self.policies}
        texts = {
            "world.yaml": "" if name == "none" else _world(name),
            "policies.yaml": "---\n".join(_policy(ref, spec) for ref, spec in specs.items()),
            "manifests.yaml": self.manifests,
            **self.files,
        }
        files = (SourceFile(path, texts[path].encode()) for path in sorted(texts) if texts[path])
        return Snapshot(tuple(files))


@checked(config=_STRICT)
class Expected:
    """Of a state its ``edges`` and ``may`` edges, where the default is that nothing is isolated.

    Of two states what certainly or perhaps ``opened`` and ``closed``, which pods gain or lose
    ``isolation`` (``shop/db ingress: gained``; ``may be gained`` where it is not certain), and
    the kinds of ``causes``; the default is that nothing changed. ``silent: false`` expects a
    difference that no list of edges shows. Everything that is not said is expected not to be.

    ``problems`` read ``kind field``, behind ``told`` where they do not make a review inconclusive;
    ``mentions`` stand in their messages. ``policies`` and ``pods`` are what the (later) state
    holds, ``pods`` with their number; ``dead`` are the rules without effect.
    """

    edges: dict[str, str] = field(default_factory=dict)
    may: dict[str, str] = field(default_factory=dict)
    opened: dict[str, str] = field(default_factory=dict)
    closed: dict[str, str] = field(default_factory=dict)
    may_open: Annotated[dict[str, str], Field(alias="may open")] = field(default_factory=dict)
    may_close: Annotated[dict[str, str], Field(alias="may close")] = field(default_factory=dict)
    isolation: dict[str, str] = field(default_factory=dict)
    causes: list[str] | None = None
    silent: bool | None = None
    problems: list[str] = field(default_factory=list)
    mentions: list[str] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)
    policies: list[str] | None = None
    pods: dict[str, int] | None = None
    dead: list[str] = field(default_factory=list)


@checked(config=_STRICT)
class Case:
    """A case as its document says it."""

    case: str
    reason: str
    expect: Expected
    world: str = _TOWN
    profile: Profile = field(default_factory=Profile)
    state: Written | None = None
    base: Written | None = None
    head: Written | None = None


@dataclass(frozen=True, slots=True)
class Filed:
    """A case with the name of its file."""

    file: str
    case: Case

    @property
    def title(self) -> str:
        return f"{self.file}: {self.case.case}"


def filed_cases() -> list[Filed]:
    """Every case, sorted by file; raises where one is not of the shape above."""
    reader = TypeAdapter(Case)
    return [
        Filed(path.stem, reader.validate_python(document))
        for path in sorted((HERE / "cases").glob("*.yaml"))
        for document in yaml.safe_load_all(path.read_text(encoding="utf-8"))
    ]


def _world(name: str) -> str:
    return (HERE / "worlds" / f"{name}.yaml").read_text(encoding="utf-8")


def _policy(ref: str, spec: str) -> str:
    namespace, name = ref.split("/")
    return (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        f"metadata: {{name: {name}, namespace: {namespace}}}\n"
        f"spec:\n{indent(spec.strip(), '  ')}\n"
    )
