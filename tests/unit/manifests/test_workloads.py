"""Namespaces and workloads: what of them decides reachability."""

from textwrap import dedent, indent

import pytest

from edgewarden.reachability.location import ProblemKind
from edgewarden.reachability.model import ClusterState, ContainerPort, Workload
from edgewarden.reachability.ports import Protocol
from tests.support.manifest_trees import state_of

POD_SPEC = """
containers:
- name: a
  ports:
  - {name: http, containerPort: 8080}
  - {containerPort: 9999}
- name: b
  ports: [{name: dns, containerPort: 53, protocol: UDP}, {name: http, containerPort: 8081}]
initContainers:
- {name: once, ports: [{name: early, containerPort: 1}]}
- {name: sidecar, restartPolicy: Always, ports: [{name: proxy, containerPort: 15001}]}
"""
TEMPLATE = "metadata: {labels: {app: web}}\nspec:\n" + indent(POD_SPEC, "  ")
PORTS = (
    ContainerPort("dns", Protocol.UDP, 53),
    ContainerPort("http", Protocol.TCP, 8080),
    ContainerPort("http", Protocol.TCP, 8081),
    ContainerPort("proxy", Protocol.TCP, 15001),
)


def controller(api: str, kind: str, extra: str = "", template: str = TEMPLATE) -> str:
    return (
        f"apiVersion: {api}\nkind: {kind}\nmetadata: {{name: web, namespace: shop}}\nspec:\n"
        + (indent(dedent(extra).strip(), "  ") + "\n" if extra else "")
        + "  template:\n"
        + indent(template, "    ")
    )


def the_workload(manifest: str) -> Workload:
    state = state_of(manifest)
    assert state.problems == ()
    (workload,) = state.workloads
    return workload


OPEN = {
    ("apps/v1", "Deployment"): {"pod-template-hash"},
    ("apps/v1", "ReplicaSet"): {"pod-template-hash"},
    ("apps/v1", "StatefulSet"): {
        "apps.kubernetes.io/pod-index",
        "controller-revision-hash",
        "statefulset.kubernetes.io/pod-name",
    },
    ("apps/v1", "DaemonSet"): {"controller-revision-hash", "pod-template-generation"},
    ("v1", "ReplicationController"): set(),
    ("batch/v1", "Job"): {
        "batch.kubernetes.io/controller-uid",
        "batch.kubernetes.io/job-completion-index",
        "batch.kubernetes.io/job-name",
        "controller-uid",
        "job-name",
    },
    ("argoproj.io/v1alpha1", "Rollout"): {"pod-template-hash", "rollouts-pod-template-hash"},
    ("apps.openshift.io/v1", "DeploymentConfig"): {"deployment", "deploymentconfig"},
}


@pytest.mark.parametrize(("api", "kind"), OPEN)
def test_a_controller_is_a_workload_with_the_labels_and_ports_of_its_template(
    api: str, kind: str
) -> None:
    workload = the_workload(controller(api, kind))
    assert workload.identity == ("shop", "web", kind)
    assert workload.labels == {"app": "web"}
    assert workload.ports == PORTS
    assert workload.replicas == 1
    assert not workload.host_network
    assert workload.open_labels == OPEN[api, kind]


def test_a_cron_job_has_the_pods_of_its_job_template() -> None:
    inner = indent(controller("batch/v1", "Job").partition("spec:\n")[2], "    ")
    workload = the_workload(
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: web, namespace: shop}\n"
        f"spec:\n  jobTemplate:\n    spec:\n{indent(inner, '  ')}"
    )
    assert workload.ports == PORTS
    assert "job-name" in workload.open_labels


def test_a_bare_pod_is_a_workload_without_open_labels() -> None:
    workload = the_workload(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop, labels: {a: b}}\nspec:\n"
        + indent(POD_SPEC, "  ")
        + "  hostNetwork: true\n"
    )
    assert (workload.labels, workload.ports) == ({"a": "b"}, PORTS)
    assert workload.host_network
    assert workload.open_labels == frozenset()


@pytest.mark.parametrize(
    ("api", "kind", "extra", "replicas"),
    [
        ("apps/v1", "Deployment", "replicas: 3", 3),
        ("apps/v1", "Deployment", "replicas: 0", 0),
        ("apps/v1", "Deployment", "replicas:", 1),
        ("apps/v1", "DaemonSet", "minReadySeconds: 5", 1),
        ("batch/v1", "Job", "parallelism: 4", 4),
    ],
)
def test_replicas_count_pods_and_are_one_where_nothing_is_said(
    api: str, kind: str, extra: str, replicas: int
) -> None:
    assert the_workload(controller(api, kind, extra)).replicas == replicas


