"""A cluster that `kubectl` can ask."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from edgewarden.adapters.rendering.programs import program_path
from tests.support.cluster_api import Cluster, served_cluster


@pytest.fixture
def kubectl() -> str:
    """The program; skips the test where there is none."""
    path = program_path("kubectl")
    if path is None:
        pytest.skip("no kubectl: install it, or edgewarden[kustomize]")
    return path


@pytest.fixture
def environment_of(tmp_path: Path) -> Iterator[Callable[[Cluster], dict[str, str]]]:
    """Serves clusters until the end of a test; what `kubectl` needs to find one."""
    with ExitStack() as served:

        def serve(cluster: Cluster) -> dict[str, str]:
            kubeconfig = served.enter_context(served_cluster(cluster, tmp_path))
            return {"KUBECONFIG": str(kubeconfig), "HOME": str(tmp_path)}

        yield serve
