"""``edgewarden worker``: a worker alone."""

import click

from edgewarden.adapters.supervision import end_with_keeper
from edgewarden.bootstrap import run_worker
from edgewarden.cli.plainly import settings_or_told


@click.command()
@click.option("--kept", is_flag=True, hidden=True, help="End when standard input does.")
def worker(*, kept: bool) -> None:
    """Run a worker alone, on a database that is up to date.

    It reviews, publishes, reconciles and reminds. Any number of workers may run.
    """
    with settings_or_told() as settings:
        if kept:
            end_with_keeper()
        run_worker(settings)
