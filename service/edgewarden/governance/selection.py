"""What selectors say about each other, for all pods that could exist."""

from collections.abc import Iterable, Sequence

from edgewarden.reachability.labels import LabelSelector, Operator, Requirement

_MOST_STEPS = 20_000
"""Selectors written to be hard could take exponentially many."""

_NEGATIONS = {
    Operator.IN: Operator.NOT_IN,
    Operator.NOT_IN: Operator.IN,
    Operator.EXISTS: Operator.DOES_NOT_EXIST,
    Operator.DOES_NOT_EXIST: Operator.EXISTS,
}


def implies(narrow: LabelSelector, broad: LabelSelector) -> bool:
    """Whether every object that ``narrow`` selects is selected by ``broad``."""
    return unselected(narrow, (broad,)) is None


def disjoint(one: LabelSelector, other: LabelSelector) -> bool:
    """Whether no object can be selected by both."""
    return not _satisfiable(_both(one, other))


def unselected(selector: LabelSelector, others: Sequence[LabelSelector]) -> LabelSelector | None:
    """Some objects that ``selector`` selects and none of ``others`` does; none if there are none.

    Every one of the others is escaped by breaking one of its requirements. Where that takes
    too many steps, the answer is what was still open: never that all is selected.
    """
    hardest_last = sorted(others, key=lambda each: len(each.requirements))
    stack = [(selector, 0)] if _satisfiable(selector) else []
    for _ in range(_MOST_STEPS):
        if not stack:
            return None
        remaining, position = stack.pop()
        if position == len(hardest_last):
            return remaining
        other = hardest_last[position]
        if disjoint(remaining, other):
            stack.append((remaining, position + 1))
            continue
        for requirement in other.requirements:
            escaped = _both(remaining, LabelSelector.of(_negated(requirement)))
            if _satisfiable(escaped):
                stack.append((escaped, position + 1))
    return stack[-1][0] if stack else None


def _negated(requirement: Requirement) -> Requirement:
    return Requirement(requirement.key, _NEGATIONS[requirement.operator], requirement.values)


def _both(one: LabelSelector, other: LabelSelector) -> LabelSelector:
    return LabelSelector.of(*one.requirements, *other.requirements)


def _satisfiable(selector: LabelSelector) -> bool:
    keys = {requirement.key for requirement in selector.requirements}
    return all(
        _possible([each for each in selector.requirements if each.key == key]) for key in keys
    )


def _possible(requirements: Iterable[Requirement]) -> bool:
    """Whether a value, or the absence of the key, satisfies all of them."""
    listed: list[set[str]] = []
    refused: set[str] = set()
    operators: set[Operator] = set()
    for requirement in requirements:
        operators.add(requirement.operator)
        if requirement.operator is Operator.IN:
            listed.append(set(requirement.values))
        elif requirement.operator is Operator.NOT_IN:
            refused.update(requirement.values)
    if Operator.DOES_NOT_EXIST in operators:
        return not listed and Operator.EXISTS not in operators
    return not listed or bool(set.intersection(*listed) - refused)
