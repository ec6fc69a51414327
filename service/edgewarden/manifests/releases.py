"""How charts are installed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Release:
    """How the chart of a directory is installed. An empty text is what Helm takes by itself.

    ``values`` are the paths of files in the tree, given in this order on top of the chart's own.
    """

    chart: str
    name: str = ""
    namespace: str = ""
    values: tuple[str, ...] = ()
