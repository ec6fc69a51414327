"""``edgewarden team``: who answers for exceptions, and gets the reminders."""

import click

from edgewarden.adapters.clock import SystemClock
from edgewarden.bootstrap import opened_store
from edgewarden.cli.plainly import settings_or_told
from edgewarden.workflows.people import (
    ForgeLogin,
    UnknownMemberError,
    add_member,
    members_of,
    remove_member,
)


@click.group()
def team() -> None:
    """Say who is in the teams that own policies and exceptions, and where reminders go."""


@team.command("add-member")
@click.argument("team")
@click.argument("handle")
@click.option("--mail", help="Where the person gets mail; it stays as it was if left out.")
@click.option(
    "--login",
    metavar="FORGE:LOGIN",
    help="Who the person is on a forge, as in github:ada: whose pull requests are theirs.",
)
def add(team: str, handle: str, mail: str | None, login: str | None) -> None:
    """Make the person HANDLE a member of TEAM.

    Both are made where needed.
    """
    with settings_or_told() as settings, opened_store(settings) as store:
        account = None if login is None else ForgeLogin.written(login)
        member = add_member(team, handle, store, SystemClock(), mail=mail, login=account)
    click.echo(f"{member.handle} is in the team {team.strip()}.")
    if not member.mail:
        click.echo(f"No reminder reaches {member.handle} by mail: give --mail ADDRESS.", err=True)


@team.command("remove-member")
@click.argument("team")
@click.argument("handle")
def remove(team: str, handle: str) -> None:
    """Take the person HANDLE out of TEAM."""
    with settings_or_told() as settings, opened_store(settings) as store:
        try:
            remove_member(team, handle, store)
        except UnknownMemberError as error:
            raise click.ClickException(str(error)) from error
    click.echo(f"{handle} is not in the team {team} any more.")


@team.command("members")
@click.argument("team")
def members(team: str) -> None:
    """List who is in TEAM, each with the address for reminders."""
    with settings_or_told() as settings, opened_store(settings) as store:
        found = members_of(team, store)
    if not found:
        click.echo(f"Nobody is in the team {team}.", err=True)
    for member in found:
        click.echo(f"{member.handle}\t{member.mail or 'no address'}")
