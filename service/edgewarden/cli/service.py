"""The running service, as the commands that hand something in meet it."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from edgewarden.adapters.service_client import PushError, ServiceClient
from edgewarden.reporting.escaping import visible
from edgewarden.settings import SettingsError, load_client_settings
from edgewarden.workflows.ports import Role

server_option = click.option(
    "--server", metavar="URL", help="The service; EDGEWARDEN_ADDRESS if absent."
)


def service_client(server: str | None, role: Role) -> ServiceClient:
    """The service as the owner of EDGEWARDEN_TOKEN sees it, who needs that role."""
    try:
        settings = load_client_settings(server, role)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    return ServiceClient(settings.address, settings.token.get_secret_value())


@contextmanager
def told_what_it_says() -> Iterator[None]:
    """Why the service did not take something, as an error of the command."""
    try:
        yield
    except PushError as error:
        raise click.ClickException(visible(str(error))) from error
