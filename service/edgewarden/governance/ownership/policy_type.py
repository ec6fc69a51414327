"""Kinds of policies: teams own them as they own namespaces."""

from enum import StrEnum


class PolicyType(StrEnum):
    """By whom it is to be agreed on, as a rule: the platform, security, or the application."""

    DEFAULT_DENY = "default-deny"
    """Isolates all pods of a namespace and allows nothing."""
    DNS = "dns"
    """Lets pods ask for names, and nothing else."""
    MONITORING = "monitoring"
    """Lets a monitoring namespace in."""
    EXTERNAL_EGRESS = "external-egress"
    """Lets pods reach addresses, or everything."""
    EXTERNAL_INGRESS = "external-ingress"
    """Lets addresses, or everything, reach pods."""
    CROSS_NAMESPACE = "cross-namespace"
    """Connects pods with those of other namespaces."""
    APPLICATION = "application"
    """Concerns pods of one namespace among themselves."""
