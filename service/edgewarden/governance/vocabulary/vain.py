"""What policies say in vain as values of the language of rules: what others say already, and what
the cluster does not have."""

from collections.abc import Iterable, Iterator

from google.protobuf.message import Message

from edgewarden.governance.case import Case
from edgewarden.governance.phrases import listing
from edgewarden.governance.proposal import WrittenRule
from edgewarden.governance.redundancy.redundant import Part, introduced_redundancy
from edgewarden.governance.vacuity.vacuity import (
    emptied,
    no_such_dns,
    no_such_ports,
    nothing_selected,
)
from edgewarden.governance.vocabulary.written import found_value, rule_found_value
from edgewarden.reachability.model import NetworkPolicy
from edgewarden.reachability.wording import capitalised


def redundancy_values(case: Case) -> Iterable[Message]:
    """``Redundancy``: ``text`` has no effect beside ``by``. ``added`` tells what of it is new:
    ``redundant``, ``covering`` or ``both``."""
    for each in introduced_redundancy(case.proposal):
        part = each.redundant.part
        yield found_value(
            "Redundancy",
            key=each.key,
            text=capitalised(_part(part)),
            location=each.location,
            about=_policy(part).ref,
            by=listing(map(_part, each.redundant.by)),
            added=each.newcomer.value,
            alike=each.redundant.alike,
            whole=isinstance(part, NetworkPolicy),
        )


def _policy(part: Part) -> NetworkPolicy:
    return part.policy if isinstance(part, WrittenRule) else part


def _part(part: Part) -> str:
    return str(part) if isinstance(part, WrittenRule) else f"policy {part.ref} ({part.location})"


def vacancy_values(case: Case) -> Iterator[Message]:
    """``Vacancy``: nothing is ``text``. ``of`` is ``policy`` or ``peer``, ``why`` is
    ``contradiction``, ``no namespace``, ``no pod`` or ``node network``."""
    for each in emptied(case.proposal, nothing_selected):
        yield found_value(
            "Vacancy",
            key=each.key,
            text=each,
            location=each.location,
            about=each.policy.ref,
            written=each.written,
            of="policy" if each.written is None else "peer",
            policy=f"Policy {each.policy.ref} ({each.policy.location})",
            why=each.why.value,
            nearest=each.nearest,
        )


def port_name_values(case: Case) -> Iterator[Message]:
    """``PortName``: none of ``pods`` has the port ``text``; they have ``others``. There may be
    pods that have it unless ``proven``; without ``pods`` only addresses are meant."""
    for each in emptied(case.proposal, no_such_ports):
        yield rule_found_value(
            "PortName",
            each,
            pods=listing(sorted(map(str, each.pods))),
            others=listing(each.others),
            proven=each.proven,
        )


def stray_dns_values(case: Case) -> Iterator[Message]:
    """``StrayDns``: ``text`` are meant to answer DNS, and ``answering`` do. ``on_nodes`` is what
    would be meant and runs on the network of its node."""
    for each in emptied(case.proposal, no_such_dns):
        yield rule_found_value(
            "StrayDns",
            each,
            answering=listing(sorted(map(str, each.answering))),
            on_nodes=listing(sorted(map(str, each.on_nodes))),
        )
