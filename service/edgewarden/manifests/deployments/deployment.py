"""One deployment: a directory of a tree, and the cluster and namespace that it is brought to."""

from dataclasses import dataclass, field

from edgewarden.manifests.releases import Release
from edgewarden.manifests.snapshot import Obstacle
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import Applier, ObjectRef


@dataclass(frozen=True, slots=True)
class Selection:
    """Which files of a directory without a kustomization or a chart are deployed.

    ``recursive`` takes the files below it as well, and ``nested`` the kustomizations below it. The
    patterns are those of Argo CD; an empty one says nothing.
    """

    recursive: bool = False
    nested: bool = False
    include: str = ""
    exclude: str = ""


HOME = "in-cluster"
"""What Argo CD calls the cluster that it runs in itself."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where objects are brought, and what becomes of them later.

    ``cluster`` is a name, or the host of an API server; empty for the cluster in which the
    deploying object stands itself, and none where only a secret of that cluster could tell.
    ``namespace`` is that of objects that name none, of all where it ``overrides``; empty where
    nothing sets it. ``prunes`` tells whether an object is deleted with its manifest, ``withdraws``
    whether all are with the deployment; none where that is decided elsewhere. A deployment that is
    ``fixed`` stays as it was made, whatever the tree says of it later.
    """

    cluster: str | None = ""
    namespace: str = ""
    overrides: bool = False
    prunes: bool | None = None
    withdraws: bool | None = None
    applier: Applier | None = None
    fixed: bool = False


NO_TARGET = Target()
EVERY_FILE = Selection()


@dataclass(frozen=True, slots=True)
class Deployment:
    """What one ``Application``, ``Kustomization`` or ``HelmRelease`` brings.

    ``ref`` is that object and ``maker`` the one of the tree that makes it: itself, or an
    ``ApplicationSet``. ``origin`` is the source that the maker stands in, by the path under which
    it is read. ``directory`` lies in the tree (``""`` is the tree itself); it is none where nothing
    of the tree is deployed, or where it is not known what: then it is ``undetermined``. It comes
    from ``revision``, by default the one that the repository calls HEAD.
    ``substitutes`` marks one that replaces ``${...}`` in what it brings, and ``labels`` one that
    puts labels on the objects, namespaces among them. What is undetermined lies ``within`` these
    directories, if it is known that much.

    Files that are ``left_out`` may not be in what is fetched. Values come from the files
    ``given``, and from the objects with the names ``asked``.

    Where there is an ``obstacle``, what is deployed is not what is read from the directory.
    ``content`` changes with all that the object says of what is deployed, beyond these fields.
    """

    project: str
    ref: ObjectRef
    maker: ObjectRef
    origin: str = field(compare=False)
    location: Location = field(compare=False)
    target: Target = NO_TARGET
    directory: str | None = None
    revision: str = ""
    selection: Selection = EVERY_FILE
    release: Release | None = None
    substitutes: bool = False
    labels: bool = False
    obstacle: Obstacle | None = field(default=None, compare=False)
    undetermined: bool = False
    within: frozenset[str] | None = field(default=None, compare=False)
    left_out: frozenset[str] = field(default=frozenset(), compare=False, repr=False)
    given: frozenset[str] = field(default=frozenset(), compare=False)
    asked: frozenset[str] = field(default=frozenset(), compare=False)
    content: str = ""

    def __str__(self) -> str:
        return f"{self.project} {self.ref.kind} {self.ref}"
