"""The form of a checklist file, and its JSON Schema."""

import json
import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from edgewarden.governance.sign_offs import Manual, Signers
from edgewarden.reporting.schema import DIALECT
from edgewarden.workflows.forms.form import Form
from edgewarden.workflows.texts import line_fault, prose_fault

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def _id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise ValueError(f"{text!r} is no id: write words in small letters with hyphens")
    return text


def _line(text: str) -> str:
    if (fault := line_fault(text)) is not None:
        raise ValueError(fault)
    return text.strip()


def _prose(text: str) -> str:
    if (fault := prose_fault(text)) is not None:
        raise ValueError(fault)
    return " ".join(text.split())


Id = Annotated[str, AfterValidator(_id), Field(max_length=80)]
Line = Annotated[str, AfterValidator(_line)]
Prose = Annotated[str, AfterValidator(_prose), Field(max_length=1000)]


class SignersForm(Form):
    """Who may sign off an item: people of a role, or of teams, or both."""

    role: Annotated[
        Literal["reader", "operator", "admin"] | None,
        Field(description="The role, or one above it, that is enough."),
    ] = None
    teams: Annotated[
        tuple[Line, ...], Field(max_length=50, description="Teams of the service by name.")
    ] = ()

    @model_validator(mode="after")
    def _somebody(self) -> "SignersForm":
        if self.role is None and not self.teams:
            raise ValueError("say who may: name a `role` or `teams`")
        return self


class ManualForm(Form):
    """What a person is asked."""

    question: Annotated[Prose, Field(description="What was checked, asked as a question.")]
    signed_by: Annotated[
        SignersForm, Field(description="Who may answer; operators if the key is absent.")
    ] = SignersForm(role="operator")

    def manual(self) -> Manual:
        return Manual(self.question, Signers(self.signed_by.role or "", self.signed_by.teams))


class ItemForm(Form):
    """An item: one that is there already with other words, or one more."""

    id: Annotated[Id, Field(description="What the item is called; it never changes.")]
    title: Annotated[
        Line | None, Field(description="What holds where it passes, in a few words.")
    ] = None
    criterion: Annotated[Prose | None, Field(description="When it passes, in a sentence.")] = None
    rules: Annotated[
        tuple[Id, ...],
        Field(max_length=200, description="Rules by id whose findings are about the item."),
    ] = ()
    manual: Annotated[
        ManualForm | None, Field(description="What a person is asked, and who may answer.")
    ] = None


class ChecklistForm(Form):
    """The items that a file changes or adds."""

    checklist: Annotated[tuple[ItemForm, ...], Field(max_length=200)]


def checklist_schema() -> str:
    """JSON Schema (2020-12) of the file."""
    schema = {"$schema": DIALECT, **ChecklistForm.model_json_schema(), "title": _TITLE}
    return json.dumps(schema, indent=2) + "\n"


_TITLE = "A checklist of Edgewarden"