@pytest.mark.parametrize("template", ["metadata: {labels: }\n", "metadata:\n", "spec: {}\n"])
def test_labels_that_are_null_or_missing_are_no_labels(template: str) -> None:
    assert the_workload(controller("apps/v1", "Deployment", template=template)).labels == {}


def test_a_label_without_a_value_is_an_empty_text() -> None:
    template = "metadata: {labels: {role: }}\n"
    assert the_workload(controller("apps/v1", "Deployment", template=template)).labels == {
        "role": ""
    }


@pytest.mark.parametrize("phase", ["Succeeded", "Failed"])
def test_a_finished_pod_is_no_workload(phase: str) -> None:
    state = state_of(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: b}\n"
        f"status: {{phase: {phase}}}\n"
    )
    assert (state.workloads, state.problems) == ((), ())


def test_a_rollout_that_borrows_a_deployment_has_no_pods_of_its_own() -> None:
    state = state_of(
        "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: a, namespace: b}\n"
        "spec: {workloadRef: {apiVersion: apps/v1, kind: Deployment, name: a}}\n"
    )
    assert (state.workloads, state.problems) == ((), ())


def owned(
    kind: str,
    name: str,
    owner_kind: str,
    owner: str,
    *,
    controls: str = "true",
    group: str = "apps/v1",
    labels: str = "{app: web, pod-template-hash: x}",
) -> str:
    api = "v1" if kind == "Pod" else "apps/v1"
    spec = "{}" if kind == "Pod" else f"{{template: {{metadata: {{labels: {labels}}}}}}}"
    return (
        f"---\napiVersion: {api}\nkind: {kind}\nmetadata:\n  name: {name}\n  namespace: shop\n"
        f"  labels: {labels}\n"
        f"  ownerReferences: [{{apiVersion: {group}, kind: {owner_kind}, name: {owner}, uid: u, "
        f"controller: {controls}}}]\nspec: {spec}\n"
    )


def identities(state: ClusterState) -> list[tuple[str, str]]:
    return [(workload.kind, workload.name) for workload in state.workloads]


def test_pods_and_replica_sets_fold_into_the_controller_that_is_there() -> None:
    state = state_of(
        owned("Pod", "web-1-x", "ReplicaSet", "web-1")
        + owned("ReplicaSet", "web-1", "Deployment", "web")
        + "---\n"
        + controller("apps/v1", "Deployment")
    )
    assert identities(state) == [("Deployment", "web")]


def test_a_pod_stays_where_its_controller_is_missing_or_only_an_owner() -> None:
    missing = state_of(owned("Pod", "web-1-x", "ReplicaSet", "web-1"))
    assert identities(missing) == [("Pod", "web-1-x")]
    only_owner = state_of(
        owned("Pod", "p", "Deployment", "web", controls="false")
        + "---\n"
        + controller("apps/v1", "Deployment")
    )
    assert identities(only_owner) == [("Pod", "p"), ("Deployment", "web")]


@pytest.mark.parametrize(
    "stranger",
    [
        owned("Pod", "p", "Deployment", "web"),
        owned("ReplicaSet", "p", "ReplicaSet", "p"),
        owned("Deployment", "p", "Deployment", "web"),
        owned("ReplicaSet", "p", "Deployment", "web", group="example.com/v1"),
        owned("ReplicaSet", "p", "Deployment", "web", labels="{app: db}"),
        owned("ReplicaSet", "p", "Deployment", "web", labels="{app: web, role: admin}"),
    ],
)
def test_what_its_owner_cannot_have_made_stands_alone(stranger: str) -> None:
    state = state_of(stranger + "---\n" + controller("apps/v1", "Deployment"))
    assert {name for _, name in identities(state)} == {"p", "web"}


def test_only_a_rollout_borrows_pods() -> None:
    state = state_of(controller("apps/v1", "Deployment", "workloadRef: {name: w}"))
    assert [workload.labels for workload in state.workloads] == [{"app": "web"}]
    assert [problem.field for problem in state.problems] == ["spec.workloadRef"]


