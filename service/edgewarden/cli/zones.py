"""``edgewarden zones``: who is in which zone, and what passes between zones today."""

from datetime import UTC, datetime
from pathlib import Path

import click

from edgewarden.adapters.resources import shipped_zones
from edgewarden.cli.clusters import chosen, cluster_option
from edgewarden.cli.output import (
    BadFilesError,
    BadInputError,
    Format,
    exit_status,
    output_option,
    write_blocks,
    write_text,
)
from edgewarden.cli.surroundings import check_inventories, inventory_option, read_surroundings
from edgewarden.cli.trees import read_alone, read_configuration, read_one
from edgewarden.governance.review import Verdict
from edgewarden.governance.zones.today import edges_against, today
from edgewarden.governance.zones.zones import Zones
from edgewarden.manifests.snapshot import Snapshot
from edgewarden.reachability.connectivity import connectivity_of
from edgewarden.reachability.focus import Focus
from edgewarden.reporting.outline import render_outline
from edgewarden.reporting.zones_view import zones_outline
from edgewarden.workflows.configuration.configuration import (
    Configuration,
    GovernanceKind,
    GovernancePath,
)
from edgewarden.workflows.rulebook.faults import RulebookError
from edgewarden.workflows.rulebook.files import governing_files
from edgewarden.workflows.rulebook.zones import read_zone_files
from edgewarden.workflows.states import states_of


@click.command()
@click.argument("directory")
@click.option(
    "--zones",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file of zones, in place of the one that .edgewarden.yaml names.",
)
@click.option(
    "--repo",
    type=click.Path(path_type=Path),
    help="Take DIRECTORY as a revision of this Git repository.",
)
@cluster_option
@inventory_option
@click.option(
    "--format",
    "output_format",
    type=click.Choice([Format.TEXT.value, Format.MARKDOWN.value]),
    default=Format.TEXT.value,
    show_default=True,
    help="How to write the answer.",
)
@click.option("--exit-code", is_flag=True, help="Exit with 1 where something passes against terms.")
@output_option
@click.pass_context
def zones(
    ctx: click.Context,
    *,
    directory: str,
    file: Path | None,
    repo: Path | None,
    cluster: str | None,
    inventories: tuple[str, ...],
    output_format: str,
    exit_code: bool,
    output: Path | None,
) -> None:
    """Tell who is in which zone by the manifests below DIRECTORY, and what passes between zones.

    It is about workloads that are known; a review judges a change for every pod it concerns.

    The exit status is 0, or 2 for input that cannot be read; with --exit-code also 1 where
    something passes against the terms.

    \b
    Examples:
      edgewarden zones manifests
      edgewarden zones manifests --zones network/zones.yaml
    """
    given = read_one(directory, repo)
    configuration = read_configuration(given.tree)
    stated = _of_file(file) if file is not None else _of_tree(given.tree, configuration)
    counting = stated.over(shipped_zones())
    surroundings = read_surroundings(inventories, configuration, datetime.now(UTC))
    states = states_of(read_alone(given, configuration), surroundings)
    check_inventories(inventories, [each.name for each in states])
    state = chosen(states, cluster)
    pictures = today(state, connectivity_of(state, Focus(None, None, None)), counting)
    outline = zones_outline(pictures)
    if output_format == Format.MARKDOWN:
        write_text(render_outline("Edgewarden zones", outline), output)
    else:
        write_blocks(outline, output)
    if exit_code:
        against = bool(edges_against(pictures))
        ctx.exit(exit_status(Verdict.PASS, inconclusive=False, different=against))


def _of_file(file: Path) -> Zones:
    try:
        return read_zone_files({str(file): file.read_bytes()})
    except RulebookError as error:
        raise BadFilesError(map(str, error.faults)) from error
    except OSError as error:
        raise BadInputError(f"{file} cannot be read: {error.strerror}") from error


def _of_tree(tree: Snapshot, configuration: Configuration) -> Zones:
    """Those of the file that the configuration names."""
    files = tuple(governing_files(tree, configuration, GovernanceKind.ZONES))
    if not files and (named := _named(configuration)):
        raise BadInputError(f"{named.location} names {named.path}, which is not there: correct it")
    try:
        return read_zone_files({each.path: each.content or b"" for each in files})
    except RulebookError as error:
        raise BadFilesError(map(str, error.faults)) from error


def _named(configuration: Configuration) -> GovernancePath | None:
    kinds = (each for each in configuration.governance if each.kind is GovernanceKind.ZONES)
    return next(kinds, None)
