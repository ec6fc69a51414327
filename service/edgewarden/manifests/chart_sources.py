"""Which template of a chart each document of Helm's output comes from."""

import posixpath
import re
from bisect import bisect_right

from edgewarden.manifests.rendered import Root

_SOURCE = re.compile(r"# Source: [^/]+/(.+)")


class ChartSources:
    """What Helm writes before each document: the path of the template, below the chart's name.

    It is in the output, so a template can write another one. It is taken for a place and for
    nothing else, and only where the root has such a file.
    """

    def __init__(self, output: str, root: Root) -> None:
        self._lines = [0]
        self._paths = [root.marker]
        for number, line in enumerate(output.split("\n"), 1):
            found = _SOURCE.fullmatch(line.rstrip("\r"))
            if found:
                path = posixpath.join(root.directory, found[1])
                self._lines.append(number)
                self._paths.append(path if path in root.inputs else root.marker)

    def at(self, line: int) -> str:
        """The template of what stands at a line of the output; else what makes the root."""
        return self._paths[bisect_right(self._lines, line) - 1]
