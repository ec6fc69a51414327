"""The form of a file on a network plugin."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from edgewarden.governance.enforcement.plugin import Enforces, Feature, Limit, Plugin
from edgewarden.workflows.forms.form import Form

_VERSION = re.compile(r"\d+(?:\.\d+){1,3}")


def _version(text: str) -> str:
    if not _VERSION.fullmatch(text):
        raise ValueError(f"{text!r} is no version: write numbers with dots between them, quoted")
    return text


def _source(text: str) -> str:
    if not text.startswith("https://"):
        raise ValueError(f"{text!r} is no source: write the address of a page of documentation")
    return text


def _small(text: str) -> str:
    if text != text.lower():
        raise ValueError(f"write {text.lower()!r}, since names are compared in small letters")
    return text


Text = Annotated[str, Field(min_length=1, max_length=1000)]
Name = Annotated[str, AfterValidator(_small), Field(min_length=1, max_length=100)]
Source = Annotated[str, AfterValidator(_source), Field(max_length=500)]


class LimitTerms(Form):
    """Something that the plugin does not enforce."""

    feature: Annotated[Feature, Field(description="Which part of the API.")]
    effect: Annotated[Text, Field(description="What becomes of it, in a sentence.")]
    source: Annotated[Source, Field(description="Where the plugin says so.")]
    since: Annotated[
        Annotated[str, AfterValidator(_version)] | None,
        Field(description="The version from which on it is enforced."),
    ] = None
    depends: Annotated[bool, Field(description="Whether a setting of the plugin decides.")] = False

    def limit(self) -> Limit:
        since = tuple(map(int, self.since.split("."))) if self.since else None
        return Limit(self.feature, self.effect.strip(), self.source, since, self.depends)


class PluginForm(Form):
    """What a network plugin makes of a NetworkPolicy."""

    title: Annotated[Text, Field(description="What people call it.")]
    names: Annotated[
        tuple[Name, ...],
        Field(min_length=1, max_length=20, description="By which profiles name it."),
    ]
    agents: Annotated[
        tuple[Name, ...],
        Field(max_length=20, description="The workloads by which a cluster shows it."),
    ] = ()
    enforces: Annotated[Enforces, Field(description="Whether it enforces policies at all.")]
    source: Annotated[Source, Field(description="Where it says so.")]
    limits: Annotated[tuple[LimitTerms, ...], Field(max_length=50)] = ()

    def plugin(self) -> Plugin:
        limits = tuple(each.limit() for each in self.limits)
        return Plugin(self.title, self.names, self.agents, self.enforces, self.source, limits)
