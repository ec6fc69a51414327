"""Rendered manifests, cleaned: what is kept says the same at the same lines, and nothing more."""

import json
import re
from dataclasses import replace

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from edgewarden.manifests.files import read_file
from edgewarden.manifests.load import load_state, load_states
from edgewarden.manifests.objects import Value
from edgewarden.manifests.readings import FileReading
from edgewarden.manifests.snapshot import SourceFile
from edgewarden.manifests.uploads.cleaning import Tally, cleaned
from edgewarden.manifests.uploads.document import Upload
from edgewarden.manifests.uploads.errors import UploadError, UploadTooLargeError
from edgewarden.reachability.model import ClusterProfile, Effect, Namespace
from tests.support.live_objects import SECRET, live, pod_spec
from tests.support.manifest_trees import tree, trees_of
from tests.support.mutated_objects import SOUND, Object, mutated

PATH = "manifests.yaml"
POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
  annotations: {owner: "ünï\\u2028 😀"}
spec:
  podSelector: {}
  ingress:
    - from:
        - podSelector:
            matchLabels: {app: api}
      ports: [{port: 80}, {port: http}]
"""


def clean(text: str) -> tuple[str, Tally]:
    upload, tally = cleaned({PATH: text.encode()})
    return upload.files.get(PATH, ""), tally


def read(text: str) -> FileReading:
    return read_file(SourceFile(PATH, text.encode()))


def refusal(text: str) -> str:
    with pytest.raises(UploadError) as error:
        clean(text)
    return str(error.value)


def stream(*objects: Object) -> str:
    return yaml.safe_dump_all(objects, sort_keys=False, allow_unicode=True)


def gist(reading: FileReading) -> list[object]:
    """Everything of a reading but columns and quotes of values that are not kept."""
    lost = (p for each in reading.lost for p in each.problems)
    refused = (p for each in reading.refused for p in each.problems)
    return [
        *((d.ref, _anywhere(d.value), d.owners, d.kept) for d in reading.declared),
        *(each.ref for each in reading.refused),
        *((p.kind, p.field, p.location.line) for p in (*refused, *lost, *reading.problems)),
        *((each.ref, each.location.line) for each in reading.deployers),
    ]


def _anywhere(value: Value | None) -> str:
    """All of it but columns, and annotations of namespaces, by which nobody judges."""
    told = replace(value, annotations={}) if isinstance(value, Namespace) else value
    return re.sub(r"column=\d+", "", repr(told))


# --- what stays -----------------------------------------------------------------------------------


def test_a_policy_stays_as_it_is_at_its_lines() -> None:
    text = f"# rendered\n---\n{POLICY}---\n\n{POLICY.replace('web', 'api')}"

    kept, tally = clean(text)

    before, after = read(text), read(kept)
    assert gist(after) == gist(before)
    assert [each.location.line for each in after.declared] == [3, 18]
    assert tally == Tally({"NetworkPolicy": 2}, {})


@given(st.lists(st.integers(0, 1 << 32), min_size=1, max_size=4))
def test_whatever_is_wrong_with_an_object_is_still_wrong_with_it(seeds: list[int]) -> None:
    text = stream(*(mutated(seed) for seed in seeds))
    try:
        kept, _ = clean(text)
    except UploadError:
        return  # what is no object at all is refused as a whole
    assert gist(read(kept)) == gist(read(text))


@given(st.lists(st.integers(0, 1 << 32), min_size=1, max_size=4))
def test_cleaning_what_is_clean_changes_nothing(seeds: list[int]) -> None:
    try:
        once, _ = cleaned({PATH: stream(*(mutated(seed) for seed in seeds)).encode()})
    except UploadError:
        return
    again, _ = cleaned({path: text.encode() for path, text in once.files.items()})
    assert again == once


UNJUDGED = live("cilium.io/v2", "CiliumNetworkPolicy", "web", spec={"endpointSelector": {}})
KYVERNO = live("kyverno.io/v1", "ClusterPolicy", "defaults", "", spec={"rules": [{"generate": {}}]})
APPLICATION = live("argoproj.io/v1alpha1", "Application", "web", spec={"source": SECRET})


@pytest.mark.parametrize("content", [UNJUDGED, KYVERNO, APPLICATION], ids=lambda each: each["kind"])
def test_what_is_not_judged_keeps_who_it_is_and_whether_it_changed(content: Object) -> None:
    kept, tally = clean(stream(content))
    other, _ = clean(stream({**content, "spec": {**content["spec"], "x": 1}}))
    same, _ = clean(stream({**content, "status": {"x": 1}}))

    assert tally.kept == {content["kind"]: 1}
    assert SECRET not in kept
    assert gist(read(kept))
    assert len({kept, other, same}) == 2
    assert clean(kept)[0] == kept


def test_objects_of_a_list_on_one_line_are_all_there() -> None:
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": list(SOUND[1:5])})

    kept, tally = clean(text)

    found = [*read(kept).declared, *read(kept).refused]
    assert sum(tally.kept.values()) == len(found) == 4


# --- what goes ------------------------------------------------------------------------------------


def test_no_secret_stays() -> None:
    template = {"metadata": {"labels": {"app": "web"}}, "spec": pod_spec()}
    text = stream(
        live("v1", "Secret", "s", data={"password": SECRET}),
        live("v1", "ConfigMap", "c", data={"key": SECRET}),
        live("v1", "Namespace", "shop", ""),
        live("v1", "Pod", "one", spec=pod_spec()),
        live("apps/v1", "Deployment", "web", spec={"replicas": 2, "template": template}),
    )

    kept, tally = clean(text)

    assert SECRET not in kept
    assert tally == Tally(
        {"Deployment": 1, "Namespace": 1, "Pod": 1}, {"ConfigMap": 1, "Secret": 1}
    )


def test_a_file_of_which_nothing_stays_is_no_part_of_it() -> None:
    upload, tally = cleaned({"a/settings.yaml": stream(live("v1", "ConfigMap", "a")).encode()})
    assert (upload, tally) == (Upload({}), Tally({}, {"ConfigMap": 1}))


SERVED = """\
apiVersion: v1
kind: Service
metadata: {name: guard, namespace: shop}
spec:
  clusterIP: secret
  selector: {app: guard}
  ports: [{port: 443, targetPort: https, nodePort: 30000}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: guard}
