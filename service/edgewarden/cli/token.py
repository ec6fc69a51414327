"""``edgewarden token``: the credentials of the API."""

import click

from edgewarden.bootstrap import make_token, revoke_tokens
from edgewarden.cli.plainly import settings_or_told
from edgewarden.workflows.ports import Role


@click.group()
def token() -> None:
    """Make and revoke API tokens."""


@token.command()
@click.argument("handle")
@click.option("--name", required=True, help="What the token is for.")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    required=True,
    help="What the person may do; a role that the person has already is kept.",
)
def create(handle: str, name: str, role: str) -> None:
    """Make a token for the person HANDLE.

    It is printed this once, and the person is made where needed.
    """
    with settings_or_told() as settings:
        fresh = make_token(settings, handle, name, Role(role))
    click.echo(fresh.secret)
    click.echo(
        f"Keep it: it is stored as a digest and cannot be shown again. Revoke it by its "
        f"beginning, {fresh.prefix}.",
        err=True,
    )


@token.command()
@click.argument("prefix")
def revoke(prefix: str) -> None:
    """Revoke the token that begins with PREFIX.

    Its beginning was told when it was made.
    """
    with settings_or_told() as settings:
        revoked = revoke_tokens(settings, prefix)
    if not revoked:
        raise click.ClickException(f"no valid token begins with {prefix}")
    click.echo(f"Revoked {revoked} token{'s' if revoked != 1 else ''}.")
