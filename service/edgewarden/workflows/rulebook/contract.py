"""Files of the connectivity contract, every fault with its line."""

from collections.abc import Iterable, Iterator, Mapping

from edgewarden.governance.contract.contract import Contract, Entry
from edgewarden.governance.contract.parties import ports_of
from edgewarden.manifests.documents import Limits
from edgewarden.reachability.location import Location
from edgewarden.workflows.forms.fault import Fault, FormError
from edgewarden.workflows.forms.reading import Filled, Paper
from edgewarden.workflows.rulebook.contract_terms import ContractTerms, EntryTerms, party
from edgewarden.workflows.rulebook.faults import FileFault, RulebookError

_PAPER = Paper(
    "contract",
    "Begin it with `version: 1`; `edgewarden contract import` writes a whole one.",
    Limits(size=4_000_000, depth=20, nodes=400_000, documents=20),
)


def read_contract(content: bytes, path: str) -> Contract:
    """The entries of a file at ``path``. Raises ``FormError`` with everything that is wrong."""
    filled = _PAPER.read(content, ContractTerms)
    entries = tuple(_entries(filled, path))
    faults = [fault for _, fault in named_again(entries)]
    if faults:
        raise FormError(faults)
    return Contract(entries)


def named_again(entries: Iterable[Entry]) -> Iterator[tuple[str, Fault]]:
    """The entries with the name of an earlier one, each by its path."""
    first: dict[str, Entry] = {}
    for entry in entries:
        earlier = first.setdefault(entry.name, entry)
        if earlier is not entry:
            where = entry.location
            fault = Fault(
                where.line,
                where.column,
                f"A second entry is called {entry.name}, after {earlier.location}.",
                "Give it another name, or join the two.",
                "name",
            )
            yield where.path, fault


def _entries(filled: Filled[ContractTerms], path: str) -> Iterator[Entry]:
    for number, terms in enumerate(filled.form.entries):
        node = filled.at("entries", number)
        yield _entry(terms, Location(path, node.line, node.column))


def _entry(terms: EntryTerms, location: Location) -> Entry:
    ports, names = ports_of(terms.ports)
    return Entry(
        name=terms.name,
        source=party(terms.source),
        destination=party(terms.destination),
        ports=ports,
        port_names=names,
        expected=terms.expected,
        location=location,
        owner=terms.owner,
        approver=terms.approver,
        reason=terms.reason.strip(),
        review_by=terms.review_by,
        clusters=frozenset(terms.clusters),
    )


def read_contracts(files: Mapping[str, bytes]) -> Contract:
    """The entries of several files by their paths, as one contract.

    Raises ``RulebookError`` with the faults of all files at once.
    """
    faults: list[FileFault] = []
    read: list[Entry] = []
    for path, content in sorted(files.items()):
        try:
            read += read_contract(content, path).entries
        except FormError as error:
            faults += (FileFault(path, each) for each in error.faults)
    faults += (FileFault(path, fault) for path, fault in named_again(read))
    if faults:
        raise RulebookError(faults)
    return Contract(tuple(read))
