"""What a repository is called by those who deploy from it."""

from collections.abc import Iterable

from edgewarden.manifests.deployments.addresses import repository


def named_by(addresses: Iterable[str]) -> frozenset[str]:
    """The names of a repository that is found at these addresses, without users and secrets.

    A path on this machine is a name for nobody else.
    """
    elsewhere = (each for each in addresses if not each.startswith(("/", ".", "file:")))
    return frozenset(name for name in map(repository, elsewhere) if "/" in name)
