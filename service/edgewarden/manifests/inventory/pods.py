"""What policies and selectors could tell pods apart by, in cleaned objects."""

import json
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from edgewarden.manifests.inventory.stream import JsonObject
from edgewarden.manifests.nodes import Plain
from edgewarden.manifests.workloads import WorkloadKind


def canonical(value: Plain) -> str:
    """JSON in ASCII, the same text for equal values."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


@dataclass(frozen=True, slots=True)
class Look:
    """``labels`` by key and value, ``ports`` in canonical JSON."""

    labels: frozenset[tuple[str, Plain]]
    ports: frozenset[str]
    host_network: bool

    def without(self, keys: AbstractSet[str]) -> "Look":
        """The look but for labels that a controller gives each of its pods anew."""
        kept = (label for label in self.labels if label[0] not in keys)
        return replace(self, labels=frozenset(kept))

    def extends(self, other: "Look") -> bool:
        """Whether it has all of the other's labels and ports, and is on the same network."""
        return (
            self.labels >= other.labels
            and self.ports >= other.ports
            and self.host_network == other.host_network
        )

    def joined(self, template: "Look") -> "Look":
        """The look with all labels of a template that it extends."""
        return replace(self, labels=self.labels | template.labels)


def slim(template: JsonObject) -> JsonObject:
    """A pod, or the template of some, with the ports that have a name in one container.

    Init containers count where they go on running (``restartPolicy``).
    """
    spec = part(template, "spec")
    initial = parts(spec, "initContainers")
    running = [
        *parts(spec, "containers"),
        *(each for each in initial if each.get("restartPolicy") == "Always"),
    ]
    ports = {
        canonical(port): port
        for container in running
        for port in parts(container, "ports")
        if port.get("name")
    }
    slimmed: JsonObject = {}
    if ports:
        slimmed["containers"] = [{"ports": [ports[text] for text in sorted(ports)]}]
    if spec.get("hostNetwork"):
        slimmed["hostNetwork"] = spec["hostNetwork"]
    rest = {key: value for key, value in template.items() if key != "spec"}
    return {**rest, "spec": slimmed} if slimmed else rest


def look_of(content: JsonObject, shape: WorkloadKind) -> Look | None:
    """How the pods of a slim object look; nothing where it has no template."""
    template = template_of(content, shape)
    if template is None:
        return None
    spec = part(template, "spec")
    ports = [port for each in parts(spec, "containers") for port in parts(each, "ports")]
    return Look(
        frozenset(part(part(template, "metadata"), "labels").items()),
        frozenset(map(canonical, ports)),
        bool(spec.get("hostNetwork")),
    )


def with_look(content: JsonObject, shape: WorkloadKind, look: Look) -> JsonObject:
    """A slim object of a controller whose template has the labels and ports of ``look``."""
    template = template_of(content, shape) or {}
    spec = dict(part(template, "spec"))
    if look.ports:
        spec["containers"] = [{"ports": [json.loads(text) for text in sorted(look.ports)]}]
    shown: JsonObject = {"metadata": {"labels": dict(sorted(look.labels))}}
    return with_template(content, shape, {**shown, "spec": spec} if spec else shown)


def named(content: JsonObject) -> str:
    """The name of an object."""
    return str(part(content, "metadata").get("name", ""))


def template_of(content: JsonObject, shape: WorkloadKind) -> JsonObject | None:
    """The object itself where it is a bare pod."""
    place: Plain = content
    for name in shape.template:
        place = place.get(name) if isinstance(place, dict) else None
    return place if isinstance(place, dict) else None


def with_template(content: JsonObject, shape: WorkloadKind, template: JsonObject) -> JsonObject:
    return _placed(content, shape.template, template)


def _placed(content: JsonObject, path: tuple[str, ...], value: JsonObject) -> JsonObject:
    if not path:
        return value
    return {**content, path[0]: _placed(part(content, path[0]), path[1:], value)}


def part(content: JsonObject, name: str) -> JsonObject:
    """A mapping in an object, empty where there is none."""
    value = content.get(name)
    return value if isinstance(value, dict) else {}


def parts(content: JsonObject, name: str) -> list[JsonObject]:
    """The mappings of a list in an object."""
    value = content.get(name)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
