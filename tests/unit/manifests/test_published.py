"""Objects as the published schemas of Kubernetes see them, by way of ``kubernetes-validate``.

The schemas know fields and types. What the API server demands of values is not in them.
"""

import json
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, cast

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from edgewarden.manifests.published import FIELDS
from edgewarden.reachability.location import ProblemKind
from tests.support.manifest_trees import state_of
from tests.support.mutated_objects import SOUND, Object, copied, mutated
from tests.support.published_schema import definitions, field_types, versions

_GROUPS = {"v1": "core.v1", "apps/v1": "apps.v1", "batch/v1": "batch.v1"}
_MUTANTS = 600


def test_the_fields_in_the_package_are_those_of_the_schemas() -> None:
    assert field_types() == FIELDS


@cache
def _validator(api_version: str, kind: str) -> Draft202012Validator:
    group = _GROUPS.get(api_version, "networking.v1")
    known = definitions(versions()[-1])
    return Draft202012Validator({"$defs": known, "$ref": f"#/$defs/io.k8s.api.{group}.{kind}"})


def structural(written: Object) -> set[str]:
    """The fields that the schema does not know or of whose value it knows another type."""
    errors = _validator(written["apiVersion"], written["kind"]).iter_errors(written)
    return {path for error in errors for path in _paths(error)}


def _paths(error: ValidationError) -> Iterator[str]:
    path = list(error.absolute_path)
    if error.validator == "additionalProperties":
        known = cast("Object", error.schema)["properties"]
        unknown = cast("Object", error.instance).keys() - known.keys()
        yield from (_written([*path, name]) for name in unknown)
    elif error.validator in {"type", "oneOf"} and error.instance is not None:
        yield _written(path)


def _written(path: Iterable[Any]) -> str:
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".")


def ours(written: Object) -> set[str]:
    """The fields of which we say the same."""
    return {
        problem.field
        for problem in state_of(json.dumps(written)).problems
        if problem.kind is ProblemKind.UNKNOWN_FIELD or " stands where " in problem.message
    }


@pytest.mark.parametrize("written", SOUND, ids=[each["kind"] for each in SOUND])
def test_what_is_sound_is_sound_to_both(written: Object) -> None:
    assert list(_validator(written["apiVersion"], written["kind"]).iter_errors(written)) == []
    assert state_of(json.dumps(written)).problems == ()


@pytest.mark.parametrize("first", range(0, _MUTANTS, 50))
def test_unknown_fields_and_mistaken_types_are_those_of_the_schemas(first: int) -> None:
    for seed in range(first, first + 50):
        written = mutated(seed)
        assert ours(written) == structural(written), (seed, written)


def _with(path: str, value: object) -> Object:
    """The first sound object of the kind that the path begins with, changed at the rest of it."""
    kind, *names = path.split(".")
    written = copied(next(each for each in SOUND if each["kind"] == kind))
    *parts, last = [int(name) if name.isdigit() else name for name in names]
    holder: Any = written
    for part in parts:
        holder = holder[part]
    if value is ABSENT:
        del holder[last]
    else:
        holder[last] = value
    return written


ABSENT = object()
PROBE = "Pod.spec.containers.0.readinessProbe.httpGet"
STRICTER: dict[str, tuple[str, object]] = {
    "a null is no text": (f"{PROBE}.httpHeaders", [{"name": "a", "value": None}]),
    "a null is a text as well as a number": ("NetworkPolicy.spec.ingress.0.ports.1.port", None),
    "a status has required fields": ("Namespace.status", {"conditions": [{}]}),
}
"""What the schemas refuse and the API server takes. To it a null is the zero value of every type,
and the status of what is applied is nothing to it."""


@pytest.mark.parametrize(("path", "value"), STRICTER.values(), ids=STRICTER.keys())
def test_where_the_schemas_refuse_too_much(path: str, value: object) -> None:
    written = _with(path, value)
    assert list(_validator(written["apiVersion"], written["kind"]).iter_errors(written))
    assert state_of(json.dumps(written)).problems == ()


LAXER = {
    "numbers have bounds": ("Deployment.spec.replicas", 2**31),
    "labels have a syntax": ("Deployment.metadata.labels", {"a b": "c"}),
    "labels have one, selected or not": (
        "NetworkPolicy.spec.podSelector.matchLabels",
        {"a": "b c"},
    ),
    "names have one": ("Namespace.metadata.name", "Shop"),
    "a name is needed": ("Namespace.metadata.name", ABSENT),
    "ports have bounds": ("NetworkPolicy.spec.ingress.0.ports.0.port", 0),
    "names of ports have a syntax": ("NetworkPolicy.spec.ingress.0.ports.1.port", "8080"),
    "protocols are three": ("NetworkPolicy.spec.ingress.0.ports.0.protocol", "udp"),
    "a range ends behind its beginning": ("NetworkPolicy.spec.ingress.0.ports.0.endPort", 79),
    "types of policies are two": ("NetworkPolicy.spec.policyTypes", ["ingress"]),
    "no peer is null": ("NetworkPolicy.spec.egress.0.to", [None]),
    "a peer is one": ("NetworkPolicy.spec.ingress.0.from.0", {}),
    "a peer is one only": (
        "NetworkPolicy.spec.ingress.0.from.0.ipBlock",
        {"cidr": "10.0.0.0/8"},
    ),
    "ranges of addresses have a syntax": (
        "NetworkPolicy.spec.ingress.0.from.1.ipBlock.cidr",
        "10.0.0.0",
    ),
    "exceptions lie inside": (
        "NetworkPolicy.spec.ingress.0.from.1.ipBlock.except",
        ["11.0.0.0/16"],
    ),
    "operators are four": (
        "NetworkPolicy.spec.podSelector.matchExpressions.0.operator",
        "NotExists",
    ),
    "In needs values": ("NetworkPolicy.spec.podSelector.matchExpressions.0.values", []),
    "the selector matches the template": ("Deployment.spec.selector.matchLabels", {"app": "b"}),
}
"""What the API server refuses by rules that the schemas do not hold."""


@pytest.mark.parametrize(("path", "value"), LAXER.values(), ids=LAXER.keys())
def test_where_the_schemas_take_too_much(path: str, value: object) -> None:
    written = _with(path, value)
    assert list(_validator(written["apiVersion"], written["kind"]).iter_errors(written)) == []
    assert [problem.kind for problem in state_of(json.dumps(written)).problems] == [
        ProblemKind.INVALID_OBJECT
    ]


NOT_MISSED = (
    "Deployment.spec.selector",
    "CronJob.spec.schedule",
    "Pod.spec.containers",
    "Pod.spec.containers.0.name",
    "Pod.metadata.ownerReferences.0.uid",
)
"""What the API server will not do without, and whose absence keeps no workload from being read:
examples and tests leave it out."""


@pytest.mark.parametrize("path", NOT_MISSED)
def test_what_is_missing_keeps_no_workload_from_being_read(path: str) -> None:
    written = _with(path, ABSENT)
    (error,) = _validator(written["apiVersion"], written["kind"]).iter_errors(written)
    assert error.validator == "required"
    state = state_of(json.dumps(written))
    assert (len(state.workloads), state.problems) == (1, ())
