"""An inventory as the values of the model, located in the document that they stand in."""

from collections import abc
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from edgewarden.manifests.collector import collector_paused
from edgewarden.manifests.inventory.document import FIRST_LINE, Unseen, is_header, read_header
from edgewarden.manifests.inventory.errors import InventoryError
from edgewarden.manifests.inventory.objects import DIGEST, type_in
from edgewarden.manifests.inventory.pods import part
from edgewarden.manifests.inventory.stream import JsonObject, read_objects
from edgewarden.manifests.inventory.whitelist import MASKS
from edgewarden.manifests.nodes import mapping_at_line
from edgewarden.manifests.objects import Declared, Refused, Unidentified, read_object, scope
from edgewarden.manifests.places import inventory_path
from edgewarden.manifests.serving.served import Served
from edgewarden.manifests.unjudged import unjudged_kind
from edgewarden.reachability.location import Location, Problem, ProblemKind
from edgewarden.reachability.model import Namespace, ObjectRef, UnjudgedPolicy

_LONGEST_MESSAGE = 500


@dataclass(frozen=True, slots=True)
class InventoryReading:
    """What a cluster held at ``taken_at``, as far as it was seen.

    Of ``refused`` objects all that is certain is that the cluster has them: this version cannot
    read what they say. ``unseen`` are resources of which there may be more objects. The labels of
    each namespace are complete, and so are those of pods that stand for themselves. ``served`` tell
    what the API server calls.
    """

    declared: tuple[Declared, ...]
    refused: tuple[Refused, ...]
    served: tuple[Served, ...]
    unseen: abc.Mapping[str, Unseen]
    taken_at: datetime | None


def read_inventory(document: abc.Iterable[bytes], cluster: str) -> InventoryReading:
    """Read a cleaned document; lines in locations are its own. Raises ``InventoryError``."""
    path = inventory_path(cluster)
    declared: list[Declared] = []
    refused: list[Refused] = []
    served: list[Served] = []
    header = None
    with collector_paused():
        for line, content in enumerate(read_objects(document), FIRST_LINE):
            if is_header(content):
                header = read_header(content)
                continue
            match _read(content, Location(path, line)):
                case Declared() as whole:
                    declared.append(whole)
                case Refused() as partial:
                    refused.append(partial)
                case Served() as told:
                    served.append(told)
    if header is None:
        raise InventoryError("This is no cleaned inventory: `edgewarden inventory push` makes one.")
    return InventoryReading(
        tuple(declared), tuple(refused), tuple(served), header.unseen, header.taken_at
    )


def _read(content: JsonObject, location: Location) -> Declared | Refused | Served:
    written = type_in(content)
    key = written.group, written.kind
    if key not in MASKS and (kind := unjudged_kind(*key)) is not None:
        names = part(content, "metadata")
        namespace, name = str(names.get("namespace", "")), str(names.get("name", ""))
        ref = ObjectRef(*key, namespace, name)
        value = UnjudgedPolicy(ref, str(content.get(DIGEST)), kind.effects, location)
        return Declared(ref, value, location)
    places = partial(Location, location.path)
    outcomes = read_object(mapping_at_line(content, location.line), places)
    for outcome in outcomes:
        match outcome:
            case Declared(value=Namespace() as shown):
                return replace(outcome, value=replace(shown, complete=True))
            case Declared() | Served():
                return outcome
            case Refused():
                return replace(outcome, problems=(_not_understood(outcome, location),))
            case Unidentified(problems=(problem, *_)):
                raise InventoryError(f"Line {location.line}: {problem.message[:_LONGEST_MESSAGE]}")
    raise InventoryError(f"Line {location.line}: no inventory holds a {written.kind}.")


def _not_understood(outcome: Refused, location: Location) -> Problem:
    ref = outcome.ref
    fields = ", ".join(dict.fromkeys(each.field for each in outcome.problems if each.field))
    return Problem(
        ProblemKind.INVALID_OBJECT,
        location,
        f"{ref.kind} {ref} is in the cluster, and what it says is not understood: {fields}.",
        "Use a version of Edgewarden that knows the cluster's version of Kubernetes.",
        namespaces=scope(ref),
    )
