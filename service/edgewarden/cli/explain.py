"""``edgewarden explain``: why a connection is allowed or blocked, and what a change did to it."""

from datetime import UTC, datetime
from pathlib import Path

import click

from edgewarden.adapters.cache.entries import Entries
from edgewarden.cli.cache import cache_option
from edgewarden.cli.clusters import chosen, chosen_name, cluster_option
from edgewarden.cli.output import (
    BadInputError,
    Format,
    exit_status,
    format_option,
    output_option,
    write_blocks,
    write_text,
)
from edgewarden.cli.surroundings import check_inventories, inventory_option, read_surroundings
from edgewarden.cli.trees import read_alone, read_configuration, read_one, read_pair
from edgewarden.governance.review import Verdict
from edgewarden.manifests.load import StatePair
from edgewarden.reachability.concrete.index import Index
from edgewarden.reachability.concrete.transition import transition
from edgewarden.reachability.designations import DesignationError, parse_end, parse_port
from edgewarden.reachability.explain.change import explain_change
from edgewarden.reachability.explain.explanation import Answer, ChangeExplanation, Explanation
from edgewarden.reachability.explain.reasoning import explain as explain_state
from edgewarden.reachability.model import ClusterState
from edgewarden.reachability.questions import Asked, QuestionError, ask
from edgewarden.reporting.explanation_blocks import explanation_blocks
from edgewarden.reporting.explanation_json import explanation_json
from edgewarden.reporting.explanation_limits import limits_of
from edgewarden.reporting.explanation_markdown import render_explanation
from edgewarden.reporting.explanation_view import explanation_view
from edgewarden.workflows.ports import RecalledTree, TreePair
from edgewarden.workflows.recalled_readings import decode_readings
from edgewarden.workflows.states import changed_clusters, states_of


@click.command()
@click.argument("directory")
@click.argument("source")
@click.argument("destination")
@click.argument("port")
@click.option("--base", help="Tell why DIRECTORY answers otherwise than this directory.")
@click.option(
    "--repo",
    type=click.Path(path_type=Path),
    help="Take DIRECTORY, and --base, as revisions of this Git repository.",
)
@cluster_option
@inventory_option
@cache_option
@format_option
@click.option(
    "--exit-code",
    is_flag=True,
    help="Exit with 1 where the connection is blocked, and with 3 where that is not certain.",
)
@output_option
@click.pass_context
def explain(
    ctx: click.Context,
    *,
    directory: str,
    source: str,
    destination: str,
    port: str,
    base: str | None,
    repo: Path | None,
    cluster: str | None,
    inventories: tuple[str, ...],
    entries: Entries,
    output_format: Format,
    exit_code: bool,
    output: Path | None,
) -> None:
    """Tell why SOURCE may, or may not, open connections to DESTINATION on PORT.

    DIRECTORY holds the manifests of a cluster. An end is a workload (shop/web, or
    shop/web[Job] where several have that name), a pod that no manifest shows
    (shop/app=web,tier=front: namespace and labels), or an IP address outside the cluster. A port
    is 5432 (TCP), 53/udp, or a name that the destination gives it.

    The exit status is 0, or 2 for input that cannot be read; with --exit-code also 1 for a blocked
    connection, and 3 for an answer that is not certain.

    \b
    Examples:
      edgewarden explain manifests shop/web payments/db 5432
      edgewarden explain after shop/web payments/db 5432 --base before
    """
    now = datetime.now(UTC)
    if base is None:
        one = read_one(directory, repo, entries)
        configuration = read_configuration(one.tree)
        surroundings = read_surroundings(inventories, configuration, now)
        every = states_of(read_alone(one, configuration), surroundings)
        check_inventories(inventories, [each.name for each in every])
        states: tuple[ClusterState, ...] = (chosen(every, cluster),)
    else:
        states = _both(read_pair(base, directory, repo, entries), inventories, cluster, now)
    asked = _asked(states, source, destination, port)
    explanation = _explained(asked)
    limits = limits_of(asked)
    view = explanation_view(explanation, limits)
    match output_format:
        case Format.TEXT:
            write_blocks(explanation_blocks(view), output)
        case Format.JSON:
            write_text(explanation_json(explanation, limits), output)
        case Format.MARKDOWN:
            write_text(render_explanation(view), output)
    if exit_code:
        uncertain = limits.decisive or view.answer is Answer.MAY
        verdict = Verdict.INCONCLUSIVE if uncertain else Verdict.PASS
        blocked = view.answer is not Answer.ALLOWED
        ctx.exit(exit_status(verdict, inconclusive=False, different=blocked))


def _both(
    trees: TreePair, inventories: tuple[str, ...], cluster: str | None, now: datetime
) -> StatePair:
    """Those of the one cluster that is meant."""
    configuration = read_configuration(trees.base)
    surroundings = read_surroundings(inventories, configuration, now)
    clusters = changed_clusters(
        trees.base,
        trees.head,
        configuration,
        surroundings=surroundings,
        recalled=decode_readings(trees.recalled),
    )
    check_inventories(inventories, clusters.names)
    if chosen_name(clusters.names, cluster) in clusters.untouched:
        head = read_alone(RecalledTree(trees.head, trees.recalled), configuration)
        alike = chosen(states_of(head, surroundings), cluster)
        return StatePair(alike, alike)
    return next(pair for pair in clusters.whole if cluster in {None, pair.name})


def _asked(states: tuple[ClusterState, ...], source: str, destination: str, port: str) -> Asked:
    try:
        return ask(states, parse_end(source), parse_end(destination), parse_port(port))
    except (DesignationError, QuestionError) as error:
        raise BadInputError(str(error)) from error


def _explained(asked: Asked) -> Explanation | ChangeExplanation:
    first, *later = asked.states
    index = Index.of(first)
    if not later:
        return explain_state(index, asked.question)
    return explain_change(transition(index, later[0]), asked.question)
