"""``edgewarden rules``: what changes are judged by, and whether it does what it says."""

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

import click

from edgewarden.adapters.cache.entries import Entries
from edgewarden.adapters.resources import shipped_plugins, shipped_rules
from edgewarden.adapters.rule_files import rules_in
from edgewarden.cli.cache import cache_option
from edgewarden.cli.output import (
    DIFFERENT,
    BadFilesError,
    BadInputError,
    Format,
    format_option,
    output_option,
    write_blocks,
    write_pieces,
    write_text,
)
from edgewarden.cli.pack import pack_of
from edgewarden.cli.rule_fixtures import read_fixtures
from edgewarden.cli.trees import read_alone, read_configuration, read_one
from edgewarden.governance.pack import PolicyPack
from edgewarden.manifests.collector import collect_rarely
from edgewarden.reporting.check_view import check_outline
from edgewarden.reporting.finding_json import findings_json
from edgewarden.reporting.outline import render_outline
from edgewarden.reporting.rule_list import rules_json, rules_outline
from edgewarden.reporting.rule_page import Example, rule_page
from edgewarden.reporting.rule_test_view import junit_text, tests_outline
from edgewarden.workflows.ownership import read_owners
from edgewarden.workflows.rule_tests import mutated, tried, tried_fixture
from edgewarden.workflows.rulebook.faults import RulebookError
from edgewarden.workflows.rulebook.rule_file import RuleFile, RuleTest
from edgewarden.workflows.standing import standing_findings
from edgewarden.workflows.states import states_of


@click.group()
def rules() -> None:
    """List, explain and test the rules that changes are judged by.

    PATHS are files or directories of rules; without any it is about those that come with
    Edgewarden.
    """


_PATHS = click.argument("paths", nargs=-1, type=click.Path(path_type=Path))


@rules.command("list")
@_PATHS
@format_option
@output_option
def list_rules(*, paths: tuple[Path, ...], output_format: Format, output: Path | None) -> None:
    """Name all rules, the strictest first."""
    terms = [each.terms for each in _read(paths)]
    match output_format:
        case Format.TEXT:
            write_blocks(rules_outline(terms), output)
        case Format.JSON:
            write_pieces(rules_json(terms), output)
        case Format.MARKDOWN:
            write_text(render_outline("Rules", rules_outline(terms)), output)


@rules.command()
@click.argument("rule")
@_PATHS
@output_option
def explain(*, rule: str, paths: tuple[Path, ...], output: Path | None) -> None:
    """Say what RULE means, with a bad and a good manifest, why, and how to fix it."""
    read = _read(paths)
    named = {name: each for each in read for name in (each.terms.id, *each.terms.aliases)}
    found = named.get(rule)
    if found is None:
        close = get_close_matches(rule, named, n=1)
        told = f"there is no rule {rule} {'in these files' if paths else 'of Edgewarden'}"
        meant = f"did you mean {close[0]}?" if close else "`edgewarden rules list` names all."
        own = "" if paths or close else " Behind a rule of your own name its file."
        raise BadInputError(f"{told}; {meant}{own}")
    write_text(page_of(found), output)


def page_of(rule: RuleFile) -> str:
    """The page of a rule: its first test that finds something is the bad example."""
    bad = next(test for test in rule.tests if test.finds)
    good = next(test for test in rule.tests if not test.finds)
    return rule_page(rule.terms, _example(bad), _example(good))


def _example(test: RuleTest) -> Example:
    return Example(test.before, test.after, test.request)


@rules.command()
@_PATHS
@click.option(
    "--fixtures",
    "fixtures",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Directories with before/, after/ and expected.yaml, or directories of such; several "
    "times for several.",
)
@click.option("--mutate", is_flag=True, help="Hold the tests to wrong versions of each rule, too.")
@click.option(
    "--junit",
    "junit_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the results to this file as JUnit XML, too.",
)
@output_option
@click.pass_context
def test(
    ctx: click.Context,
    *,
    paths: tuple[Path, ...],
    fixtures: tuple[Path, ...],
    mutate: bool,
    junit_file: Path | None,
    output: Path | None,
) -> None:
    """Run the tests that come with the rules.

    The exit status is 0, 1 where a test failed, or 2 for input that cannot be read.
    """
    read = _read(paths)
    plugins = shipped_plugins()
    done = [each for rule in read for each in tried(rule, plugins)]
    if mutate:
        done += (each for rule in read for each in mutated(rule, plugins))
    pack = PolicyPack(tuple(rule.terms for rule in read), (), "", plugins=plugins)
    done += (tried_fixture(each, pack) for each in read_fixtures(fixtures))
    write_blocks(tests_outline(done, len(read)), output)
    if junit_file is not None:
        write_text(junit_text(done), junit_file)
    if any(each.fault for each in done):
        ctx.exit(DIFFERENT)


@rules.command()
@click.argument("directory", default=".")
@cache_option
@format_option
@output_option
def check(*, directory: str, entries: Entries, output_format: Format, output: Path | None) -> None:
    """Tell what the rules object to in DIRECTORY as it stands.

    A review only tells what a change introduces; this tells what was there before. The rules are
    those of Edgewarden, and those that .edgewarden.yaml names.
    """
    collect_rarely()
    given = read_one(directory, None, entries)
    configuration = read_configuration(given.tree)
    pack = pack_of(given.tree, configuration)
    states = states_of(read_alone(given, configuration))
    owners = read_owners(given.tree, configuration.owners)
    found = [(state.name, standing_findings(state, pack, owners)) for state in states]
    outline = check_outline(found, pack.rules)
    match output_format:
        case Format.TEXT:
            write_blocks(outline, output)
        case Format.JSON:
            write_pieces(findings_json(found), output)
        case Format.MARKDOWN:
            write_text(render_outline("What the rules object to", outline), output)


def _read(paths: Sequence[Path]) -> tuple[RuleFile, ...]:
    try:
        read = rules_in(paths) if paths else shipped_rules()
    except RulebookError as error:
        raise BadFilesError(map(str, error.faults)) from error
    except OSError as error:
        raise BadInputError(str(error)) from error
    if not read:
        raise BadInputError(f"no rule is in {', '.join(map(str, paths))}: name files of rules")
    return read
