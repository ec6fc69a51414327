"""``edgewarden connectivity``: who may talk to whom by the manifests of one directory."""

from datetime import UTC, datetime
from pathlib import Path

import click

from edgewarden.adapters.cache.entries import Entries
from edgewarden.cli.cache import cache_option
from edgewarden.cli.clusters import chosen, cluster_option
from edgewarden.cli.focus_options import Named, focus_options
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
from edgewarden.cli.trees import read_alone, read_configuration, read_one
from edgewarden.reachability.connectivity import connectivity_of
from edgewarden.reachability.named_focus import with_named_pods
from edgewarden.reporting.connectivity_markdown import render_connectivity
from edgewarden.reporting.connectivity_view import connectivity_verdict, connectivity_view
from edgewarden.reporting.json_report import connectivity_json
from edgewarden.reporting.layout import connectivity_blocks
from edgewarden.workflows.states import states_of


@click.command()
@click.argument("directory")
@click.option(
    "--repo",
    type=click.Path(path_type=Path),
    help="Take DIRECTORY as a revision of this Git repository.",
)
@cluster_option
@inventory_option
@focus_options
@cache_option
@format_option
@click.option("--exit-code", is_flag=True, help="Exit with 3 where something was not judged.")
@output_option
@click.pass_context
def connectivity(
    ctx: click.Context,
    *,
    directory: str,
    repo: Path | None,
    cluster: str | None,
    inventories: tuple[str, ...],
    sources: tuple[str, ...],
    destinations: tuple[str, ...],
    ports: tuple[str, ...],
    entries: Entries,
    output_format: Format,
    exit_code: bool,
    output: Path | None,
) -> None:
    """List who may talk to whom by the manifests below DIRECTORY.

    Ask who reaches a workload with --to, and whom it reaches with --from. Pods by labels that no
    manifest shows are asked about as one pod with these labels.

    The exit status is 0, or 2 for input that cannot be read; with --exit-code also 3 where
    something was not judged.

    \b
    Examples:
      edgewarden connectivity manifests --to payments/db
      edgewarden connectivity manifests --from shop/app=web
    """
    named = Named.of(sources, destinations, ports)
    given = read_one(directory, repo, entries)
    configuration = read_configuration(given.tree)
    surroundings = read_surroundings(inventories, configuration, datetime.now(UTC))
    states = states_of(read_alone(given, configuration), surroundings)
    check_inventories(inventories, [each.name for each in states])
    manifests = chosen(states, cluster)
    state = with_named_pods(manifests, named.ends)
    answer = connectivity_of(state, named.focus((state,)))
    tree = directory if cluster is None else f"{directory} for cluster {cluster}"
    match output_format:
        case Format.TEXT:
            write_blocks(connectivity_blocks(connectivity_view(state, answer, tree)), output)
        case Format.JSON:
            write_pieces(connectivity_json(state, answer), output)
        case Format.MARKDOWN:
            write_text(render_connectivity(connectivity_view(state, answer, tree)), output)
    if exit_code:
        verdict = connectivity_verdict(state)
        ctx.exit(exit_status(verdict, inconclusive=False, different=False))
