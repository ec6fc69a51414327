"""``edgewarden init``: a first configuration of a repository."""

from pathlib import Path

import click

from edgewarden.cli.output import BadInputError
from edgewarden.cli.trees import read_one
from edgewarden.manifests.division import CONFIGURATION_FILE
from edgewarden.workflows.configuration.tree_configuration import configuration_file
from edgewarden.workflows.drafting import drafted


@click.command()
@click.argument("directory", default=".")
def init(*, directory: str) -> None:
    """Write a commented .edgewarden.yaml for the repository at DIRECTORY.

    What is found there stands in comments, so that the file changes nothing until somebody
    decides. One that is there already is left alone.

    The exit status is 0, or 2 where nothing was written.
    """
    tree = read_one(directory, None).tree
    if (known := configuration_file(tree)) is not None:
        raise BadInputError(
            f"{Path(directory) / known.path} is there already: see what it means by"
            f" edgewarden config check {directory}"
        )
    target = Path(directory) / CONFIGURATION_FILE
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(drafted(tree))
    except OSError as error:
        raise BadInputError(
            f"{target} cannot be written ({error.strerror}): make the directory writable"
        ) from error
    click.echo(f"{target} is written. What it says now is what is assumed without it; edit it, and")
    click.echo(f"see what it means by edgewarden config check {directory}")
