"""Namespaces that watch others, known by what they are called."""

from edgewarden.reachability.labels import LabelSelector, Operator

_WORDS = ("monitoring", "observability", "prometheus", "telemetry", "logging", "metrics")


def is_monitoring(name: str) -> bool:
    """Whether a namespace of that name is taken as one that watches others."""
    return any(word in name for word in _WORDS)


def selects_monitoring(namespaces: LabelSelector) -> bool:
    """Whether a selector asks for namespaces by a value that speaks of monitoring."""
    return any(
        requirement.operator is Operator.IN and all(map(is_monitoring, requirement.values))
        for requirement in namespaces.requirements
    )
