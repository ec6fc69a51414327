"""Values that something fills in before the manifest is applied.

``${NAME}`` is what envsubst and Flux's post-build substitution fill in, ``__NAME__`` what people
replace with sed, and a namespace in capitals, which no namespace can have, by hand.
"""

import re

from edgewarden.manifests.fields import Fault
from edgewarden.reachability.location import Problem, ProblemKind
from edgewarden.reachability.model import ObjectRef

_QUOTED = re.compile(r'"([^"]*)"')
_PLACEHOLDER = re.compile(r"\$\{\w+[^}]*\}|__[A-Z][A-Z0-9_]*__")
_CAPITALS = re.compile(r"[A-Z][A-Z0-9_]*")


def not_filled_in(ref: ObjectRef, fault: Fault) -> Problem | None:
    """What to say instead of the API server's objection, which it raises to nothing that is
    applied; none where the value that it quotes holds no placeholder."""
    quoted = _QUOTED.search(fault.text)
    value = quoted[1] if quoted else ""
    found = _PLACEHOLDER.search(value)
    if found is None and fault.field == "metadata.namespace":
        found = _CAPITALS.fullmatch(value)
    if found is None:
        return None
    return Problem(
        ProblemKind.NOT_RENDERED,
        fault.location,
        f"{ref.kind} {ref} holds the placeholder {found[0]} in {fault.field}: what is applied in "
        "its place is not known, and not judged.",
        "Fill it in where the manifests are rendered, and upload what comes of it.",
        field=fault.field,
        namespaces=frozenset({ref.namespace} - {""}),
    )
