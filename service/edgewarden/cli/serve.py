"""``edgewarden serve``: the whole service by one command."""

import sys

import click

from edgewarden.adapters.supervision import Supervisor
from edgewarden.bootstrap import prepare, upgrade_database
from edgewarden.cli.plainly import refuse_taken_port, settings_or_told


@click.command()
@click.pass_context
def serve(ctx: click.Context) -> None:
    """Run the service: the web server and a worker, each kept running.

    The database is upgraded first; of several that start at once, one does it and the others
    wait. SIGTERM and Ctrl-C end both processes and what they started.
    """
    with settings_or_told() as settings:
        refuse_taken_port(settings)
        upgrade_database(settings)
        prepare(settings)
    edgewarden = (sys.executable, "-m", "edgewarden")
    commands = {name: (*edgewarden, name, "--kept") for name in ("web", "worker")}
    ctx.exit(Supervisor(commands).run())
