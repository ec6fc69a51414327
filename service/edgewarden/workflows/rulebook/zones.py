"""The bytes of ``zones.yaml`` as zones, every fault with its line."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from edgewarden.governance.zones.overlaps import disagreements, overlaps
from edgewarden.governance.zones.partition import member_box
from edgewarden.governance.zones.zones import (
    ANY,
    NO_ZONE,
    NO_ZONES,
    Cell,
    Dimension,
    Respect,
    Ruling,
    Service,
    Terms,
    Zone,
    Zones,
)
from edgewarden.manifests.documents import Limits
from edgewarden.reachability.facts import Role
from edgewarden.reachability.labels import (
    LabelSelector,
)
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import IPBlock, PodPeer
from edgewarden.reachability.rule_ports import RulePorts
from edgewarden.workflows.forms.fault import Fault, FormError
from edgewarden.workflows.forms.reading import Filled, Paper
from edgewarden.workflows.rulebook.faults import FileFault, RulebookError
from edgewarden.workflows.rulebook.zone_form import (
    DimensionTerms,
    MemberTerms,
    ZonesTerms,
    ports_of,
)

_PAPER = Paper(
    "file of zones",
    "Begin it with `version: 1`; docs/zones.md shows a whole one.",
    Limits(size=1_000_000, depth=20, nodes=50_000, documents=20),
)
_SECTIONS: Mapping[str, Respect] = {
    "zones": Respect.ZONE,
    "tenants": Respect.TENANT,
    "environments": Respect.ENVIRONMENT,
    "system": Respect.SYSTEM,
}


def read_zone_files(files: Mapping[str, bytes]) -> Zones:
    """The zones of the file, by its path, if there is one. Raises ``RulebookError``."""
    if not files:
        return NO_ZONES
    (path, content), *others = sorted(files.items())
    told = f"A second file of zones, beside {path}."
    faults = [FileFault(other, Fault(1, 1, told, "Join them.")) for other, _ in others]
    try:
        zones = read_zones(content, path)
    except FormError as error:
        faults += (FileFault(path, each) for each in error.faults)
    if faults:
        raise RulebookError(faults)
    return zones


def read_zones(content: bytes, path: str) -> Zones:
    """The zones of a file at ``path``. Raises ``FormError`` with everything that is wrong."""
    reader = _Reader(_PAPER.read(content, ZonesTerms), path)
    zones = reader.zones()
    if reader.faults:
        raise FormError(reader.faults)
    return zones


class _Reader:
    """One file, of whose form nothing is wrong any more."""

    def __init__(self, filled: Filled[ZonesTerms], path: str) -> None:
        self._filled = filled
        self._path = path
        self.faults: list[Fault] = []
        self._services = {
            name: _service(name, RulePorts.union(map(ports_of, ports)))
            for name, ports in filled.form.services.items()
        }

    def zones(self) -> Zones:
        sections = ((name, getattr(self._filled.form, name)) for name in _SECTIONS)
        return Zones(
            tuple(self._dimension(name, terms) for name, terms in sections if terms is not None)
        )

    def _dimension(self, section: str, terms: DimensionTerms) -> Dimension:
        dimension = Dimension(
            respect=_SECTIONS[section],
            zones=tuple(
                Zone(
                    each.name,
                    tuple(self._members(each.members, section, "zones", number, "members")),
                    each.priority,
                    self._location(section, "zones", number),
                )
                for number, each in enumerate(terms.zones)
            ),
            labels=terms.labels,
            cells=tuple(self._cells(section, terms)),
            across=None if terms.across is None else self._whole(section, "across", terms.across),
            otherwise=self._whole(section, "default", terms.default),
        )
        self._refuse_repeated(section, "zones", [f"Zone {each.name}" for each in terms.zones])
        pairs = [f"{each.source} → {each.destination}" for each in terms.matrix]
        self._refuse_repeated(section, "matrix", pairs)
        self._refuse_unknown(section, terms)
        self._refuse_ambiguous(section, dimension)
        return dimension

    def _members(
        self, members: Sequence[MemberTerms], *place: int | str
    ) -> Iterator[PodPeer | IPBlock]:
        for number, member in enumerate(members):
            location = self._location(*place, number)
            if member.cidrs:
                yield from (IPBlock(each, (), location) for each in member.cidrs)
                continue
            namespaces, pods = LabelSelector(), LabelSelector()
            if member.namespaces is not None:
                namespaces = member.namespaces.whole()
            if member.pods is not None:
                pods = member.pods.selector()
            peer = PodPeer(namespaces, pods, location)
            if member_box(peer, Role.SOURCE) is None:
                self._fault(
                    (*place, number),
                    "No pod can satisfy all that is asked here.",
                    "Remove one of the conditions that exclude each other.",
                )
            yield peer

    def _cells(self, section: str, terms: DimensionTerms) -> Iterator[Cell]:
        for number, cell in enumerate(terms.matrix):
            known = (self._services.get(name) for name in cell.services)
            services = tuple(each for each in known if each is not None)
            for position, name in enumerate(cell.services):
                if name not in self._services:
                    place = (section, "matrix", number, "services", position)
                    meant = _meant(name, tuple(self._services))
                    self._fault(place, f"There is no service {name}{meant}", _SERVICES)
            location = self._location(section, "matrix", number)
            yield Cell(cell.source, cell.destination, Terms(cell.rule, services, location))

    def _refuse_unknown(self, section: str, terms: DimensionTerms) -> None:
        """Where labels name zones too, every name may be one."""
        if terms.labels:
            return
        known = {each.name for each in terms.zones}
        for number, cell in enumerate(terms.matrix):
            for end, name in (("source", cell.source), ("destination", cell.destination)):
                if name not in {*known, ANY, NO_ZONE}:
                    place = (section, "matrix", number, end)
                    message = f"There is no zone {name} in `{section}`{_meant(name, tuple(known))}"
                    self._fault(place, message, f"List it in `{section}.zones`.")

    def _refuse_repeated(self, section: str, part: str, names: Sequence[str]) -> None:
        first: dict[str, int] = {}
        for number, name in enumerate(names):
            earlier = first.setdefault(name, number)
            if earlier != number:
                line = self._filled.at(section, part, earlier).line
                message = f"{name} stands here again, after line {line}."
                self._fault((section, part, number), message, "Join the two.")

    def _refuse_ambiguous(self, section: str, dimension: Dimension) -> None:
        zones = dimension.zones
        for overlap in overlaps(dimension):
            one, other = zones[overlap.first], zones[overlap.second]
            if one.name != other.name:
                message = (
                    f"Zones {one.name} (line {one.location.line}) and {other.name} both hold "
                    f"{overlap.common}, with equal priority {one.priority}."
                )
                remedy = "Give one of them a higher priority, or keep their members apart."
                self._fault((section, "zones", overlap.second), message, remedy)
        for one_cell, other_cell in disagreements(dimension):
            pair = f"{one_cell.source} → {other_cell.destination}"
            first, second = sorted(map(dimension.cells.index, (one_cell, other_cell)))
            line = self._filled.at(section, "matrix", first).line
            message = f"This cell and the one in line {line} say different things of {pair}."
            self._fault((section, "matrix", second), message, f"Write a cell for {pair}.")

    def _whole(self, section: str, key: str, ruling: Ruling) -> Terms:
        written = key in getattr(self._filled.form, section).model_fields_set
        return Terms(ruling, (), self._location(section, key) if written else None)

    def _location(self, *place: int | str) -> Location:
        node = self._filled.at(*place)
        return Location(self._path, node.line, node.column)

    def _fault(self, place: Sequence[int | str], message: str, remedy: str) -> None:
        node = self._filled.at(*place)
        self.faults.append(Fault(node.line, node.column, message, remedy, _field(place)))


_SERVICES = "Name one of `services`, or add it there."


def _service(name: str, ports: RulePorts) -> Service:
    return Service(name, ports.numbers, tuple(sorted(ports.names)))


def _field(place: Sequence[int | str]) -> str:
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return "".join(parts).removeprefix(".")


def _meant(name: str, known: Sequence[str]) -> str:
    """Ends a sentence with the name that was likely meant."""
    found = get_close_matches(name, known, n=1)
    return f"; did you mean {found[0]}?" if found else "."
