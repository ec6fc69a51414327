"""The schemas that Kubernetes publishes, as ``kubernetes-validate`` carries them.

    python -m tests.support.published_schema

writes what they say of fields into the package, where ``published`` reads it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from textwrap import wrap
from typing import Any

from edgewarden.manifests import published

Schema = Mapping[str, Any]

_ROOTS = (
    *(f"io.k8s.api.apps.v1.{kind}" for kind in ("DaemonSet", "Deployment", "ReplicaSet")),
    *("io.k8s.api.apps.v1.StatefulSet", "io.k8s.api.batch.v1.CronJob", "io.k8s.api.batch.v1.Job"),
    *(f"io.k8s.api.core.v1.{kind}" for kind in ("Namespace", "Pod", "ReplicationController")),
    "io.k8s.api.networking.v1.NetworkPolicy",
)
_SCALARS = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": "Quantity",
    "io.k8s.apimachinery.pkg.apis.meta.v1.Time": "string",
    "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": "string",
    "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1": "object",
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": "IntOrString",
}
_BEFORE = {"ObjectMeta": {"clusterName": "string", "initializers": "object"}}
"""Fields of servers older than the oldest schema, which stand in what was exported from them."""


@cache
def definitions(version: str) -> Schema:
    """The definitions of a version, in which unknown fields are refused."""
    directory = _schemas() / f"v{version}-local-strict"
    content = json.loads((directory / "_definitions.json").read_text(encoding="utf-8"))
    found: Schema = content["$defs"]
    return found


def versions() -> list[str]:
    """Those that there are schemas of, the oldest first."""
    names = (re.fullmatch(r"v([0-9.]+)-local-strict", each.name) for each in _schemas().iterdir())
    found = [match[1] for match in names if match]
    return sorted(found, key=lambda version: tuple(map(int, version.split("."))))


def _schemas() -> Any:
    return files("kubernetes_validate") / "kubernetes-json-schema"


def field_types() -> dict[str, dict[str, str]]:
    """The fields of every type that an object we read is made of, over all versions."""
    found: dict[str, dict[str, str]] = {name: dict(fields) for name, fields in _BEFORE.items()}
    for version in versions():
        known = definitions(version)
        pending, seen = [name for name in _ROOTS if name in known], set[str]()
        while pending:
            name = pending.pop()
            if name in seen or name in _SCALARS:
                continue
            seen.add(name)
            properties = known[name].get("properties", {})
            types = {field: _expression(schema) for field, schema in properties.items()}
            found.setdefault(_short(name), {}).update(types)
            pending.extend(_references(properties))
    return found


def _short(name: str) -> str:
    return name.rpartition(".")[2]


def _expression(schema: Schema) -> str:
    """In the notation of Go."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return _SCALARS.get(name, _short(name))
    kind = next(each for each in [schema["type"]] for each in _listed(each) if each != "null")
    match kind:
        case "array":
            return f"[]{_expression(schema['items'])}"
        case "object":
            inner = schema.get("additionalProperties")
            return f"map[string]{_expression(inner)}" if inner else "object"
        case "integer":
            return str(schema.get("format", "int64"))
        case "boolean":
            return "bool"
    assert kind == "string", schema
    return "string"


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _references(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield schema["$ref"].rpartition("/")[2]
        for each in schema.values():
            yield from _references(each)


def notation(types: Mapping[str, Mapping[str, str]]) -> str:
    """A paragraph for each type, as ``published`` holds them."""
    paragraphs = []
    for name, fields in sorted(types.items()):
        text = ", ".join(f"{field} {kind}" for field, kind in sorted(fields.items()))
        lines = wrap(f"{name}: {text}", 100, subsequent_indent="  ", break_long_words=False)
        paragraphs.append("\n".join(lines).rstrip())
    return "\n".join(paragraphs)


def main() -> None:
    path = Path(published.__file__)
    before, quotes, after = path.read_text(encoding="utf-8").partition('_NOTATION = """\\\n')
    _, end, rest = after.partition('\n"""\n')
    text = f"{before}{quotes}{notation(field_types())}{end}{rest}"
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
