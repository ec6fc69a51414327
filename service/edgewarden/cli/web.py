"""``edgewarden web``: the web server alone."""

import click

from edgewarden.adapters.http_server import Binding
from edgewarden.adapters.http_server import serve as serve_http
from edgewarden.adapters.supervision import end_with_keeper
from edgewarden.bootstrap import prepare, web_application
from edgewarden.cli.plainly import refuse_taken_port, settings_or_told


@click.command()
@click.option("--kept", is_flag=True, hidden=True, help="End when standard input does.")
def web(*, kept: bool) -> None:
    """Run the web server alone, on a database that is up to date."""
    with settings_or_told() as settings:
        prepare(settings)
        if kept:
            end_with_keeper()
        else:
            refuse_taken_port(settings)
        binding = Binding(settings.host, settings.port, settings.web_threads)
        serve_http(lambda: web_application(settings), binding)
