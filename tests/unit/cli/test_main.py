import click
import pytest
from click.testing import CliRunner

from edgewarden import __version__
from edgewarden.cli.main import SUBCOMMANDS, main


def test_the_overview_names_every_command() -> None:
    result = CliRunner().invoke(main, ["--help"])

    assert result.exit_code == 0
    assert all(f"\n  {name} " in result.stdout for name in SUBCOMMANDS)


def test_the_version_is_that_of_the_package() -> None:
    assert CliRunner().invoke(main, ["--version"]).stdout == f"edgewarden, version {__version__}\n"


@pytest.mark.parametrize("name", sorted(SUBCOMMANDS))
def test_every_command_can_be_loaded_and_is_called_what_it_is_listed_as(name: str) -> None:
    command = main.get_command(click.Context(main), name)

    assert command is not None
    assert command.name == name


def test_an_unknown_command_is_bad_input() -> None:
    assert CliRunner().invoke(main, ["nothing"]).exit_code == 2


@pytest.mark.parametrize("name", ["connectivity", "diff", "explain"])
def test_the_default_format_is_shown_as_it_is_written(name: str) -> None:
    shown = CliRunner().invoke(main, [name, "--help"]).stdout
    assert "[default: text]" in " ".join(shown.split())
