"""The form of a file of the connectivity contract, and its JSON Schema."""

import json
import re
from collections.abc import Iterable
from datetime import date
from typing import Annotated

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainValidator,
    ValidationError,
    WithJsonSchema,
    model_validator,
)

from edgewarden.governance.contract.contract import Expected, Party
from edgewarden.governance.contract.parties import joined, party_of, ports_of, selected
from edgewarden.governance.exceptions import PodScope
from edgewarden.reachability.designations import DesignationError
from edgewarden.reachability.labels import LabelSelector
from edgewarden.reporting.schema import DIALECT
from edgewarden.workflows.forms.form import Form
from edgewarden.workflows.forms.selectors import NamespacesTerms, SelectorTerms

MOST_ENTRIES = 5_000
"""Of one file."""
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,198}[A-Za-z0-9])?")


def _name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(
            f"{name!r} is no name of an entry: write up to 200 letters, digits, dots, hyphens and"
            " underscores, with a letter or digit at both ends"
        )
    return name


def _one_or_several(written: object) -> object:
    """A single item is a list of one, and a port that YAML takes for a number is a text."""
    items = written if isinstance(written, list) else [written]
    numbers = (isinstance(each, int) and not isinstance(each, bool) for each in items)
    return tuple(str(each) if so else each for each, so in zip(items, numbers, strict=True))


class PodsTerms(Form):
    """Pods by selectors, as Kubernetes writes them."""

    namespaces: Annotated[
        NamespacesTerms | None,
        Field(description="The namespaces of the pods; every namespace if absent."),
    ] = None
    pods: Annotated[
        SelectorTerms | None, Field(description="The pods in them; all of them if absent.")
    ] = None

    @model_validator(mode="after")
    def _something(self) -> "PodsTerms":
        if self.namespaces is None and self.pods is None:
            raise ValueError("name `namespaces`, `pods` or both")
        return self

    def party(self) -> Party:
        namespaces = LabelSelector() if self.namespaces is None else self.namespaces.whole()
        pods = LabelSelector() if self.pods is None else self.pods.selector()
        return selected(PodScope(namespaces, pods))


def _ends(written: object) -> tuple[str | PodsTerms, ...]:
    """A single end is a list of one."""
    items = written if isinstance(written, list) else [written]
    if not items:
        raise ValueError("name at least one end")
    return tuple(map(_end, items))


def _end(written: object) -> str | PodsTerms:
    if isinstance(written, dict):
        try:
            return PodsTerms.model_validate_json(json.dumps(written), strict=True)
        except ValidationError as error:
            told = (f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
            raise ValueError(f"this selects no pods: {'; '.join(told)}") from error
    if not isinstance(written, str):
        raise ValueError("write an end as a text, like shop/web, or by selectors")  # noqa: TRY004
    try:
        party_of([written])
    except DesignationError as error:
        raise ValueError(str(error)) from error
    return written


def party(ends: Iterable[str | PodsTerms]) -> Party:
    """All that is named."""
    return joined(
        each.party() if isinstance(each, PodsTerms) else party_of([each]) for each in ends
    )


def _ports(written: tuple[str, ...]) -> tuple[str, ...]:
    if not written:
        raise ValueError("name at least one port, or leave the key out for every port")
    try:
        ports_of(written)
    except DesignationError as error:
        raise ValueError(str(error)) from error
    return written


def _version(number: int) -> int:
    if number != 1:
        raise ValueError("write 1, the only version that there is")
    return number


def _line(text: str) -> str:
    if not text.isprintable() or text != text.strip():
        raise ValueError("write it in one line, without spaces around it")
    return text


_Party = Annotated[
    tuple[str | PodsTerms, ...],
    PlainValidator(_ends),
    WithJsonSchema(
        {
            "type": ["string", "object", "array"],
            "items": {"type": ["string", "object"]},
            "examples": [
                "shop/web",
                ["shop/app=web", "192.0.2.0/24"],
                {"namespaces": {"matchLabels": {"environment": "prod"}}},
            ],
        }
    ),
]
_Ports = Annotated[
    tuple[str, ...],
    BeforeValidator(_one_or_several),
    AfterValidator(_ports),
    Field(max_length=500),
    WithJsonSchema(
        {
            "type": ["integer", "string", "array"],
            "items": {"type": ["integer", "string"]},
            "examples": [5432, ["53/udp", "8000-8100", "http"]],
        }
    ),
]
_Line = Annotated[str, Field(max_length=500), AfterValidator(_line)]


class EntryTerms(Form):
    """A connection that has to be possible, or must not be."""

    name: Annotated[str, AfterValidator(_name), Field(description="What reviews call the entry.")]
    source: Annotated[
        _Party,
        Field(
            description="Who connects: a workload (shop/web), pods by labels (shop/app=web, "
            "*/app=web), a namespace (shop/*), addresses (192.0.2.0/24), `internet`, or `outside` "
            "for every address outside the cluster; or pods by `namespaces` and `pods`, which are "
            "selectors. Several are meant together."
        ),
    ]
    destination: Annotated[_Party, Field(description="Who is connected to, in the same words.")]
    ports: Annotated[
        _Ports,
        Field(
            description="5432, 53/udp, 8000-8100 or a port's name; every port of every protocol if "
            "absent."
        ),
    ] = ()
    expected: Annotated[
        Expected,
        Field(
            description="`allow`: every source reaches every destination on all of the ports. "
            "`deny`: no source reaches any destination on any of them."
        ),
    ]
    owner: Annotated[_Line, Field(description="Who answers for it.")] = ""
    approver: Annotated[_Line, Field(description="Who agreed to it.")] = ""
    reason: Annotated[
        str, Field(max_length=2_000, description="What the connection is for, or why it is not.")
    ] = ""
    review_by: Annotated[
        date | None, Field(description="The last day on which it counts without another look.")
    ] = None
    clusters: Annotated[
        tuple[Annotated[str, Field(max_length=63)], ...],
        Field(max_length=200, description="The clusters it is about; every one if absent."),
    ] = ()

    @model_validator(mode="after")
    def _decided_by_policies(self) -> "EntryTerms":
        ends = (party(self.source), party(self.destination))
        if all(each.outside for each in ends):
            raise ValueError(
                "both ends are addresses outside the cluster, and policies decide on connections"
                " of pods only: name pods or a workload at one end"
            )
        return self


class ContractTerms(Form):
    """Agreed connections."""

    version: Annotated[
        int,
        AfterValidator(_version),
        WithJsonSchema({"const": 1}),
        Field(description="The version of this form."),
    ]
    entries: Annotated[
        tuple[EntryTerms, ...],
        Field(max_length=MOST_ENTRIES, description="The connections, each with a name of its own."),
    ] = ()


def contract_schema() -> str:
    """JSON Schema (2020-12) of the file."""
    schema = {"$schema": DIALECT, **ContractTerms.model_json_schema(), "title": _TITLE}
    return json.dumps(schema, indent=2) + "\n"


_TITLE = "Connectivity contract of Edgewarden"
