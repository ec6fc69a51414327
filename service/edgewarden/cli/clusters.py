"""The option of the commands that are about one cluster."""

from collections.abc import Sequence
from difflib import get_close_matches

import click

from edgewarden.cli.output import BadInputError
from edgewarden.reachability.model import ClusterState
from edgewarden.reachability.wording import listed

cluster_option = click.option(
    "--cluster", help="The cluster that is meant, where the manifests describe several."
)


def chosen(states: Sequence[ClusterState], name: str | None) -> ClusterState:
    """The state of the cluster of that name; of the only one without a name.

    Raises ``BadInputError``.
    """
    names = [state.name for state in states]
    return states[names.index(chosen_name(names, name))]


def chosen_name(names: Sequence[str], name: str | None) -> str:
    """That name, or the only one there is. Raises ``BadInputError``."""
    if not names:
        raise BadInputError(
            "other branches describe the clusters of .edgewarden.yaml: give a tree of one of them"
        )
    if name is None and len(names) == 1:
        return names[0]
    if name is None:
        raise BadInputError(
            f"the manifests describe {len(names)} clusters: name one of them by --cluster"
            f" ({listed(names)})"
        )
    if name not in names:
        meant = get_close_matches(name, names, n=1) or names
        raise BadInputError(f"there is no cluster {name}: did you mean {listed(meant)}?")
    return name
