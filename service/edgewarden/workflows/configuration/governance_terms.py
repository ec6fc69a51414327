"""Who answers for what, as a configuration writes it."""

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from edgewarden.workflows.configuration.terms import NamespaceName
from edgewarden.workflows.forms.form import Form, PathPatterns


def _team(name: str) -> str:
    if not name.isprintable() or name != name.strip() or not name:
        raise ValueError(
            f"{name!r} is no name of a team: write it in one line, without spaces around it"
        )
    return name


class OwnerTerms(Form):
    """A team and what it answers for; of several that fit, the last one does."""

    team: Annotated[
        str,
        AfterValidator(_team),
        Field(max_length=200, description="The team, as people call it."),
    ]
    namespaces: Annotated[
        tuple[NamespaceName, ...], Field(max_length=1000, description="Namespaces by name.")
    ] = ()
    paths: Annotated[
        PathPatterns, Field(description="Files, directories or patterns of them.")
    ] = ()

    @model_validator(mode="after")
    def _something(self) -> "OwnerTerms":
        if not self.namespaces and not self.paths:
            raise ValueError("say what the team answers for: name `namespaces` or `paths`")
        return self
