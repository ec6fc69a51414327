"""Workloads: what of a pod, or of a controller and its template, decides reachability.

That all fields are known and of their types is checked before (``structure``). What the API server
demands of their values is demanded here of what matters: names, labels, ports, ``replicas``.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from edgewarden.manifests.fields import Field
from edgewarden.manifests.metadata import OBJECT_META, Metadata, read_annotations, read_labels
from edgewarden.manifests.policies import read_protocol
from edgewarden.manifests.selectors import read_selector
from edgewarden.manifests.syntax import port_name_fault, port_number_fault
from edgewarden.reachability.model import ContainerPort, Workload

FINISHED = frozenset({"Succeeded", "Failed"})

_REVISION = "controller-revision-hash"
_JOB_LABELS = frozenset(
    {
        "batch.kubernetes.io/controller-uid",
        "batch.kubernetes.io/job-completion-index",
        "batch.kubernetes.io/job-name",
        "controller-uid",
        "job-name",
    }
)


@dataclass(frozen=True, slots=True)
class WorkloadKind:
    """Where a kind keeps its pod template and its number of pods, and what it adds to labels.

    ``template`` is the path of fields to the template, empty for a bare pod; ``count`` names
    the field of the spec beside it that holds the number of pods, empty where it is always 1.
    ``selector`` names the one whose selector has to match the template, empty where the API
    server does not demand that.
    """

    template: tuple[str, ...]
    count: str
    open_labels: frozenset[str]
    selector: str = ""


_TEMPLATE = ("spec", "template")
_SELECTOR = "selector"

POD = WorkloadKind((), "", frozenset())
DEPLOYMENT = WorkloadKind(_TEMPLATE, "replicas", frozenset({"pod-template-hash"}), _SELECTOR)
REPLICA_SET = WorkloadKind(_TEMPLATE, "replicas", frozenset({"pod-template-hash"}), _SELECTOR)
REPLICATION_CONTROLLER = WorkloadKind(_TEMPLATE, "replicas", frozenset())
STATEFUL_SET = WorkloadKind(
    _TEMPLATE,
    "replicas",
    frozenset({_REVISION, "apps.kubernetes.io/pod-index", "statefulset.kubernetes.io/pod-name"}),
    _SELECTOR,
)
DAEMON_SET = WorkloadKind(
    _TEMPLATE, "", frozenset({_REVISION, "pod-template-generation"}), _SELECTOR
)
JOB = WorkloadKind(_TEMPLATE, "parallelism", _JOB_LABELS)
CRON_JOB = WorkloadKind(("spec", "jobTemplate", "spec", "template"), "parallelism", _JOB_LABELS)
ROLLOUT = WorkloadKind(
    _TEMPLATE, "replicas", frozenset({"pod-template-hash", "rollouts-pod-template-hash"})
)
DEPLOYMENT_CONFIG = WorkloadKind(
    _TEMPLATE, "replicas", frozenset({"deployment", "deploymentconfig"})
)


def read_workload(
    root: Field, kind: str, shape: WorkloadKind, metadata: Metadata, namespace: str
) -> Workload | None:
    """The workload that ``root`` writes down; nothing where it has, or will have, no pods.

    That is a finished pod, and a Rollout that borrows the pods of a Deployment
    (``spec.workloadRef``).
    """
    if root.child("status").child("phase").text() in FINISHED and not shape.template:
        return None
    if shape is ROLLOUT and not root.child("spec").child("workloadRef").absent:
        return None
    pods = _templated(root, shape) if shape.template else _bare(root, metadata)
    return Workload(
        namespace=namespace,
        name=metadata.name,
        kind=kind,
        labels=pods.labels,
        location=root.location,
        ports=_named_ports(pods.spec),
        replicas=pods.count,
        host_network=pods.spec.child("hostNetwork").boolean(),
        open_labels=shape.open_labels,
    )


@dataclass(frozen=True, slots=True)
class _Pods:
    labels: Mapping[str, str]
    spec: Field
    count: int


def _bare(root: Field, metadata: Metadata) -> _Pods:
    return _Pods(metadata.labels, root.child("spec"), 1)


def _templated(root: Field, shape: WorkloadKind) -> _Pods:
    holder = root
    for name in shape.template[:-1]:
        holder = holder.child(name)
    template = holder.child(shape.template[-1])
    if template.absent:
        template.refuse("Required value", "Write the pod template; a patch needs its renderer.")
    parts = template.children()
    meta = template.within(parts, "metadata")
    described = meta.children(OBJECT_META)
    labels_field = meta.within(described, "labels")
    labels = read_labels(labels_field)
    read_annotations(meta.within(described, "annotations"))
    selector = holder.child(shape.selector) if shape.selector else None
    if selector and not selector.absent and not read_selector(selector).admits(labels):
        labels_field.refuse(
            "Invalid value: `selector` does not match template `labels`",
            "Give the template the labels of spec.selector.",
        )
    return _Pods(labels, template.within(parts, "spec"), _count(holder, shape.count))


def _count(spec: Field, name: str) -> int:
    """The number of pods, 1 where it is not said."""
    if not name:
        return 1
    field = spec.child(name)
    number = field.integer()
    if number is not None and number < 0:
        field.refuse(
            f"Invalid value: {number}: must be greater than or equal to 0",
            "Write a number of pods.",
        )
    return 1 if number is None else number


def _named_ports(spec: Field) -> tuple[ContainerPort, ...]:
    """Of all containers, and of init containers that go on running (``restartPolicy``)."""
    fields = spec.children()
    initial = spec.within(fields, "initContainers").items()
    containers = [
        *spec.within(fields, "containers").items(),
        *(c for c in initial if c.child("restartPolicy").text() == "Always"),
    ]
    ports = {
        port for container in containers for port in _container_ports(container.child("ports"))
    }
    return tuple(sorted(ports))


def _container_ports(ports: Field) -> list[ContainerPort]:
    named = []
    for item in ports.items():
        fields = item.children()
        name_field = item.within(fields, "name")
        number_field = item.within(fields, "containerPort")
        name, number = name_field.text(), number_field.integer()
        protocol = read_protocol(item.within(fields, "protocol"))
        if fault := port_number_fault(number or 0):
            number_field.refuse(f"Invalid value: {number or 0}: {fault}", "Name a port.")
        if name and (fault := port_name_fault(name)):
            name_field.refuse(f'Invalid value: "{name}": {fault}', "Choose another name.")
        if name:
            named.append(ContainerPort(name, protocol, number or 0))
    return named
