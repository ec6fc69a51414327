"""``edgewarden config``: what a repository says of itself."""

import click

from edgewarden.cli.configuration_account import configuration_account
from edgewarden.cli.output import write_blocks
from edgewarden.cli.pack import pack_of
from edgewarden.cli.trees import BadConfigurationError, read_configuration, read_one
from edgewarden.manifests.division import divide
from edgewarden.workflows.configuration.configuration import ConfigurationError
from edgewarden.workflows.configuration.notices import astray, slips


@click.group()
def config() -> None:
    """Look into what a repository says of itself in .edgewarden.yaml."""


@config.command()
@click.argument("directory", default=".")
def check(*, directory: str) -> None:
    """Tell what .edgewarden.yaml means, or its faults and those of the files that it names.

    DIRECTORY is the root of the repository.

    The exit status is 0, or 2 for a configuration that cannot be used.
    """
    tree = read_one(directory, None).tree
    configuration = read_configuration(tree)
    division = divide(tree, tuple(each.area for each in configuration.clusters))
    wrong = (*slips(configuration.clusters, (tree,), (division,)), *astray(configuration, tree))
    if wrong:
        raise BadConfigurationError(ConfigurationError(wrong))
    pack_of(tree, configuration)
    write_blocks(configuration_account(tree, configuration, division), None)
