"""``edgewarden rendered``: tell the service what CI rendered of a commit."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from edgewarden.cli.output import BadInputError, write_blocks
from edgewarden.cli.service import server_option, service_client, told_what_it_says
from edgewarden.manifests.uploads.cleaning import Tally, cleaned
from edgewarden.manifests.uploads.document import (
    DOCUMENT_SUFFIX,
    STREAM,
    SUFFIXES,
    RenderedFile,
    Upload,
)
from edgewarden.manifests.uploads.errors import UploadError
from edgewarden.reporting.blocks import Banner, Block, Heading, Item, Items, Tone
from edgewarden.reporting.text import plain_text
from edgewarden.reporting.wording import counted
from edgewarden.workflows.inventories import ClusterNameError
from edgewarden.workflows.ports import Role, UploadPlace
from edgewarden.workflows.uploads import BranchError, CommitError, UploadOutcome, check_place

_STANDARD_INPUT = "-"


@click.group()
def rendered() -> None:
    """Tell the service what CI rendered of a commit, where the service cannot render it."""


@rendered.command()
@click.argument("source", metavar="FILE|DIR|-")
@click.option("--cluster", required=True, help="What .edgewarden.yaml calls the cluster.")
@click.option("--commit", required=True, help="The whole id of the commit that was rendered.")
@click.option("--repository", metavar="OWNER/NAME", help="The governed repository.")
@click.option("--forge", default="github", show_default=True, help="Or git/HOOK, for plain Git.")
@click.option("--branch", default="", help="The branch of which the commit is the tip.")
@server_option
@click.option("--dry-run", is_flag=True, help="Print what would be sent, and send nothing.")
def push(
    *,
    source: str,
    cluster: str,
    commit: str,
    repository: str | None,
    forge: str,
    branch: str,
    server: str | None,
    dry_run: bool,
) -> None:
    """Hand in what CI rendered for a cluster at a commit.

    FILE is a stream of YAML, as `kustomize build` and `helm template` print it, or what --dry-run
    printed; DIR holds files of YAML. They are cleaned here, before they leave: no Secret, no
    ConfigMap, no environment, no image, no command line. The token of the service is read from
    EDGEWARDEN_TOKEN.

    The exit status is 0, 1 where the service did not take it, or 2 where there is nothing to send.
    """
    if repository is None and not dry_run:
        raise click.UsageError("--repository is missing: name the governed repository")
    try:
        check_place(cluster, commit, branch)
        client = None if dry_run else service_client(server, Role.RENDERER)
        upload, tally = cleaned(_read(source))
    except (UploadError, ClusterNameError, CommitError, BranchError) as error:
        raise BadInputError(str(error)) from error
    sentence = _described(upload, cluster, commit)
    if client is None:
        banner = Banner("Nothing was sent", sentence, Tone.PLAIN)
        click.echo(plain_text(_account(banner, tally)), nl=False, err=True)
        click.echo(upload.document)
        return
    place = UploadPlace(forge, repository or "", commit, cluster)
    with told_what_it_says():
        answer = client.push_manifests(place, branch, upload.document)
    if answer.wanted:
        sentence = f"{sentence} {counted(answer.wanted, 'change')} will be reviewed again."
    banner = Banner(_OUTCOMES[answer.outcome], sentence, Tone.GOOD)
    write_blocks(_account(banner, tally), None)


def _read(source: str) -> dict[str, bytes]:
    """The files by their paths. Raises ``UploadError``."""
    try:
        if source == _STANDARD_INPUT:
            return RenderedFile(STREAM, sys.stdin.buffer.read()).streams
        path = Path(source)
        if path.is_dir():
            return dict(_below(path))
        content = path.read_bytes()
    except OSError as error:
        raise BadInputError(f"{source} cannot be read ({error.strerror})") from error
    return RenderedFile(path.name, content).streams


def _below(directory: Path) -> Iterator[tuple[str, bytes]]:
    """All files of YAML; one of another kind could hold manifests that would be missed."""
    for path in sorted(directory.rglob("*")):
        name = path.relative_to(directory).as_posix()
        if path.suffix == DOCUMENT_SUFFIX:
            raise BadInputError(f"{name} in {directory} is JSON: let the renderer print YAML")
        if path.suffix in SUFFIXES and path.is_file():
            yield name, path.read_bytes()


def _described(upload: Upload, cluster: str, commit: str) -> str:
    return (
        f"cluster {cluster} at {commit[:12]}: {counted(len(upload.files), 'file')} in "
        f"{counted(len(upload.document), 'byte')}, SHA-256 {upload.digest[:12]}."
    )


def _account(banner: Banner, tally: Tally) -> tuple[Block, ...]:
    blocks: list[Block] = [banner]
    for title, counts, tone in (
        ("In it", tally.kept, Tone.PLAIN),
        ("Left out", tally.dropped, Tone.QUIET),
    ):
        if counts:
            items = tuple(Item(f"{kind}: {count}", tone) for kind, count in counts.items())
            blocks += [Heading(title), Items(items)]
    return tuple(blocks)


_OUTCOMES = {
    UploadOutcome.FIRST: "Taken in",
    UploadOutcome.REPLACED: "Taken in, in place of something else",
    UploadOutcome.UNCHANGED: "Known already",
}
