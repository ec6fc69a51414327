"""Changes of one cluster as values of the language of rules."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Final, TypeAlias

from google.protobuf.message import Message

from edgewarden.governance.case import Case
from edgewarden.governance.observations.bypasses import bypasses
from edgewarden.governance.observations.contract import broken_entries, uncontracted_edges
from edgewarden.governance.observations.dns_losses import dns_losses
from edgewarden.governance.observations.isolation_losses import isolation_losses
from edgewarden.governance.observations.manifest_problems import manifest_problems
from edgewarden.governance.observations.openings import openings
from edgewarden.governance.observations.refused_calls import refused_calls
from edgewarden.governance.observations.splits import splits
from edgewarden.governance.observations.undone_isolation import undone_isolation
from edgewarden.governance.vocabulary.claims import (
    misleading_name_values,
    unenforced_values,
    wish_values,
)
from edgewarden.governance.vocabulary.objects import location_value
from edgewarden.governance.vocabulary.observations import observation_value
from edgewarden.governance.vocabulary.owners import (
    label_change_values,
    trusted_label_values,
    type_change_values,
)
from edgewarden.governance.vocabulary.reaches import (
    host_identity_values,
    internet_egress_values,
    own_address_values,
    span_values,
    split_port_values,
)
from edgewarden.governance.vocabulary.table import TYPES
from edgewarden.governance.vocabulary.vain import (
    port_name_values,
    redundancy_values,
    stray_dns_values,
    vacancy_values,
)
from edgewarden.governance.vocabulary.zones import breach_values
from edgewarden.reachability.location import Location

Field: TypeAlias = Callable[[Case], Iterable[Message]]


def _splits(case: Case) -> Iterable[Message]:
    return (observation_value("Split", each) for each in splits(case.proposal))


def _dns_losses(case: Case) -> Iterable[Message]:
    for each in dns_losses(case.proposal):
        protocols = sorted(each.protocols)
        yield observation_value("DnsLoss", each, protocols=protocols, certain=each.certain)


def _openings(case: Case) -> Iterable[Message]:
    for each in openings(case.proposal):
        reach = each.reach.name.lower()
        yield observation_value("Opening", each, reach=reach, databases=each.databases)


def _undone(case: Case) -> Iterable[Message]:
    return (observation_value("Undone", each) for each in undone_isolation(case.proposal))


def _refused_calls(case: Case) -> Iterable[Message]:
    for each in refused_calls(case.proposal):
        yield observation_value(
            "RefusedCall",
            each,
            service=each.service,
            callers=each.callers,
            certain=each.certain,
            required=each.required,
            questions=each.questions,
        )


def _bypasses(case: Case) -> Iterable[Message]:
    return (observation_value("Bypass", each, anew=each.anew) for each in bypasses(case.proposal))


def _isolation_losses(case: Case) -> Iterable[Message]:
    for each in isolation_losses(case.proposal):
        namespace, direction = each.key
        more = {"namespace": namespace, "direction": direction, "lost": each.lost}
        yield observation_value("IsolationLoss", each, **more, certain=each.certain)


def _problems(case: Case) -> Iterable[Message]:
    return (observation_value("Problem", each) for each in manifest_problems(case.proposal))


def _broken_entries(case: Case) -> Iterable[Message]:
    for entry, each in broken_entries(case.contract):
        yield observation_value(
            "BrokenEntry",
            each,
            entry=entry.name,
            expected=entry.expected.value,
            owner=entry.owner,
        )


def _uncontracted(case: Case) -> Iterable[Message]:
    for edge, each in uncontracted_edges(case.contract):
        more = {"certain": edge.certain, "pairs": edge.pairs}
        yield observation_value("Uncontracted", each, **more)


FIELDS: Final[Mapping[str, Field]] = {
    "splits": _splits,
    "dns_losses": _dns_losses,
    "openings": _openings,
    "undone": _undone,
    "refused_calls": _refused_calls,
    "bypasses": _bypasses,
    "type_changes": type_change_values,
    "label_changes": label_change_values,
    "trusted_labels": trusted_label_values,
    "isolation_losses": _isolation_losses,
    "problems": _problems,
    "breaches": breach_values,
    "broken_entries": _broken_entries,
    "uncontracted": _uncontracted,
    "redundancies": redundancy_values,
    "vacancies": vacancy_values,
    "port_names": port_name_values,
    "stray_dns": stray_dns_values,
    "split_ports": split_port_values,
    "spans": span_values,
    "own_addresses": own_address_values,
    "host_identities": host_identity_values,
    "internet_egress": internet_egress_values,
    "misleading_names": misleading_name_values,
    "wishes": wish_values,
    "unenforced": unenforced_values,
}
"""The lists of a ``Change``, each made only where a rule names it."""


def change_value(case: Case, names: Collection[str]) -> Message:
    """A ``Change`` with those of its lists that are among ``names``; the others are empty."""
    lists = {name: list(made(case)) for name, made in FIELDS.items() if name in names}
    return TYPES.value("Change", text="the change", location=location_value(_ROOT), **lists)


_ROOT = Location(".", 1)
