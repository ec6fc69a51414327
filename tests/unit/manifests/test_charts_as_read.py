"""What a chart renders to, read: its places, its hooks, and what it asks."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from edgewarden.manifests.snapshot import Rendering, Snapshot
from edgewarden.reachability.location import Problem
from tests.support.manifest_trees import names, policy_named, states_of, tree

CHART = {
    "c/Chart.yaml": "name: web\n",
    "c/templates/a.yaml": "# a\n",
    "c/templates/b.yaml": "# b\n",
}
HOOK = "name: web, annotations: {helm.sh/hook: '%s', helm.sh/hook-delete-policy: '%s'}"
MAY = "so it may be there or not"


def charted(output: str, files: Mapping[str, str] = CHART) -> Snapshot:
    """A tree whose chart in ``c`` renders to ``output``."""
    return replace(tree(files), renderings=(Rendering("c", output.encode()),))


def hook(events: str, deleted: str = "") -> str:
    return policy_named("web").replace("name: web", HOOK % (events, deleted))


def told(base: Snapshot, head: Snapshot) -> list[Problem]:
    _, state = states_of(base, head)
    assert names(state) == ["shop/web"]
    return [problem for problem in state.problems if problem.decisive]


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("# Source: web/templates/b.yaml", "c/templates/b.yaml"),
        ("# Source: web/templates/b.yaml\r", "c/templates/b.yaml"),
        ("# Source: web/../../etc/passwd", "c/Chart.yaml"),
        ("# Source: web/templates/gone.yaml", "c/Chart.yaml"),
        ("", "c/Chart.yaml"),
    ],
)
def test_an_object_of_a_chart_is_placed_at_its_template(line: str, path: str) -> None:
    first = f"---\n# Source: web/templates/a.yaml\n{policy_named('first')}"
    snapshot = charted(f"{first if line else ''}---\n{line}\n{policy_named('web')}")

    _, state = states_of(snapshot, snapshot)

    assert {each.name: each.location.path for each in state.policies}["web"] == path


def test_what_is_wrong_in_the_output_is_placed_at_its_template() -> None:
    base = charted(f"---\n# Source: web/templates/a.yaml\n{policy_named('web')}")
    head = charted("---\n# Source: web/templates/a.yaml\na: [\n", {**CHART, "c/values.yaml": ""})

    (problem, *_) = [each for each in states_of(base, head)[1].problems if each.decisive]

    assert (problem.location.path, problem.location.line) == ("c/templates/a.yaml", 1)


@pytest.mark.parametrize(
    ("events", "deleted"),
    [
        ("post-delete", ""),
        ("pre-install", ""),
        ("pre-upgrade", ""),
        ("pre-install, pre-upgrade", "before-hook-creation,hook-succeeded"),
    ],
)
def test_a_policy_that_is_there_for_a_while_is_told(events: str, deleted: str) -> None:
    changed = {**CHART, "c/values.yaml": "a: 1\n"}
    (problem,) = told(charted(policy_named("web")), charted(hook(events, deleted), changed))
    assert MAY in problem.message
    assert problem.namespaces == {"shop"}


def test_a_hook_of_every_installation_and_upgrade_is_there_like_any_other_object() -> None:
    changed = {**CHART, "c/values.yaml": "a: 1\n"}
    lasting = hook("pre-install, post-upgrade", "before-hook-creation")
    assert told(charted(policy_named("web")), charted(lasting, changed)) == []


def test_a_chart_that_asks_the_cluster_is_inconclusive_while_it_is_news() -> None:
    asking = {**CHART, "c/templates/b.yaml": "# NetworkPolicy\n{{ if lookup }}\n"}
    same = charted(policy_named("web"), asking)
    values = charted(policy_named("web"), {**asking, "c/values.yaml": "a: 1\n"})
    elsewhere = charted(policy_named("web"), {**asking, "other.yaml": "a: 1\n"})

    (problem,) = told(charted(policy_named("web")), same)

    assert "lookup (c/templates/b.yaml:2)" in problem.message
    assert (problem.location.path, problem.location.line) == ("c/templates/b.yaml", 2)
    assert len(told(same, values)) == 1
    assert told(same, elsewhere) == []
