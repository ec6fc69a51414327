"""``edgewarden db``: the schema of the database."""

import click

from edgewarden.bootstrap import database_revisions, upgrade_database
from edgewarden.cli.plainly import settings_or_told


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
def upgrade() -> None:
    """Bring the schema up to date: all missing migrations, or none."""
    with settings_or_told() as settings:
        click.echo(f"The database is at revision {upgrade_database(settings)}.")


@db.command()
def current() -> None:
    """Print the revision of the database.

    The exit status is 1 where it is not up to date.
    """
    with settings_or_told() as settings:
        found, needed = database_revisions(settings)
    click.echo(found)
    if found != needed:
        raise click.ClickException(f"revision {needed} is needed: run edgewarden db upgrade")
