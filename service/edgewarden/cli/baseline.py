"""``edgewarden baseline``: the first policies of a namespace."""

from pathlib import Path

import click

from edgewarden.adapters.resources import baseline_templates, shipped_profiles
from edgewarden.cli.clusters import chosen_name, cluster_option
from edgewarden.cli.output import BadInputError
from edgewarden.cli.trees import BadConfigurationError
from edgewarden.manifests.division import CONFIGURATION_FILE
from edgewarden.manifests.syntax import label_name_fault
from edgewarden.reachability.model import ClusterProfile
from edgewarden.reporting.baseline import PolicyFile, baseline, baseline_text
from edgewarden.workflows.configuration.claims import NO_CLAIMS, ProfileClaims
from edgewarden.workflows.configuration.configuration import ConfigurationError
from edgewarden.workflows.configuration.platforms import read_platform
from edgewarden.workflows.configuration.reader import read_configuration

_STANDARD = "kubernetes"


@click.command("baseline")
@click.argument("namespace")
@click.option(
    "--platform",
    type=click.Choice(sorted(shipped_profiles())),
    default=_STANDARD,
    show_default=True,
    help="What kind of cluster it is: where DNS, monitoring and the gateway usually are.",
)
@click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The .edgewarden.yaml whose `profile` outweighs that; by default the one of this"
    " directory, if there is one.",
)
@cluster_option
@click.option("--owner", default="platform", show_default=True, help="The team to annotate.")
@click.option(
    "--into",
    metavar="DIRECTORY",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write each policy to a file of its own there instead of the standard output.",
)
def write_baseline(
    *,
    namespace: str,
    platform: str,
    config: Path | None,
    cluster: str | None,
    owner: str,
    into: Path | None,
) -> None:
    """Write the first policies of NAMESPACE, to read, to correct and to commit.

    Nobody reaches its pods and they reach nobody, but for DNS, the monitoring, and the gateway for
    pods that are exposed. Comments say what to check. See by `edgewarden diff` what that blocks
    before you merge it.

    The exit status is 0, or 2 where nothing was written.
    """
    if fault := label_name_fault(namespace):
        raise BadInputError(f"{namespace!r} is no namespace: {fault}")
    found = baseline(namespace, _profile(platform, config, cluster), baseline_templates(), owner)
    for fact in found.missing:
        click.echo(
            f"No policy for the {fact}: set `{fact}` in `profile` of {CONFIGURATION_FILE}.",
            err=True,
        )
    if into is None:
        click.echo(baseline_text(found.files), nl=False)
        return
    for each in found.files:
        _create(into / each.name, each)
    click.echo(f"{len(found.files)} policies are written to {into}.")


def _profile(platform: str, config: Path | None, cluster: str | None) -> ClusterProfile:
    """What the repository says of the cluster, and what is usual where it says nothing."""
    usual = read_platform(shipped_profiles()[platform])
    return _claims(config or Path(CONFIGURATION_FILE), cluster).over(usual).profile()


def _claims(config: Path, cluster: str | None) -> ProfileClaims:
    if not config.is_file():
        if cluster is not None:
            raise BadInputError(
                f"no file says which clusters there are: name the {CONFIGURATION_FILE} that"
                f" knows {cluster} by --config"
            )
        return NO_CLAIMS
    try:
        configuration = read_configuration(config.read_bytes())
    except ConfigurationError as error:
        raise BadConfigurationError(error) from error
    except OSError as error:
        raise BadInputError(f"{config} cannot be read ({error.strerror})") from error
    clusters = {each.name: each.claims for each in configuration.clusters}
    return clusters[chosen_name([*clusters], cluster)]


def _create(target: Path, policy: PolicyFile) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8") as file:
            file.write(policy.text)
    except OSError as error:
        raise BadInputError(
            f"{target} cannot be written ({error.strerror}): name another directory by --into"
        ) from error
