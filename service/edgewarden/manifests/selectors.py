"""``metav1.LabelSelector`` as the API server reads and validates it."""

from edgewarden.manifests.fields import Field
from edgewarden.manifests.metadata import read_labels
from edgewarden.manifests.syntax import label_key_fault, label_value_fault
from edgewarden.reachability.labels import LabelSelector, Operator, Requirement

_SELECTOR = frozenset({"matchLabels", "matchExpressions"})
_EXPRESSION = frozenset({"key", "operator", "values"})
_WITH_VALUES = frozenset({Operator.IN, Operator.NOT_IN})


def read_selector(selector: Field) -> LabelSelector:
    """A selector; missing, null and ``{}`` select everything."""
    fields = selector.children(_SELECTOR)
    labels = read_labels(selector.within(fields, "matchLabels"))
    equalities = LabelSelector.matching(labels).requirements
    expressions = selector.within(fields, "matchExpressions").items()
    requirements = (_requirement(expression) for expression in expressions)
    return LabelSelector.of(*equalities, *(r for r in requirements if r is not None))


def _requirement(expression: Field) -> Requirement | None:
    fields = expression.children(_EXPRESSION)
    key_field = expression.within(fields, "key")
    operator_field = expression.within(fields, "operator")
    values_field = expression.within(fields, "values")
    key, operator_name = key_field.text(), operator_field.text()
    values = tuple(value.text() for value in values_field.items())
    if fault := label_key_fault(key):
        key_field.refuse(f'Invalid value: "{key}": {fault}', "Name a label key.")
    try:
        operator = Operator(operator_name)
    except ValueError:
        operator_field.refuse(
            f'Invalid value: "{operator_name}": not a valid selector operator',
            "Write In, NotIn, Exists or DoesNotExist.",
        )
        return None
    if operator in _WITH_VALUES and not values:
        values_field.refuse(
            "Required value: must be specified when `operator` is 'In' or 'NotIn'",
            "List at least one value, or use Exists or DoesNotExist.",
        )
    if operator not in _WITH_VALUES and values:
        values_field.refuse(
            "Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
            "Remove the values, or use In or NotIn.",
        )
    for value in values:
        if fault := label_value_fault(value):
            values_field.refuse(f'Invalid value: "{value}": {fault}', "Correct the value.")
    return Requirement(key, operator, tuple(sorted(set(values))))
