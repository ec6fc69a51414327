"""``edgewarden diff``: what a change opens and closes, of two directories or two revisions."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from edgewarden.adapters.cache.entries import Entries
from edgewarden.cli.cache import cache_option
from edgewarden.cli.clusters import chosen_name, cluster_option
from edgewarden.cli.focus_options import Named, focus_options
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
from edgewarden.cli.pack import shipped_pack
from edgewarden.cli.surroundings import check_inventories, inventory_option, read_surroundings
from edgewarden.cli.trees import read_configuration, read_pair
from edgewarden.governance.proposal import Proposal
from edgewarden.governance.review import Review
from edgewarden.manifests.collector import collect_rarely
from edgewarden.reachability.focus import Focus
from edgewarden.reachability.paths.path import NO_PATHS, Paths
from edgewarden.reporting.blocks import Block
from edgewarden.reporting.brief import brief_blocks
from edgewarden.reporting.layout import review_blocks
from edgewarden.reporting.view import review_view
from edgewarden.workflows.assess import conclude, judge, judged_by, propose
from edgewarden.workflows.fixes import Workbench, with_fixes
from edgewarden.workflows.ownership import read_owners
from edgewarden.workflows.recalled_readings import decode_readings
from edgewarden.workflows.rulebook.preview import held_against
from edgewarden.workflows.states import ChangedClusters, changed_clusters

CONFIGURATION = "command-line"
MOST_HOPS = 10
_SHORTENED = "Shortened: --all tells everything, and so does --format json."
MARKDOWN_LIMIT = 65_536
"""Characters: what is printed has to fit where it is pasted."""


@click.command()
@click.argument("base")
@click.argument("head")
@click.option(
    "--repo",
    type=click.Path(path_type=Path),
    help="Take BASE and HEAD as revisions of this Git repository instead of directories.",
)
@cluster_option
@inventory_option
@focus_options
@click.option(
    "--hops",
    type=click.IntRange(1, MOST_HOPS),
    help="Tell as well which paths, over so many connections at most, become possible between"
    " the ends of --from and --to.",
)
@format_option
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Tell every statement, cause and item of the checklist in the text.",
)
@cache_option
@click.option(
    "--exit-code",
    is_flag=True,
    help="Exit with 1 where something differs, and with 3 where something was not judged.",
)
@output_option
@click.pass_context
def diff(
    ctx: click.Context,
    *,
    base: str,
    head: str,
    repo: Path | None,
    cluster: str | None,
    inventories: tuple[str, ...],
    sources: tuple[str, ...],
    destinations: tuple[str, ...],
    ports: tuple[str, ...],
    hops: int | None,
    output_format: Format,
    everything: bool,
    entries: Entries,
    exit_code: bool,
    output: Path | None,
) -> None:
    """Tell what the change from BASE to HEAD opens and closes.

    BASE and HEAD are directories of manifests, or revisions with --repo. With --from, --to and
    --port the verdict is about these connections, and the findings about policies that change
    them. The .edgewarden.yaml of BASE says what is read.

    The exit status is 0, or 2 for input that cannot be read; with --exit-code also 1 where
    something differs, and 3 where something was not judged.

    \b
    Examples:
      edgewarden diff before after
      edgewarden diff --repo . main my-branch --to payments/db
    """
    collect_rarely()
    named = Named.of(sources, destinations, ports)
    if hops is not None and not (sources and destinations):
        raise BadInputError("--hops needs --from and --to: name the ends of the paths")
    trees = read_pair(base, head, repo, entries)
    configuration, now = read_configuration(trees.base), datetime.now(UTC)
    surroundings = read_surroundings(inventories, configuration, now)
    recalled = decode_readings(trees.recalled)
    clusters = changed_clusters(
        trees.base,
        trees.head,
        configuration,
        surroundings=surroundings,
        recalled=recalled,
    )
    check_inventories(inventories, clusters.names)
    if cluster is not None:
        clusters = _only(clusters, cluster)
    book = held_against(trees, configuration, shipped_pack())
    clusters = judged_by(clusters, book)
    owners = read_owners(trees.base, configuration.owners)
    judged = [
        (
            proposal,
            judge(
                replace(proposal, diff=focus.diff(proposal.diff)),
                pack=book.pack,
                exceptions=(),
                now=now,
                paths=NO_PATHS if hops is None else _new_paths(proposal, focus, hops),
            ),
        )
        for proposal, focus in named.in_each(propose(pair, owners) for pair in clusters.touched)
    ]
    bench = Workbench(
        trees.head, book.pack, configuration, surroundings=surroundings, recalled=recalled
    )
    review = conclude(with_fixes(judged, bench), clusters, trees=trees, pack=book.pack, now=now)
    told = _everything if everything else _first
    _write(review, output_format, output, told)
    if exit_code:
        ctx.exit(
            exit_status(
                review.verdict,
                inconclusive=review.inconclusive,
                different=review.different,
            )
        )


def _only(clusters: ChangedClusters, name: str) -> ChangedClusters:
    """That cluster alone."""
    chosen_name(clusters.names, name)
    return replace(
        clusters,
        touched=tuple(pair for pair in clusters.touched if pair.name == name),
        untouched=tuple(each for each in clusters.untouched if each == name),
    )


def _new_paths(proposal: Proposal, focus: Focus, hops: int) -> Paths:
    # Only here: few ask for paths, and what finds them takes long to load.
    from edgewarden.reachability.paths.new_paths import new_paths  # noqa: PLC0415

    return new_paths(proposal.head, proposal.diff, focus, hops)


def _first(review: Review) -> tuple[Block, ...]:
    return brief_blocks(review_view(review), _SHORTENED)


def _everything(review: Review) -> tuple[Block, ...]:
    return review_blocks(review_view(review))


def _write(
    review: Review,
    output_format: Format,
    output: Path | None,
    told: Callable[[Review], tuple[Block, ...]],
) -> None:
    """Each format is loaded where it is asked for; ``told`` is what the text tells."""
    match output_format:
        case Format.TEXT:
            write_blocks(told(review), output)
        case Format.JSON:
            from edgewarden.reporting.json_report import diff_json  # noqa: PLC0415

            write_pieces(diff_json(review), output)
        case Format.MARKDOWN:
            from edgewarden.reporting.comment import render_comment  # noqa: PLC0415

            text = render_comment(
                review, configuration=CONFIGURATION, address="", limit=MARKDOWN_LIMIT
            )
            write_text(text, output)
