"""Which statements are read first."""

from edgewarden.reachability.symbolic.statements import (
    AddressSet,
    Anything,
    EndSet,
    IsolationStatement,
    PodSet,
    Statement,
)

_ANYTHING, MANY_ADDRESSES, _ANY_POD, _ANY_NAMESPACE, _LISTED, _CHOSEN = range(6)
_SHARE = 16
"""A set of addresses that holds at least one in so many of a family is wide."""


def by_importance(statement: Statement) -> tuple[object, ...]:
    """Conditional cases last; what is certain first, then the widest, then by the words."""
    ranks = sorted((breadth(statement.source), breadth(statement.destination)))
    return statement.conditional, not statement.certain, *ranks, str(statement)


def isolation_by_importance(statement: IsolationStatement) -> tuple[object, ...]:
    """Lost isolation first, then the widest, then in the order of the words."""
    return (
        statement.isolated,
        breadth(statement.pods),
        str(statement.pods),
        statement.direction,
    )


def breadth(ends: EndSet) -> int:
    """The smaller, the wider: anything, much of the addresses outside, any pod, and so on."""
    match ends:
        case Anything():
            return _ANYTHING
        case AddressSet():
            return MANY_ADDRESSES if _is_wide(ends) else _CHOSEN
        case PodSet() if not ends.namespaces.inverted:
            return _CHOSEN if ends.labels else _LISTED
        case PodSet():
            return _ANY_NAMESPACE if ends.labels or ends.namespace_labels else _ANY_POD


def _is_wide(addresses: AddressSet) -> bool:
    return any(
        (int(each.last) - int(each.first) + 1) * _SHARE >= 1 << each.first.max_prefixlen
        for each in addresses.ranges
    )
