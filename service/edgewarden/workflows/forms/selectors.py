"""How selectors of labels are written: as Kubernetes writes them."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, model_validator

from edgewarden.reachability.labels import (
    NAMESPACE_NAME_LABEL,
    LabelSelector,
    Operator,
    Requirement,
)
from edgewarden.workflows.configuration.terms import LabelKey, LabelValue, NamespaceName
from edgewarden.workflows.forms.form import Form

_WITH_VALUES = frozenset({Operator.IN, Operator.NOT_IN})


class RequirementTerms(Form):
    """One item of ``matchExpressions``."""

    key: LabelKey
    operator: Operator
    values: Annotated[tuple[LabelValue, ...], Field(max_length=1000)] = ()

    @model_validator(mode="after")
    def _fitting_values(self) -> "RequirementTerms":
        if self.operator in _WITH_VALUES and not self.values:
            raise ValueError(f"{self.operator} needs values: list at least one")
        if self.operator not in _WITH_VALUES and self.values:
            raise ValueError(f"{self.operator} takes no values: remove them")
        return self

    def requirement(self) -> Requirement:
        return Requirement(self.key, self.operator, tuple(sorted(set(self.values))))


class SelectorTerms(Form):
    """Labels that have to be there; ``{}`` asks for none."""

    matchLabels: Annotated[  # noqa: N815 - the name in Kubernetes
        Mapping[LabelKey, LabelValue], Field(description="Labels with their values.")
    ] = {}
    matchExpressions: Annotated[  # noqa: N815
        tuple[RequirementTerms, ...],
        Field(max_length=100, description="Conditions on labels, all of which have to hold."),
    ] = ()

    def selector(self) -> LabelSelector:
        equalities = LabelSelector.matching(self.matchLabels).requirements
        return LabelSelector.of(
            *equalities, *(each.requirement() for each in self.matchExpressions)
        )


class NamespacesTerms(SelectorTerms):
    """Namespaces by name and by label; both together have to hold."""

    names: Annotated[
        tuple[NamespaceName, ...], Field(max_length=1000, description="Namespaces by name.")
    ] = ()

    def whole(self) -> LabelSelector:
        """Names are values of the label that every namespace carries."""
        requirements = self.selector().requirements
        if not self.names:
            return LabelSelector.of(*requirements)
        names = Requirement(NAMESPACE_NAME_LABEL, Operator.IN, tuple(sorted(set(self.names))))
        return LabelSelector.of(*requirements, names)
