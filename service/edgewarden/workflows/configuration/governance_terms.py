"""Who answers for what, as a configuration writes it."""

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from edgewarden.governance.ownership.policy_type import PolicyType
from edgewarden.manifests.syntax import label_key_fault
from edgewarden.workflows.configuration.terms import NamespaceName
from edgewarden.workflows.forms.form import Form, PathPatterns


def _team(name: str) -> str:
    if not name.isprintable() or name != name.strip() or not name:
        raise ValueError(
            f"{name!r} is no name of a team: write it in one line, without spaces around it"
        )
    return name


def _protected(key: str) -> str:
    if fault := label_key_fault(f"{key}any" if key.endswith("/") else key):
        raise ValueError(f"{key!r} is no key of a label: {fault}")
    return key


class OwnerTerms(Form):
    """A team and what it answers for.

    Of several that name a namespace or a file the last one does; what they say of types of policies
    and of labels adds up.
    """

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
    policy_types: Annotated[
        tuple[PolicyType, ...],
        Field(
            max_length=len(PolicyType),
            description="What kinds of policies only this team changes, or another that names them "
            "as well: by what a policy does, whatever it is called.",
        ),
    ] = ()
    labels: Annotated[
        tuple[Annotated[str, AfterValidator(_protected)], ...],
        Field(
            max_length=1000,
            description="Labels of namespaces and pods that only this team sets, or another that "
            "names them as well: a key, or with a slash at its end all keys that begin so.",
        ),
    ] = ()

    @model_validator(mode="after")
    def _something(self) -> "OwnerTerms":
        if not (self.namespaces or self.paths or self.policy_types or self.labels):
            raise ValueError(
                "say what the team answers for: name `namespaces`, `paths`, `policy_types` or "
                "`labels`"
            )
        return self
