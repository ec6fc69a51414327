"""``edgewarden backtest``: what the changes of the past would have been told."""

import sys
import time
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path

import click

from edgewarden.adapters.cache.entries import Entries
from edgewarden.adapters.cache.readings import ReadingCache
from edgewarden.adapters.git.history import GitHistory
from edgewarden.adapters.rendering.renderer import ConfinedRenderer
from edgewarden.cli.cache import cache_option
from edgewarden.cli.output import (
    BadInputError,
    Format,
    format_option,
    output_option,
    write_blocks,
    write_pieces,
    write_text,
)
from edgewarden.cli.pack import shipped_pack
from edgewarden.cli.surroundings import check_inventories, inventory_option, read_surroundings
from edgewarden.cli.trees import read_configuration, read_one
from edgewarden.governance.backtest import MergedChange
from edgewarden.governance.pack import PolicyPack
from edgewarden.manifests.collector import collect_rarely
from edgewarden.reporting.backtest_json import backtest_json
from edgewarden.reporting.backtest_view import backtest_outline, rule_outline
from edgewarden.reporting.outline import render_outline
from edgewarden.workflows.backtest import backtest as replay
from edgewarden.workflows.ports import GitError
from edgewarden.workflows.surroundings import NO_SURROUNDINGS, Around

_MOST_CHANGES = 100_000


@click.command()
@click.argument("repository", type=click.Path(path_type=Path), default=Path())
@click.option(
    "--last",
    type=click.IntRange(1, _MOST_CHANGES),
    default=200,
    show_default=True,
    help="So many commits at most, the newest ones.",
)
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    help="None from before this day (UTC).",
)
@click.option(
    "--branch",
    help="The branch that changes are merged into; the default branch of a clone, or what is"
    " checked out, if it is left out.",
)
@click.option("--rule", help="Only what this rule would have found, change by change.")
@inventory_option
@cache_option
@format_option
@output_option
def backtest(
    *,
    repository: Path,
    last: int,
    since: datetime | None,
    branch: str | None,
    rule: str | None,
    inventories: tuple[str, ...],
    entries: Entries,
    output_format: Format,
    output: Path | None,
) -> None:
    """Tell what the merged changes of REPOSITORY would have been told.

    A change is a commit of the branch against its first parent: a merge, a squash or a plain
    commit. The repository is neither checked out nor fetched into. An inventory says what else the
    cluster holds today, and is taken to have been so all the time.

    The exit status is 0, or 2 for a repository that cannot be read.
    """
    collect_rarely()
    day = since.date() if since else None
    pack = shipped_pack()
    if rule is not None:
        _check_rule(rule, pack)
    try:
        history = GitHistory.of(
            repository,
            ConfinedRenderer(entries=entries),
            readings=ReadingCache(entries),
            branch=branch,
            last=last,
            since=day,
        )
    except GitError as error:
        raise BadInputError(str(error)) from error
    now = datetime.now(UTC)
    known = _surroundings(history, inventories, now) if inventories else NO_SURROUNDINGS
    # The oldest first: each one's base is the head of the one before.
    with _progress(history.changes[::-1]) as changes:
        found = replay(
            history,
            changes,
            pack=pack,
            surroundings=known,
            now=now,
            seconds=time.perf_counter,
        )
    outline = backtest_outline(found, day)
    if rule is not None:
        found = found.of_rule(rule)
        outline = rule_outline(found, rule, day)
    match output_format:
        case Format.TEXT:
            write_blocks(outline, output)
        case Format.JSON:
            write_pieces(backtest_json(found), output)
        case Format.MARKDOWN:
            write_text(render_outline("Edgewarden backtest", outline), output)


def _check_rule(rule: str, pack: PolicyPack) -> None:
    """Raises ``BadInputError`` for one that finds nothing because there is none."""
    if rule not in {each.id for each in pack.rules}:
        meant = "`edgewarden rules list` names those there are"
        raise BadInputError(f"there is no rule {rule}; {meant}")


def _surroundings(history: GitHistory, given: tuple[str, ...], now: datetime) -> Around:
    """Inventories in files, by the clusters that the newest commit names.

    Raises ``BadInputError``.
    """
    if not history.changes:
        return NO_SURROUNDINGS
    newest = read_one(history.changes[0].commit, history.repository)
    configuration = read_configuration(newest.tree)
    if configuration.named:
        check_inventories(given, [each.name for each in configuration.clusters])
    return read_surroundings(given, configuration, now)


def _progress(
    changes: tuple[MergedChange, ...],
) -> AbstractContextManager[Iterable[MergedChange]]:
    """The changes, counted on the standard error where that is a terminal."""
    if not sys.stderr.isatty():
        return nullcontext(changes)
    return click.progressbar(changes, label="Judging", file=sys.stderr, show_pos=True)