UNKNOWN = {
    "template: {metadata: {label: {a: b}}}": "spec.template.metadata.label",
    "template: {spec: {hostNetwrok: true}}": "spec.template.spec.hostNetwrok",
    "template: {spec: {containers: [{name: a, port: []}]}}": (
        "spec.template.spec.containers[0].port"
    ),
    "template: {}\nstratgy: {}": "spec.stratgy",
    "template: {spec: {volumes: [{name: v, secret: {nam: s}}]}}": (
        "spec.template.spec.volumes[0].secret.nam"
    ),
}


@pytest.mark.parametrize(("spec", "field"), UNKNOWN.items())
def test_an_unknown_field_at_any_depth_of_a_workload_is_told(spec: str, field: str) -> None:
    manifest = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a, namespace: b}\nspec:\n"
    (problem,) = state_of(manifest + indent(spec, "  ")).problems
    assert (problem.kind, problem.field) == (ProblemKind.UNKNOWN_FIELD, field)
    assert problem.decisive


def test_a_field_that_looks_like_the_unknown_one_is_named() -> None:
    (problem,) = state_of(
        controller("apps/v1", "Deployment", "", "spec: {hostNetwrok: true}")
    ).problems
    assert "similar ones here: hostNetwork" in problem.remedy


MISTYPED = {
    "command: run": "spec.template.spec.containers[0].command",
    "env: [{name: A, value: 1}]": "spec.template.spec.containers[0].env[0].value",
    "resources: {limits: {cpu: true}}": "spec.template.spec.containers[0].resources.limits.cpu",
    "tty: 'yes'": "spec.template.spec.containers[0].tty",
    "securityContext: {runAsUser: 1.5}": (
        "spec.template.spec.containers[0].securityContext.runAsUser"
    ),
    "livenessProbe: {httpGet: {port: []}}": (
        "spec.template.spec.containers[0].livenessProbe.httpGet.port"
    ),
}


@pytest.mark.parametrize(("container", "field"), MISTYPED.items())
def test_a_value_of_another_type_is_refused_whatever_it_is_for(container: str, field: str) -> None:
    template = f"spec: {{containers: [{{name: a, {container}}}]}}"
    state = state_of(controller("apps/v1", "Deployment", "", template))
    (problem,) = state.problems
    assert (problem.kind, problem.field) == (ProblemKind.INVALID_OBJECT, field)
    assert state.workloads == ()


@pytest.mark.parametrize("kind", ["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"])
def test_a_selector_has_to_match_its_own_template(kind: str) -> None:
    matching = controller("apps/v1", kind, "selector: {matchLabels: {app: web}}")
    assert the_workload(matching).name == "web"
    state = state_of(controller("apps/v1", kind, "selector: {matchLabels: {app: api}}"))
    (problem,) = state.problems
    assert state.workloads == ()
    assert (problem.kind, problem.field) == (
        ProblemKind.INVALID_OBJECT,
        "spec.template.metadata.labels",
    )
    assert "`selector` does not match template `labels`" in problem.message


@pytest.mark.parametrize(
    ("key", "accepted"),
    [("Example.COM/Owner_team", True), ("owner team!", False), ("a/b/c", False)],
)
def test_the_key_of_an_annotation_is_a_qualified_name_once_in_lower_case(
    key: str, accepted: bool
) -> None:
    annotations = f"metadata: {{labels: {{app: web}}, annotations: {{'{key}': x}}}}\n"
    in_template = state_of(controller("apps/v1", "Deployment", template=annotations))
    namespace = (
        f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: a, annotations: {{'{key}': x}}}}\n"
    )
    on_top = state_of(namespace)
    assert bool(in_template.workloads) is bool(on_top.namespaces) is accepted
    assert [p.field for p in (*in_template.problems, *on_top.problems)] == (
        []
        if accepted
        else [f"spec.template.metadata.annotations.{key}", f"metadata.annotations.{key}"]
    )


