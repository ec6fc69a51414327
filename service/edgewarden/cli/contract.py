"""``edgewarden contract``: who is meant to talk to whom, and whether that is so."""

from datetime import UTC, date, datetime
from pathlib import Path

import click

from edgewarden.adapters.cache.entries import Entries
from edgewarden.cli.cache import cache_option
from edgewarden.cli.clusters import chosen, cluster_option
from edgewarden.cli.contract_files import contract_of, contract_option
from edgewarden.cli.output import (
    DIFFERENT,
    INCONCLUSIVE,
    BadInputError,
    Format,
    format_option,
    output_option,
    write_blocks,
    write_pieces,
    write_text,
)
from edgewarden.cli.surroundings import check_inventories, inventory_option, read_surroundings
from edgewarden.cli.trees import read_alone, read_configuration, read_one
from edgewarden.governance.contract.contract import Contract
from edgewarden.governance.contract.first import first_contract
from edgewarden.governance.contract.today import coverage_today
from edgewarden.governance.contract.verification import Verification
from edgewarden.governance.review import Verdict
from edgewarden.manifests.snapshot import Snapshot
from edgewarden.reachability.connectivity import connectivity
from edgewarden.reachability.model import ClusterState
from edgewarden.reporting.contract_coverage import coverage_json, coverage_outline
from edgewarden.reporting.contract_draft import contract_draft
from edgewarden.reporting.contract_json import verification_json
from edgewarden.reporting.contract_view import (
    ClusterResults,
    contract_verdict,
    verification_outline,
)
from edgewarden.reporting.outline import render_outline
from edgewarden.reporting.wording import counted
from edgewarden.workflows.configuration.configuration import Configuration
from edgewarden.workflows.states import states_of

_STATUSES = {Verdict.PASS: 0, Verdict.BLOCKED: DIFFERENT, Verdict.INCONCLUSIVE: INCONCLUSIVE}

_repository_option = click.option(
    "--repo",
    type=click.Path(path_type=Path),
    help="Take DIRECTORY as a revision of this Git repository.",
)


@click.group()
def contract() -> None:
    """Hold manifests against the agreed connections of a contract."""


@contract.command()
@click.argument("directory")
@contract_option
@_repository_option
@cluster_option
@inventory_option
@cache_option
@format_option
@output_option
@click.pass_context
def verify(
    ctx: click.Context,
    *,
    directory: str,
    paths: tuple[Path, ...],
    repo: Path | None,
    cluster: str | None,
    inventories: tuple[str, ...],
    entries: Entries,
    output_format: Format,
    output: Path | None,
) -> None:
    """Tell which entries of the contract hold by the manifests below DIRECTORY.

    An entry holds, breaks, is undetermined (with the fact that would settle it), or is vacuous:
    it names nothing that is known, and that satisfies no entry.

    The exit status is 0 where every entry holds, 1 where one breaks, 3 where one is undetermined
    or vacuous, and 2 for input that cannot be read.

    \b
    Example:
      edgewarden contract verify manifests --contract contract.yaml
    """
    tree, configuration, states = _read(directory, repo, inventories, entries)
    agreed = contract_of(paths, tree, configuration)
    today = datetime.now(UTC).date()
    asked = states if cluster is None else (chosen(states, cluster),)
    found = [_verified(agreed, state, today) for state in asked]
    verdict = contract_verdict(found)
    match output_format:
        case Format.TEXT:
            write_blocks(verification_outline(found), output)
        case Format.JSON:
            told = [(result, of.cluster) for of in found for result in of.results]
            write_pieces(verification_json(verdict, told), output)
        case Format.MARKDOWN:
            write_text(render_outline("Edgewarden contract", verification_outline(found)), output)
    ctx.exit(_STATUSES[verdict])


@contract.command()
@click.argument("directory")
@contract_option
@_repository_option
@cluster_option
@inventory_option
@cache_option
@format_option
@click.option("--exit-code", is_flag=True, help="Exit with 1 where a connection has no entry.")
@output_option
@click.pass_context
def coverage(
    ctx: click.Context,
    *,
    directory: str,
    paths: tuple[Path, ...],
    repo: Path | None,
    cluster: str | None,
    inventories: tuple[str, ...],
    entries: Entries,
    output_format: Format,
    exit_code: bool,
    output: Path | None,
) -> None:
    """Tell which of today's connections have an entry in the contract, and which have none.

    The exit status is 0, or 2 for input that cannot be read; with --exit-code also 1 where a
    connection has no entry.
    """
    tree, configuration, states = _read(directory, repo, inventories, entries)
    agreed = contract_of(paths, tree, configuration)
    state = chosen(states, cluster)
    found = coverage_today(agreed.of_cluster(state.name), state, connectivity(state))
    match output_format:
        case Format.TEXT:
            write_blocks(coverage_outline(found), output)
        case Format.JSON:
            write_pieces(coverage_json(found), output)
        case Format.MARKDOWN:
            write_text(render_outline("Edgewarden contract", coverage_outline(found)), output)
    if exit_code:
        ctx.exit(DIFFERENT if found.uncovered else 0)


@contract.command("import")
@click.argument("directory")
@_repository_option
@cluster_option
@inventory_option
@cache_option
@output_option
def import_(
    *,
    directory: str,
    repo: Path | None,
    cluster: str | None,
    inventories: tuple[str, ...],
    entries: Entries,
    output: Path | None,
) -> None:
    """Write a first contract from the connections of today, for people to put reasons on.

    It holds for the manifests below DIRECTORY as they are. What only may be allowed is left out.

    The exit status is 0, or 2 for input that cannot be read.

    \b
    Example:
      edgewarden contract import manifests -o contract.yaml
    """
    _, _, states = _read(directory, repo, inventories, entries)
    state = chosen(states, cluster)
    if not state.workloads:
        raise BadInputError(
            f"no workload is known in {directory}, so no connection of today is: add the"
            " manifests of workloads, or give --inventory"
        )
    found = connectivity(state)
    drafts = first_contract(state, found.edges)
    write_text(contract_draft(drafts), output)
    left_out = (
        f", and {counted(len(found.may_edges), 'group')} of connections that only may be"
        " allowed left out"
        if found.may_edges
        else ""
    )
    click.echo(f"{counted(len(drafts), 'entry', 'entries')} written{left_out}.", err=True)


def _read(
    directory: str, repo: Path | None, inventories: tuple[str, ...], entries: Entries
) -> tuple[Snapshot, Configuration, tuple[ClusterState, ...]]:
    """A tree, what it says of itself, and the state of each of its clusters."""
    given = read_one(directory, repo, entries)
    configuration = read_configuration(given.tree)
    surroundings = read_surroundings(inventories, configuration, datetime.now(UTC))
    states = states_of(read_alone(given, configuration), surroundings)
    check_inventories(inventories, [each.name for each in states])
    return given.tree, configuration, tuple(states)


def _verified(agreed: Contract, state: ClusterState, today: date) -> ClusterResults:
    verification = Verification(state)
    results = (verification.result(entry, today) for entry in agreed.of_cluster(state.name))
    return ClusterResults(state.name, tuple(results))
