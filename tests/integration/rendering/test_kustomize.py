"""What kustomize itself makes of overlays, from the files of a tree to the states of a cluster."""

import sys
from pathlib import Path

from edgewarden.adapters.rendering.limits import RenderingLimits
from edgewarden.adapters.rendering.programs import Program
from edgewarden.adapters.rendering.renderer import ConfinedRenderer
from edgewarden.manifests.rendered import Tool
from edgewarden.manifests.snapshot import LARGEST_FEED, Omission, Snapshot, affordable_feed
from edgewarden.reachability.location import Problem, ProblemKind
from edgewarden.reachability.model import ClusterState
from tests.support.manifest_trees import names, states_of, tree
from tests.support.rendering import KUSTOMIZE, obstacle, rendered, stand_in

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: db
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
  - from:
    - podSelector: {matchLabels: {app: web}}
    ports: [{port: 5432}]
"""
OVERLAY = {
    "base/kustomization.yaml": f"{KUSTOMIZE}resources: [db.yaml]\n",
    "base/db.yaml": POLICY,
    "prod/kustomization.yaml": f"{KUSTOMIZE}namespace: shop\nresources: [../base]\n",
}
WRITTEN = POLICY.replace("name: db", "name: db\n  namespace: shop")


def states(base: dict[str, str], head: dict[str, str]) -> tuple[ClusterState, ClusterState]:
    before, after = rendered(base, head)
    return states_of(before, after)


def decisive(*sides: ClusterState) -> list[Problem]:
    return [problem for each in sides for problem in each.problems if problem.decisive]


def test_an_overlay_is_judged_by_what_it_renders() -> None:
    patched = {
        **OVERLAY,
        "prod/kustomization.yaml": f"{OVERLAY['prod/kustomization.yaml']}"
        "patches: [{target: {kind: NetworkPolicy}, path: port.json}]\n",
        "prod/port.json": '[{"op": "replace", "path": "/spec/ingress/0/ports/0/port",'
        ' "value": 5433}]',
    }

    base, head = states(OVERLAY, patched)

    assert names(base) == names(head) == ["shop/db"]
    (before,), (after,) = base.policies, head.policies
    assert [each.ingress[0].location.spot for each in (before, after)] == [
        "base/db.yaml:8",
        "prod/port.json:1",
    ]
    assert before != after
    assert base.problems == head.problems == ()


def test_moves_between_plain_files_overlays_and_set_namespaces_are_no_change() -> None:
    plain = {"shop/db.yaml": WRITTEN}
    named = {**OVERLAY, "prod/kustomization.yaml": f"{KUSTOMIZE}resources: [../base]\n"}
    named["base/db.yaml"] = WRITTEN
    moved = {path.replace("prod/", "clusters/a/"): text for path, text in OVERLAY.items()}
    moved["clusters/a/kustomization.yaml"] = (
        f"{KUSTOMIZE}namespace: shop\nresources: [../../base]\n"
    )
    shapes = (plain, OVERLAY, named, moved)
    for base, head in [(one, other) for one in shapes for other in shapes]:
        before, after = states(base, head)
        assert before.policies == after.policies
        assert names(before) == ["shop/db"]
        assert before.problems == after.problems == ()


def test_files_of_any_name_feed_a_root() -> None:
    files = {
        "k/kustomization.yaml": f"{KUSTOMIZE}resources: [policy]\n"
        "configMapGenerator: [{name: c, files: [settings.ini]}]\n",
        "k/policy": WRITTEN,
        "k/settings.ini": "a=1\n",
    }

    snapshot, _ = rendered(files, files)

    assert {file.path: file.omission for file in snapshot.files} == {
        "k/kustomization.yaml": None,
        "k/policy": Omission.NOT_A_MANIFEST,
        "k/settings.ini": Omission.NOT_A_MANIFEST,
    }
    base, _ = states_of(snapshot, snapshot)
    assert names(base) == ["shop/db"]
    assert base.policies[0].location.path == "k/kustomization.yaml"


def test_what_kustomize_complains_of_is_told_where_it_is_named() -> None:
    found = obstacle(
        {
            "base/kustomization.yaml": f"{KUSTOMIZE}configMapGenerator:\n- name: c\n"
            "  files:\n  - missing.ini\n",
            "prod/kustomization.yaml": f"{KUSTOMIZE}resources: [../base]\n",
        }
    )

    assert (found.path, found.line) == ("base/kustomization.yaml", 6)
    assert found.message.startswith("kustomize says: ")
    assert "base/missing.ini: no such file or directory" in found.message
    assert "/tmp" not in found.message


def test_plugins_and_functions_are_not_run() -> None:
    function = (
        "apiVersion: example.com/v1\nkind: Made\nmetadata:\n  name: m\n  annotations:\n"
        "    config.kubernetes.io/function: |\n      exec: {path: ./run.sh}\n"
    )
    files = {
        "kustomization.yaml": f"{KUSTOMIZE}generators: [f.yaml]\n",
        "f.yaml": function,
        "run.sh": "#!/bin/sh\necho kind: ran\n",
    }

    assert "plugin" in obstacle(files).message


def test_a_file_behind_a_link_is_not_in_the_tree_that_is_rendered() -> None:
    found = obstacle(
        {
            "k/kustomization.yaml": f"{KUSTOMIZE}resources: [out/passwd]\n",
            "k/out": Omission.DIRECTORY_LINK,
        }
    )

    assert "names `out/passwd`, which is not in the tree" in found.message


def test_one_root_that_fails_hides_no_other() -> None:
    broken = {**OVERLAY, "test/kustomization.yaml": f"{KUSTOMIZE}resources: [../base, ../base]\n"}

    base, head = states(OVERLAY, broken)

    assert names(base) == names(head) == ["shop/db"]
    (problem,) = decisive(base, head)
    assert problem.kind is ProblemKind.NOT_RENDERED
    assert "renders from test " in problem.message


def test_a_root_that_is_equal_on_both_sides_is_rendered_once(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    tmp_path.chmod(0o777)
    runs.touch()
    runs.chmod(0o666)
    program = stand_in(f"import sys; open({str(runs)!r}, 'a').write(sys.argv[1] + ' ')")
    base = {f"{name}/kustomization.yaml": f"{KUSTOMIZE}# {name}\n" for name in "ab"}
    head = {**base, "b/kustomization.yaml": f"{KUSTOMIZE}# other\n"}

    rendered(base, {**head, "plain.yaml": ""}, by=program)

    assert sorted(runs.read_text().split()) == ["./a", "./b", "./b"]


def test_a_tree_without_roots_needs_no_renderer() -> None:
    plain = tree({"a.yaml": POLICY})

    assert ConfinedRenderer(programs={}).render([plain]) == (plain,)


def test_a_program_that_is_not_installed_is_told_with_what_to_install() -> None:
    charts = {"c/Chart.yaml": "name: c\n", "k/kustomization.yaml": KUSTOMIZE}

    (snapshot,) = ConfinedRenderer(programs={}).render([tree(charts)])

    told = [each.obstacle for each in snapshot.renderings]
    assert [each and each.message for each in told] == [
        "Helm is not installed",
        "kustomize is not installed",
    ]


def test_kustomizations_that_take_too_long_to_read_are_told() -> None:
    directives = "".join(
        f"%TAG !t{number}! tag:example.com,{number}:\n" for number in range(40_000)
    )
    hostile: Snapshot = tree({"k/kustomization.yaml": f"{directives}---\n{KUSTOMIZE}"})
    renderer = ConfinedRenderer(
        RenderingLimits(seconds=1), {Tool.KUSTOMIZE: Program(sys.executable, ())}
    )

    (snapshot,) = renderer.render([hostile])

    (only,) = snapshot.renderings
    assert only.obstacle is not None
    assert only.obstacle.message == "finding what is rendered took longer than 1 s"


def test_of_files_that_only_feed_renderers_the_largest_are_left_out() -> None:
    half = 4_000_000
    sizes = {f"f{number:02}": half for number in range(10)} | {"small": 1, "huge": 5_000_001}

    taken = affordable_feed(sizes)

    assert taken == {"small", *(f"f{number:02}" for number in range(7))}
    assert sum(sizes[name] for name in taken) <= LARGEST_FEED


def test_a_webhook_calls_its_service_by_the_name_that_kustomize_gives_it() -> None:
    files = {
        "base/kustomization.yaml": f"{KUSTOMIZE}resources: [guard.yaml]\n",
        "base/guard.yaml": """\
apiVersion: v1
kind: Service
metadata: {name: guard, namespace: system}
spec: {selector: {app: guard}, ports: [{port: 443}]}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: guard}
webhooks:
- name: guard.example.org
  clientConfig: {service: {namespace: system, name: guard}}
""",
        "prod/kustomization.yaml": f"{KUSTOMIZE}namePrefix: acme-\nnamespace: guard\n"
        "resources: [../base]\n",
    }
    _, head = states(files, files)
    (caller,), (service,) = head.callers, head.services
    assert caller.name == "acme-guard"
    assert "which changes base/guard.yaml:" in str(caller.location)
    assert [(call.namespace, call.service) for call in caller.calls] == [("guard", "acme-guard")]
    assert (service.namespace, service.name) == ("guard", "acme-guard")
