"""Objects as the published schemas of Kubernetes see them, by way of ``kubernetes-validate``.

The schemas know fields and types. What the API server demands of values is not in them.
"""

import json
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from edgewarden.manifests.published import FIELDS
from edgewarden.reachability.location import ProblemKind
from tests.support.manifest_trees import state_of
from tests.support.mutated_objects import SOUND, Object, mutated
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
        unknown = error.instance.keys() - error.schema["properties"].keys()
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
