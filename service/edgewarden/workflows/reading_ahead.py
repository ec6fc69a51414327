"""The readings of a base before anything is compared with it, in parts that can be kept apart."""

from collections.abc import Set as AbstractSet
from zlib import crc32

from edgewarden.manifests.readings import FileReading
from edgewarden.manifests.recalled import Facts, Source, facts
from edgewarden.manifests.snapshot import Snapshot
from edgewarden.manifests.tree import sources
from edgewarden.workflows.cluster_parts import DividedTree
from edgewarden.workflows.configuration.claims import ProfileClaims
from edgewarden.workflows.configuration.tree_configuration import usable_configuration
from edgewarden.workflows.recalled_readings import decode_readings, encode_readings

FILES = 64
"""Parts that the files of a tree are divided into, whatever their number is: a change of one file
concerns one part, and a part of ten thousand files is still written in a few milliseconds."""
ROOTS = FILES
"""The part of what is rendered."""


def part_of(path: str) -> int:
    """The part that holds the reading of a file."""
    return crc32(path.encode("utf-8", "surrogateescape")) % FILES


def read_ahead(
    base: Snapshot,
    platform: ProfileClaims,
    recalled: tuple[bytes, ...],
    parts: AbstractSet[int],
) -> dict[int, bytes]:
    """``parts`` of what the base's own configuration has read of it, by number.

    What is ``recalled`` is not read again. Every reading of a file is in its part, as often as
    clusters read it otherwise.
    """
    known = decode_readings(recalled)
    found: dict[int, dict[Facts, dict[Source, FileReading]]] = {part: {} for part in parts}
    for each in DividedTree.of(base, usable_configuration(base), platform).parts:
        tree = each.read(known).base
        for path, source in sources(tree).items():
            part = ROOTS if path in tree.renderings else part_of(path)
            if part in parts:
                readings = found[part].setdefault(facts(each.applying), {})
                readings[source] = tree.readings[path]
    return {part: encode_readings(readings) for part, readings in found.items()}
