"""``edgewarden posture``: how far namespaces have come, and what they lack."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from edgewarden.adapters.cache.entries import Entries
from edgewarden.cli.cache import cache_option
from edgewarden.cli.clusters import chosen, cluster_option
from edgewarden.cli.contract_files import contract_of, contract_option
from edgewarden.cli.output import (
    BadInputError,
    Format,
    exit_status,
    format_option,
    output_option,
    write_blocks,
    write_pieces,
    write_text,
)
from edgewarden.cli.surroundings import check_inventories, inventory_option, read_surroundings
from edgewarden.cli.trees import read_alone, read_configuration, read_one
from edgewarden.governance.contract.contract import NO_CONTRACT, Contract
from edgewarden.governance.posture.standing import ClusterStanding
from edgewarden.governance.review import Verdict
from edgewarden.manifests.snapshot import Snapshot
from edgewarden.reachability.wording import listed
from edgewarden.reporting.outline import render_outline
from edgewarden.reporting.posture_json import posture_json
from edgewarden.reporting.posture_view import posture_outline
from edgewarden.workflows.configuration.configuration import Configuration, GovernanceKind
from edgewarden.workflows.posture import postured
from edgewarden.workflows.states import states_of


@click.command()
@click.argument("directory")
@click.argument("namespaces", nargs=-1, metavar="[NAMESPACE]...")
@click.option(
    "--repo",
    type=click.Path(path_type=Path),
    help="Take DIRECTORY as a revision of this Git repository.",
)
@contract_option
@cluster_option
@inventory_option
@cache_option
@format_option
@click.option("--exit-code", is_flag=True, help="Exit with 3 where something was not judged.")
@output_option
@click.pass_context
def posture(
    ctx: click.Context,
    *,
    directory: str,
    paths: tuple[Path, ...],
    namespaces: tuple[str, ...],
    repo: Path | None,
    cluster: str | None,
    inventories: tuple[str, ...],
    entries: Entries,
    output_format: Format,
    exit_code: bool,
    output: Path | None,
) -> None:
    """Tell how far the namespaces of DIRECTORY are isolated, and in which phase they are.

    Of each NAMESPACE that is named, by what it is isolated, which pods are left out, and what it
    lacks for the next phases.

    The exit status is 0, or 2 for input that cannot be read; with --exit-code also 3 where
    something was not judged.
    """
    given = read_one(directory, repo, entries)
    configuration = read_configuration(given.tree)
    now = datetime.now(UTC)
    surroundings = read_surroundings(inventories, configuration, now)
    agreed = _contract(paths, given.tree, configuration)
    states = states_of(read_alone(given, configuration), surroundings)
    check_inventories(inventories, [each.name for each in states])
    if cluster is not None:
        states = (chosen(states, cluster),)
    report = postured(states, surroundings, agreed, namespaces, now.date())
    _check(namespaces, report.clusters)
    match output_format:
        case Format.TEXT:
            write_blocks(posture_outline(report), output)
        case Format.JSON:
            write_pieces(posture_json(report), output)
        case Format.MARKDOWN:
            write_text(render_outline("Edgewarden posture", posture_outline(report)), output)
    if exit_code:
        decisive = any(problem.decisive for problem in report.problems)
        ctx.exit(exit_status(Verdict.PASS, inconclusive=decisive, different=False))


def _contract(paths: tuple[Path, ...], tree: Snapshot, configuration: Configuration) -> Contract:
    """None has to be there. Raises ``BadInputError`` for one that cannot be used."""
    kinds = {each.kind for each in configuration.governance}
    if paths or GovernanceKind.CONTRACT in kinds:
        return contract_of(paths, tree, configuration)
    return NO_CONTRACT


def _check(asked: Sequence[str], clusters: Sequence[ClusterStanding]) -> None:
    """Raises ``BadInputError`` for a namespace that is in no cluster."""
    known = {each.posture.namespace for cluster in clusters for each in cluster.namespaces}
    unknown = [name for name in asked if name not in known]
    if unknown:
        raise BadInputError(
            f"nothing here is in namespace {listed(unknown)}: `edgewarden posture` without a name"
            " lists those that there are"
        )
