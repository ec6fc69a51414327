"""Label selectors as Kubernetes evaluates them (``metav1.LabelSelector``)."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

NAMESPACE_NAME_LABEL = "kubernetes.io/metadata.name"
"""The label that the API server puts on every namespace; its value is the namespace's name."""


class Operator(StrEnum):
    IN = "In"
    NOT_IN = "NotIn"
    EXISTS = "Exists"
    DOES_NOT_EXIST = "DoesNotExist"


@dataclass(frozen=True, slots=True, order=True)
class Requirement:
    """One condition on one label key.

    ``values`` is sorted and free of repetition; it is empty for ``Exists`` and ``DoesNotExist``.
    """

    key: str
    operator: Operator
    values: tuple[str, ...] = ()

    def admits(self, labels: Mapping[str, str]) -> bool:
        """``NotIn`` and ``DoesNotExist`` also admit objects that lack the key."""
        value = labels.get(self.key)
        match self.operator:
            case Operator.IN:
                return value is not None and value in self.values
            case Operator.NOT_IN:
                return value is None or value not in self.values
            case Operator.EXISTS:
                return value is not None
            case Operator.DOES_NOT_EXIST:
                return value is None

    def __str__(self) -> str:
        match self.operator:
            case Operator.IN if len(self.values) == 1:
                return f"{self.key}={self.values[0]}"
            case Operator.NOT_IN if len(self.values) == 1:
                return f"{self.key}!={self.values[0]}"
            case Operator.IN:
                return f"{self.key} in ({', '.join(self.values)})"
            case Operator.NOT_IN:
                return f"{self.key} not in ({', '.join(self.values)})"
            case Operator.EXISTS:
                return f"{self.key} exists"
            case Operator.DOES_NOT_EXIST:
                return f"{self.key} does not exist"


@dataclass(frozen=True, slots=True, order=True)
class NamespaceRequirement:
    """A condition on a namespace of which no manifest shows the labels."""

    namespace: str
    requirement: Requirement


@dataclass(frozen=True, slots=True, order=True)
class LabelSelector:
    """All requirements must hold; without any, every object is selected.

    ``matchLabels`` become ``In`` requirements with one value. The requirements are sorted and
    free of repetition, so two spellings of one selector are equal.
    """

    requirements: tuple[Requirement, ...] = ()

    @classmethod
    def of(cls, *requirements: Requirement) -> "LabelSelector":
        return cls(tuple(sorted(set(requirements))))

    @classmethod
    def matching(cls, labels: Mapping[str, str]) -> "LabelSelector":
        """The selector that ``matchLabels`` spells."""
        return cls.of(*(Requirement(key, Operator.IN, (value,)) for key, value in labels.items()))

    @property
    def selects_everything(self) -> bool:
        return not self.requirements

    def admits(self, labels: Mapping[str, str]) -> bool:
        return all(requirement.admits(labels) for requirement in self.requirements)

    def undecided_keys(
        self, labels: Mapping[str, str], open_keys: AbstractSet[str]
    ) -> frozenset[str]:
        """The open keys on which the answer for ``labels`` hangs.

        Empty where the other requirements already refuse the object, or where no requirement
        names an open key: then ``admits`` is certain.
        """
        if not open_keys:
            return frozenset()
        settled = (r for r in self.requirements if r.key not in open_keys)
        if not all(requirement.admits(labels) for requirement in settled):
            return frozenset()
        return frozenset(r.key for r in self.requirements if r.key in open_keys)

    def __str__(self) -> str:
        return ", ".join(map(str, self.requirements)) or "everything"


EVERY_POD = LabelSelector()
"""What ``podSelector: {}`` says."""
