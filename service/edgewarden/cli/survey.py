"""``edgewarden survey``: what a repository looks like before anything changes."""

from datetime import UTC, datetime
from pathlib import Path

import click

from edgewarden.adapters.cache.entries import Entries
from edgewarden.cli.cache import cache_option
from edgewarden.cli.clusters import chosen, cluster_option
from edgewarden.cli.output import (
    Format,
    exit_status,
    format_option,
    output_option,
    write_blocks,
    write_pieces,
    write_text,
)
from edgewarden.cli.surroundings import check_inventories, inventory_option, read_surroundings
from edgewarden.cli.trees import read_alone, read_one
from edgewarden.governance.review import Verdict
from edgewarden.reporting.outline import render_outline
from edgewarden.reporting.survey_json import survey_json
from edgewarden.reporting.survey_view import survey_outline
from edgewarden.workflows.configuration.tree_configuration import usable_configuration
from edgewarden.workflows.states import states_of
from edgewarden.workflows.survey import surveyed


@click.command()
@click.argument("directory", required=False)
@click.option(
    "--repo",
    type=click.Path(path_type=Path),
    help="Take DIRECTORY as a revision of this Git repository; HEAD if it is left out.",
)
@cluster_option
@inventory_option
@cache_option
@format_option
@click.option("--exit-code", is_flag=True, help="Exit with 3 where something was not judged.")
@output_option
@click.pass_context
def survey(
    ctx: click.Context,
    *,
    directory: str | None,
    repo: Path | None,
    cluster: str | None,
    inventories: tuple[str, ...],
    entries: Entries,
    output_format: Format,
    exit_code: bool,
    output: Path | None,
) -> None:
    """Tell what the manifests below DIRECTORY are, and what cannot be seen there.

    It needs no server and no token: clusters, policies by shape, the most exposed namespaces, what
    would remove most uncertainty. Without DIRECTORY it is about this one.

    The exit status is 0, or 2 for input that cannot be read; with --exit-code also 3 where
    something was not judged.
    """
    given = read_one(directory or ("." if repo is None else "HEAD"), repo, entries)
    configuration = usable_configuration(given.tree)
    surroundings = read_surroundings(inventories, configuration, datetime.now(UTC))
    read = read_alone(given, configuration)
    states = states_of(read, surroundings)
    check_inventories(inventories, [each.name for each in states])
    if cluster is not None:
        states = (chosen(states, cluster),)
    found = surveyed(read, states, surroundings)
    match output_format:
        case Format.TEXT:
            write_blocks(survey_outline(found), output)
        case Format.JSON:
            write_pieces(survey_json(found), output)
        case Format.MARKDOWN:
            write_text(render_outline("Edgewarden survey", survey_outline(found)), output)
    if exit_code:
        decisive = any(problem.decisive for problem in found.survey.problems)
        ctx.exit(exit_status(Verdict.PASS, inconclusive=decisive, different=False))
