"""Objects that are written to harm whoever reads what they deploy."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgewarden.manifests.load import load_state, load_states
from edgewarden.manifests.snapshot import Snapshot
from tests.support.deploying import HERE, application, application_set, deployed, only, why
from tests.support.manifest_trees import PROFILE, names, policy_named, tree, trees_of

_KEYS = (
    *("apiVersion", "app", "automated", "chart", "clone", "clusters", "components", "data"),
    *("destination", "directories", "directory", "elements", "exclude", "files", "foreach"),
    *("generate", "generators", "git", "goTemplate", "helm", "include", "kind", "kinds"),
    *("kubeConfig", "kustomize", "list", "match", "matrix", "merge", "mergeKeys", "metadata"),
    *("mutate", "name", "names", "namespace", "objects", "patches", "path", "postBuild", "prune"),
    *("ref", "releaseName", "repoURL", "resources", "rules", "selector", "server", "source"),
    *("sourceRef", "sources", "spec", "substitute", "syncPolicy", "targetNamespace"),
    *("targetRevision", "template", "url", "valueFiles", "values", "any", "all"),
)
_TEXTS = (
    *("", ".", "..", "/", "//", "../..", "apps", "apps/*", "**", "*" * 50, "[", "{a,{b", "\0"),
    *("{{path}}", "{{.path.path}}", "{{ index .a 99999999999999999999 }}", "{{" * 40, "HEAD"),
    *(HERE, "https://", "a" * 300, "GitRepository", "Namespace", "NetworkPolicy", "apps/web"),
)
_SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False)
_VALUES = st.recursive(
    _SCALARS | st.sampled_from(_TEXTS),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS), inner, max_size=5)
    ),
    max_leaves=30,
)
_KINDS = (
    ("argoproj.io/v1alpha1", "Application"),
    ("argoproj.io/v1alpha1", "ApplicationSet"),
    ("kustomize.toolkit.fluxcd.io/v1", "Kustomization"),
    ("helm.toolkit.fluxcd.io/v2", "HelmRelease"),
    ("source.toolkit.fluxcd.io/v1", "GitRepository"),
    ("kyverno.io/v1", "ClusterPolicy"),
    ("kyverno.io/v1", "Policy"),
    ("template.openshift.io/v1", "Template"),
)


@st.composite
def _trees(draw: st.DrawFn) -> Snapshot:
    objects = [
        {
            "apiVersion": version,
            "kind": kind,
            "metadata": draw(_VALUES),
            "spec": draw(_VALUES),
            "objects": draw(_VALUES),
        }
        for version, kind in draw(st.lists(st.sampled_from(_KINDS), max_size=4))
    ]
    files = {f"x{number}.json": json.dumps(each) for number, each in enumerate(objects)}
    return tree({**files, "apps/web/a.yaml": policy_named("a"), "apps/web/Chart.yaml": "name: a\n"})


@settings(max_examples=300, deadline=None)
@given(_trees(), _trees())
def test_no_object_that_deploys_makes_reading_fail(base: Snapshot, head: Snapshot) -> None:
    before, after = load_states(trees_of(base, head), PROFILE, "test")
    assert before.profile == after.profile
    again = load_states(trees_of(base, base), PROFILE, "test")
    assert again.base.policies == again.head.policies
    assert again.base.lingering == again.head.lingering


PATHS = {
    "absolute": "/etc",
    "above": "../../etc",
    "above in between": "apps/../../../etc",
    "above and back": "../fleet/apps/web",
    "a null character": '"apps\\0/../x"',
}


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS.keys())
def test_no_path_leads_out_of_the_tree(path: str) -> None:
    files = {
        "x.yaml": application(f"source: {{repoURL: HERE, path: {path}}}"),
        "apps/web/a.yaml": "",
    }
    deployment = only(files, HERE)
    assert deployment.directory is None
    assert deployment.undetermined
    assert why(deployment)


def test_values_that_lie_above_the_tree_are_given_to_no_chart() -> None:
    source = "{repoURL: HERE, path: web, helm: {valueFiles: [../../secret.yaml]}}"
    files = {"x.yaml": application(f"source: {source}"), "web/Chart.yaml": "name: web\n"}
    deployment = only(files, HERE)
    assert deployment.release is None
    assert "leads out of the repository" in why(deployment)


def test_a_long_chain_of_applications_is_read_and_removed_in_time() -> None:
    chain = {
        f"a{n}/x.yaml": application(f"source: {{repoURL: HERE, path: a{n + 1}}}", f"a{n}")
        for n in range(3_000)
    }
    base = {**chain, "a3000/p.yaml": policy_named("deny")}
    head = {path: text for path, text in base.items() if path == "a3000/p.yaml"}
    start = time.process_time()
    before, after = load_states(trees_of(tree(base), tree(head)), PROFILE, "test")
    assert (names(before), names(after)) == (["shop/deny"], [])
    assert time.process_time() - start < 10


def test_patterns_that_could_backtrack_take_their_time_in_proportion() -> None:
    include = "*a" * 200
    spec = (
        f"source: {{repoURL: HERE, path: apps, directory: {{recurse: true, include: '{include}'}}}}"
    )
    files = {f"apps/{'a' * 150}{n}.yaml": "" for n in range(300)}
    start = time.process_time()
    assert len(deployed({"x.yaml": application(spec), **files}, HERE)) == 1
    load_state(trees_of(tree({"x.yaml": application(spec), **files})), PROFILE, "test")
    assert time.process_time() - start < 5


def test_a_set_whose_parameters_name_its_parameters_ends() -> None:
    elements = "{name: '{{dir}}', dir: '{{name}}', cluster: '{{cluster}}'}"
    template = "template: {metadata: {name: '{{name}}'}, spec: {source: {path: '{{dir}}'}}}"
    spec = f"generators: [list: {{elements: [{elements}]}}]\n{template}"
    assert "only the cluster knows" in why(only({"x.yaml": application_set(spec)}, HERE))
