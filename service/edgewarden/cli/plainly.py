"""Settings for the commands that run the service, and their failures without a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.exc import OperationalError

from edgewarden.adapters.ports import is_taken
from edgewarden.adapters.store.engine import DatabaseAddressError
from edgewarden.bootstrap import NO_ANSWER, NotReadyError
from edgewarden.settings import PREFIX, Settings, SettingsError, load_settings
from edgewarden.workflows.rulebook.faults import RulebookError
from edgewarden.workflows.texts import UnfitTextError

_PATIENCE = 5.0
"""Seconds that a service which is ending has to let go of the port."""


def refuse_taken_port(settings: Settings) -> None:
    """Ends the command where another program listens at the address of the settings."""
    if is_taken(settings.host, settings.port, _PATIENCE):
        raise click.ClickException(
            f"another program listens on port {settings.port} of {settings.host}: end it, or set "
            f"{PREFIX}PORT to another one, and {PREFIX}ADDRESS to match"
        )


@contextmanager
def settings_or_told() -> Iterator[Settings]:
    """The settings; what is wrong with them or the database ends the command with a sentence."""
    try:
        yield load_settings()
    except (
        SettingsError,
        NotReadyError,
        DatabaseAddressError,
        RulebookError,
    ) as error:
        raise click.ClickException(str(error)) from error
    except UnfitTextError as error:
        raise click.UsageError(str(error)) from error
    except OperationalError as error:
        raise click.ClickException(NO_ANSWER) from error