webhooks:
- name: guard.example.org
  clientConfig: {caBundle: secret, service: {namespace: shop, name: guard, path: /secret}}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: doors.example.org}
spec: {versions: [secret]}
"""


def test_what_the_api_server_calls_is_kept_without_the_rest() -> None:
    text, tally = clean(SERVED)
    assert (tally.kept, tally.dropped) == (
        {"MutatingWebhookConfiguration": 1, "Service": 1},
        {"CustomResourceDefinition": 1},
    )
    assert "secret" not in text
    before, after = (
        [
            (each.ref, each.location.spot, str(each.value).partition(", location=")[0])
            for each in found
        ]
        for found in (read(SERVED).served, read(text).served)
    )
    assert before == after
    assert clean(text)[0] == text


def test_a_key_that_a_service_has_twice_keeps_nothing_from_being_taken() -> None:
    assert clean(SERVED.replace("kind: Service", "kind: Service\nkind: Service"))[1].kept


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "There is no object in it"),
        ("# nothing\n---\n", "There is no object in it"),
        (f"{POLICY}---\na: [\n", "manifests.yaml:16: This is not YAML"),
        (f"{POLICY}---\nError: chart not found\n", "manifests.yaml:15: A document has no apiVersi"),
        (f"{POLICY}---\ntext\n", "manifests.yaml:15: This is no Kubernetes object."),
        (f"{POLICY}spec: {{}}\n", "manifests.yaml:14: `spec` stands here again, after line 7"),
        ("apiVersion: apps/v1beta1\nkind: Deployment\n", "manifests.yaml:1: No supported API"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text: str, said: str) -> None:
    assert said in refusal(text)


def test_all_faults_are_told_up_to_ten() -> None:
    said = refusal("\n---\n".join(["text"] * 12))
    assert said.count("no Kubernetes object") == 10
    assert said.endswith("Faults behind these: 2.")


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(UploadError, match=r"manifests\.yaml:2: This is no UTF-8"):
        cleaned({PATH: b"a: 1\nb: \xff\n"})


@pytest.mark.parametrize(
    "path", ["../a.yaml", "/a.yaml", "a//b.yaml", "", "a\n.yaml", "a.json", "x/kustomization.yaml"]
)
def test_a_path_that_no_rendered_file_has_is_refused(path: str) -> None:
    with pytest.raises(UploadError):
        cleaned({path: POLICY.encode()})


def test_more_than_is_read_of_one_file_is_refused() -> None:
    with pytest.raises(UploadTooLargeError, match="hand in several files"):
        cleaned({PATH: b"\n" * 5_000_001 + POLICY.encode()})


FLUX = live("kustomize.toolkit.fluxcd.io/v1", "Kustomization", "web", spec={"path": SECRET})
SET = live("argoproj.io/v1alpha1", "ApplicationSet", "web", spec={"generators": []})
RELEASE = live("helm.toolkit.fluxcd.io/v2", "HelmRelease", "web", spec={"values": {"p": SECRET}})
GENERATING = live(
    "kyverno.io/v1",
    "ClusterPolicy",
    "deny",
    "",
    spec={
        "rules": [
            {
                "name": SECRET,
                "match": {"any": [{"resources": {"kinds": ["Namespace"]}}]},
                "generate": {
                    "apiVersion": "networking.k8s.io/v1",
                    "kind": "NetworkPolicy",
                    "name": "deny",
                    "namespace": "{{request.object.metadata.name}}",
                    "data": {"spec": {"podSelector": {}}},
                },
            }
        ]
    },
)


@pytest.mark.parametrize(
    "content", [APPLICATION, SET, FLUX, RELEASE, GENERATING], ids=lambda each: each["kind"]
)
def test_what_decides_what_else_is_deployed_is_told_when_it_changes(content: Object) -> None:
    before, _ = clean(stream(content))
    after, _ = clean(stream({**content, "spec": {**content["spec"], "interval": "2h"}}))

    changed = load_states(
        trees_of(tree({PATH: before}), tree({PATH: after})), ClusterProfile(), "prod"
    )
    same = load_states(
        trees_of(tree({PATH: before}), tree({PATH: before})), ClusterProfile(), "prod"
    )

    assert any(each.decisive for each in changed.head.problems)
    assert not any(each.decisive for each in same.head.problems)


def test_a_digest_that_an_object_brings_along_is_not_believed() -> None:
    forged = {**UNJUDGED, "spec": {"digest": "0" * 64, "order": 1}}
    other = {**UNJUDGED, "spec": {"digest": "0" * 64, "order": 2}}
    assert clean(stream(forged))[0] != clean(stream(other))[0]


def test_a_policy_that_a_rule_makes_could_do_anything_where_it_is_made() -> None:
    kept, _ = clean(stream(GENERATING, live("v1", "Namespace", "shop", "")))
    state = load_state(trees_of(tree({PATH: kept})), ClusterProfile(), "prod")
    assert {(each.ref.namespace, each.effects) for each in state.unjudged} == {
        ("shop", frozenset(Effect))
    }
