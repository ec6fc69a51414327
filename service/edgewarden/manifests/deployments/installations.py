"""How charts are installed, by the objects of Argo CD and Flux that stand in plain files.

What renders has to know before anything is rendered; objects that are rendered themselves come too
late for that.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet

from edgewarden.manifests.deployments.ground import Ground
from edgewarden.manifests.deployments.overrides import may_override
from edgewarden.manifests.deployments.reading import deployers_in, deployments, own_repository
from edgewarden.manifests.files import read_file
from edgewarden.manifests.releases import Release
from edgewarden.manifests.snapshot import MANIFEST_SUFFIXES, SourceFile

_MARKS = (b"argoproj.io/", b"toolkit.fluxcd.io/")
_SPELLINGS = (b"\\", b"!!binary", b"tag:yaml.org,2002:binary", b"\0")
"""In such a spelling a file could hold a mark without showing it."""


def could_install(file: SourceFile) -> bool:
    """Whether a file could hold such an object, or say more of one; its bytes have to be there
    then."""
    content = file.content
    named = file.path.endswith(MANIFEST_SUFFIXES)
    if content is None or not named:
        return False
    return may_override(file.path) or any(mark in content for mark in _MARKS)


def could_deploy(content: bytes) -> bool:
    """Whether a file of that content could hold an object that is followed, however it is spelt."""
    return any(mark in content for mark in (*_MARKS, *_SPELLINGS))


def installations(
    files: Mapping[str, SourceFile], manifests: Iterable[str], known_as: AbstractSet[str]
) -> dict[str, Release]:
    """The release of each chart, by its directory, that objects in ``manifests`` install.

    The repository is ``known_as`` these, where that is known.
    A chart that they install in several ways, or in one that is not wholly known, is left out.
    """
    readings = {path: read_file(files[path]) for path in manifests if could_install(files[path])}
    deployers = deployers_in(readings)
    found: dict[str, set[Release | None]] = {}
    own = own_repository(deployers, Ground(files), known_as)
    for each in deployments(deployers, Ground(files, own)):
        if each.release is not None:
            known = each.release if each.obstacle is None else None
            found.setdefault(each.release.chart, set()).add(known)
    alone = {chart: next(iter(ways)) for chart, ways in found.items() if len(ways) == 1}
    return {chart: release for chart, release in alone.items() if release is not None}
