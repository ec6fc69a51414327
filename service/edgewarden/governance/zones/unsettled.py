"""What would settle whether connections pass between zones against their terms."""

from collections.abc import Collection, Iterator, Mapping

from edgewarden.governance.phrases import listing
from edgewarden.governance.zones.zones import Dimension, Ruling, Terms
from edgewarden.reachability.reasons import Fact, FactKind
from edgewarden.reachability.symbolic.namespaces import Labelling
from edgewarden.reachability.symbolic.restrictions import Values
from edgewarden.reachability.symbolic.statements import EndSet, PodSet, Statement
from edgewarden.reachability.symbolic.wording import conditions
from edgewarden.reachability.wording import listed


class Unsettled:
    """What manifests leave open about the zones of one dimension."""

    def __init__(self, dimension: Dimension, head: Labelling) -> None:
        self._own_keys = dimension.namespace_keys
        self._head = head
        self._seen: dict[PodSet, bool] = {}

    def facts(self, part: Statement, terms: Terms) -> Iterator[Fact]:
        """The labels that nothing shows of namespaces which ``part`` names or selects, and the
        numbers of ports that it names where ``terms`` allow some numbers."""
        for ends in (part.source, part.destination):
            yield from self._of_namespaces(ends, part)
        named = part.ports.named
        if named and terms.ruling is Ruling.ALLOW_ONLY and terms.allowed.numbers:
            cause, subject = part.causes[0], f"Port {listing(each.name for each in named)}"
            question = f"{subject}: which number do the pods give it that are connected to?"
            yield Fact(FactKind.PORT_NAME, subject, question, cause.location, cause.side)

    def is_hypothetical(self, part: Statement) -> bool:
        """Whether it takes a namespace that it names to have a label which no manifest shows, and
        which tells no zone: a case that nothing shows to be there."""
        return any(
            isinstance(ends, PodSet)
            and not ends.namespaces.inverted
            and bool(ends.namespace_labels.keys() - self._own_keys)
            for ends in (part.source, part.destination)
        )

    def _of_namespaces(self, ends: EndSet, part: Statement) -> Iterator[Fact]:
        if not isinstance(ends, PodSet) or not ends.namespace_labels:
            return
        location, side = part.causes[0].location, part.causes[0].side
        if not ends.namespaces.inverted:
            names = sorted(filter(None, ends.namespaces.listed))
            one, keys = len(names) == 1, listed(sorted(ends.namespace_labels))
            subject = f"Namespace{'' if one else 's'} {listing(names)}"
            which = f"Which value of {keys} {'does' if one else 'do'} {subject} carry, if any?"
            question = f"{which} No manifest shows it."
            yield Fact(FactKind.NAMESPACE_LABELS, subject, question, location, side)
        elif ends.namespace_labels.keys() - self._own_keys and not self._shown(ends):
            asked = conditions(ends.namespace_labels)
            question = f"Is there a namespace with {asked}? No manifest shows one."
            yield Fact(FactKind.NAMESPACE_LABELS, "Namespaces", question, location, side)

    def _shown(self, pods: PodSet) -> bool:
        """Whether some namespace that is known is meant.

        What a rule asks besides the labels that tell zones is a choice of its own: perhaps no
        namespace of those zones has these labels.
        """
        known = self._seen.get(pods)
        if known is None:
            known = self._seen[pods] = any(
                name in pods.namespaces and self._has(name, pods.namespace_labels)
                for name in self._candidates(pods.namespace_labels)
            )
        return known

    def _has(self, name: str, labels: Mapping[str, Values]) -> bool:
        shown = self._head.manifests[name].labels
        return all(shown.get(key) in values for key, values in labels.items())

    def _candidates(self, labels: Mapping[str, Values]) -> Collection[str]:
        """At least the known namespaces that have one of the ``labels``, found by its values."""
        for key, values in labels.items():
            if not values.inverted and None not in values:
                carriers = self._head.carriers.get(key, {})
                named = (
                    carriers.get(value, frozenset()) for value in values.listed if value is not None
                )
                return frozenset[str]().union(*named)
        return self._head.manifests