REFUSED = {
    "port": (
        controller("apps/v1", "Deployment").replace("53", "70000"),
        "spec.template.spec.containers[1].ports[0].containerPort",
    ),
    "port name": (
        controller("apps/v1", "Deployment").replace("dns", "'53'"),
        "spec.template.spec.containers[1].ports[0].name",
    ),
    "host network": (
        controller("apps/v1", "Deployment", template="spec: {hostNetwork: 'true'}\n"),
        "spec.template.spec.hostNetwork",
    ),
    "label": (
        controller("apps/v1", "Deployment", template="metadata: {labels: {version: 1}}\n"),
        "spec.template.metadata.labels.version",
    ),
    "replicas": (controller("apps/v1", "Deployment", "replicas: -1"), "spec.replicas"),
    "replicas in quotes": (controller("apps/v1", "Deployment", "replicas: '2'"), "spec.replicas"),
    "no template": (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a, namespace: b}\nspec: {}\n",
        "spec.template",
    ),
    "name": (
        controller("apps/v1", "Deployment").replace("name: web", "name: Web"),
        "metadata.name",
    ),
    "no name": (
        controller("apps/v1", "Deployment").replace("name: web, ", ""),
        "metadata.name",
    ),
    "namespace": (
        controller("apps/v1", "Deployment").replace("shop", "shop.x"),
        "metadata.namespace",
    ),
}


@pytest.mark.parametrize(("manifest", "field"), REFUSED.values(), ids=REFUSED.keys())
def test_a_workload_that_the_api_server_refuses_is_none(manifest: str, field: str) -> None:
    state = state_of(manifest)
    assert state.workloads == ()
    (problem,) = state.problems
    assert (problem.kind, problem.field) == (ProblemKind.INVALID_OBJECT, field)


@pytest.mark.parametrize(
    "manifest",
    [
        "apiVersion: extensions/v1beta1\nkind: NetworkPolicy\nmetadata: {name: a}\n",
        "apiVersion: extensions/v1beta1\nkind: Deployment\nmetadata: {name: a}\n",
        "apiVersion: apps/v1beta2\nkind: Deployment\nmetadata: {name: a}\n",
        "apiVersion: batch/v1beta1\nkind: CronJob\nmetadata: {name: a}\n",
        "apiVersion: networking.k8s.io/v1beta1\nkind: NetworkPolicy\nmetadata: {name: a}\n",
        "apiVersion: v1\nkind: NetworkPolicy\nmetadata: {name: a}\n",
        "apiVersion: v1\nkind: Deployment\nmetadata: {name: a}\n",
        "apiVersion: app/v1\nkind: Deployment\nmetadata: {name: a}\n",
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolcy\nmetadata: {name: a}\n",
        "apiVersion: apps/v1\nkind: Deploymnet\nmetadata: {name: a}\n",
        "kind: NetworkPolicy\nmetadata: {name: a}\n",
        "apiVersion: networking.k8s.io/v1\nmetadata: {name: a}\nspec: {}\n",
    ],
)
def test_a_type_that_no_api_server_serves_is_refused(manifest: str) -> None:
    state = state_of(manifest)
    (problem,) = state.problems
    assert problem.kind is ProblemKind.INVALID_OBJECT
    assert problem.decisive
    assert state.policies == ()
    assert state.workloads == ()


def test_a_namespace_keeps_its_labels_except_the_one_that_the_api_server_sets() -> None:
    state = state_of(
        "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n"
        "  labels: {team: a, kubernetes.io/metadata.name: other}\n  annotations: {owner: b}\n"
    )
    (namespace,) = state.namespaces
    assert (namespace.name, namespace.labels) == ("shop", {"team": "a"})
    assert namespace.annotations == {"owner": "b"}
    assert state.assumptions == ()


def test_a_namespace_name_has_no_dots() -> None:
    state = state_of("apiVersion: v1\nkind: Namespace\nmetadata: {name: a.b}\n")
    assert state.namespaces == ()
    assert state.problems[0].field == "metadata.name"


@pytest.mark.parametrize(
    "manifest",
    [
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: 1}\ndata: {a: 1, a: 2}\n",
        "apiVersion: apps.example.org/v1\nkind: Deployment\nmetadata: {name: a}\n",
        "a: 1\nb: !include c\n",
        "apiVersion: networking.k8s.io/v1\nkind: IngressClassList\nitems: []\n",
        "apiVersion: v1\nkind: Config\nclusters: []\n",
        "- 1\n- 2\n",
        "kind: Deployment\n",
        "",
        "# nothing\n",
        "---\n---\n",
    ],
)
def test_what_has_no_part_in_reachability_is_passed_over(manifest: str) -> None:
    state = state_of(manifest)
    assert (state.workloads, state.policies, state.problems) == ((), (), ())
