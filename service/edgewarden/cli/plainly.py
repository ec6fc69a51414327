"""Settings for the commands that run the service, and their failures without a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.exc import OperationalError

from edgewarden.adapters.store.engine import DatabaseAddressError
from edgewarden.bootstrap import NO_ANSWER, NotReadyError
from edgewarden.governance.pack import PackError
from edgewarden.settings import Settings, SettingsError, load_settings
from edgewarden.workflows.texts import UnfitTextError


@contextmanager
def settings_or_told() -> Iterator[Settings]:
    """The settings; what is wrong with them or the database ends the command with a sentence."""
    try:
        yield load_settings()
    except (SettingsError, NotReadyError, DatabaseAddressError, PackError) as error:
        raise click.ClickException(str(error)) from error
    except UnfitTextError as error:
        raise click.UsageError(str(error)) from error
    except OperationalError as error:
        raise click.ClickException(NO_ANSWER) from error
