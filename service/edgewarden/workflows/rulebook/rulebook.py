"""What a repository says that its changes are judged by, beside what the platform says."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from typing import TypeVar

from edgewarden.governance.contract.contract import NO_CONTRACT
from edgewarden.governance.findings import Enforcement
from edgewarden.governance.pack import PolicyPack
from edgewarden.governance.rules.terms import RuleTerms
from edgewarden.governance.zones.zones import NO_ZONES
from edgewarden.manifests.snapshot import Snapshot
from edgewarden.reachability.location import Location, Problem, ProblemKind
from edgewarden.workflows.configuration.configuration import (
    Configuration,
    Enforced,
    GovernanceKind,
)
from edgewarden.workflows.forms.fault import Fault
from edgewarden.workflows.rulebook.faults import FileFault, RulebookError
from edgewarden.workflows.rulebook.files import governing_files
from edgewarden.workflows.rulebook.pack import unknown_items
from edgewarden.workflows.rulebook.rule_file import RuleFile

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The pack that changes of a repository are held against.

    With ``problems`` it is the platform's alone: files of which one cannot be taken at its word
    count for nothing, and what they would object to is not known. ``weakened`` are rules of which
    less comes here than they say.
    """

    pack: PolicyPack
    problems: tuple[Problem, ...] = ()
    weakened: tuple[str, ...] = ()


def rulebook(platform: PolicyPack, tree: Snapshot, configuration: Configuration) -> Rulebook:
    """What ``platform`` says, with what the files add that the configuration of ``tree`` names."""
    try:
        pack = extended(platform, tree, configuration)
        weakened = (each for each in configuration.enforcement if _weakens(each, platform.rules))
        return Rulebook(pack, weakened=tuple(sorted(each.rule for each in weakened)))
    except RulebookError as error:
        return Rulebook(platform, tuple(_problem(each) for each in error.faults))


def extended(platform: PolicyPack, tree: Snapshot, configuration: Configuration) -> PolicyPack:
    """The same, where no file may be wrong. Raises ``RulebookError`` with the faults of all."""
    if not configuration.governance and not configuration.enforcement:
        return platform
    # Only here: few repositories have files of their own, and their forms take long to load.
    from edgewarden.workflows.rulebook.checklist import read_checklist  # noqa: PLC0415
    from edgewarden.workflows.rulebook.contract import read_contracts  # noqa: PLC0415
    from edgewarden.workflows.rulebook.rules import read_rules  # noqa: PLC0415
    from edgewarden.workflows.rulebook.zones import read_zone_files  # noqa: PLC0415

    rule_files = _contents(tree, configuration, GovernanceKind.RULES)
    item_files = _contents(tree, configuration, GovernanceKind.CHECKLIST)
    zone_files = _contents(tree, configuration, GovernanceKind.ZONES)
    contract_files = _contents(tree, configuration, GovernanceKind.CONTRACT)
    faults: list[FileFault] = []
    own = _attempted(read_rules, rule_files, faults) or ()
    rules = (*platform.rules, *(each.terms for each in own))
    faults += _not_enforceable(configuration.enforcement, rules)
    rules = _enforced(rules, configuration.enforcement)
    items = partial(read_checklist, rules=rules, known=platform.checklist)
    checklist = _attempted(items, item_files, faults)
    zones = _attempted(read_zone_files, zone_files, faults) or NO_ZONES
    contract = _attempted(read_contracts, contract_files, faults) or NO_CONTRACT
    faults += _taken(own, platform)
    if checklist is not None:
        faults += unknown_items(own, checklist)
    if faults or checklist is None:
        raise RulebookError(faults)
    return replace(
        platform,
        rules=rules,
        checklist=checklist,
        digest=_digest(
            platform,
            {**rule_files, **item_files, **zone_files, **contract_files},
            configuration.enforcement,
        ),
        zones=zones.over(platform.zones),
        contract=contract if contract.entries else platform.contract,
    )


def _attempted(
    read: Callable[[Mapping[str, bytes]], Read],
    files: Mapping[str, bytes],
    faults: list[FileFault],
) -> Read | None:
    """What the files say; nothing where they cannot be taken at their word."""
    try:
        return read(files)
    except RulebookError as error:
        faults += error.faults
        return None


def _contents(
    tree: Snapshot, configuration: Configuration, kind: GovernanceKind
) -> Mapping[str, bytes]:
    contents: dict[str, bytes] = {}
    faults: list[FileFault] = []
    for file in governing_files(tree, configuration, kind):
        if file.content is None:
            told = f"The file was not read ({str(file.omission).replace('_', ' ')})."
            remedy = "Commit the file itself, smaller than 5 MB, and no link to it."
            faults.append(FileFault(file.path, Fault(1, 1, told, remedy)))
        else:
            contents[file.path] = file.content
    if faults:
        raise RulebookError(faults)
    return contents


def _taken(rules: Sequence[RuleFile], platform: PolicyPack) -> Iterator[FileFault]:
    """What a repository gives a name that the platform's rules have: it cannot say otherwise."""
    known = {name for each in platform.rules for name in (each.id, *each.aliases)}
    for rule in rules:
        for name in sorted(known.intersection((rule.terms.id, *rule.terms.aliases))):
            told = f"The platform has a rule that is called {name}."
            yield FileFault(rule.path, Fault(1, 1, told, "Give it another id.", "id"))


def _not_enforceable(wanted: Iterable[Enforced], rules: Sequence[RuleTerms]) -> Iterator[FileFault]:
    """What is said of rules that are not there, or that nothing may be taken from."""
    for each in wanted:
        rule = _called(each.rule, rules)
        if rule is None:
            told, remedy = f"There is no rule {each.rule}.", "`edgewarden rules list` names all."
        elif _weakens(each, rules) and not rule.exceptable:
            told = f"Nothing less may come of {rule.id} than {rule.enforcement}."
            remedy = "Leave it out, or make it stricter."
        else:
            continue
        place = each.location
        yield FileFault(place.path, Fault(place.line, place.column, told, remedy, "enforcement"))


def _enforced(rules: Sequence[RuleTerms], wanted: Iterable[Enforced]) -> tuple[RuleTerms, ...]:
    said = {rule.id: each for each in wanted if (rule := _called(each.rule, rules))}
    return tuple(
        replace(rule, enforcement=said[rule.id].enforcement) if rule.id in said else rule
        for rule in rules
    )


def _weakens(wanted: Enforced, rules: Sequence[RuleTerms]) -> bool:
    rule = _called(wanted.rule, rules)
    strictest_first = list(Enforcement)
    return rule is not None and strictest_first.index(wanted.enforcement) > strictest_first.index(
        rule.enforcement
    )


def _called(name: str, rules: Sequence[RuleTerms]) -> RuleTerms | None:
    return next((rule for rule in rules if name in {rule.id, *rule.aliases}), None)


def _digest(
    platform: PolicyPack, files: Mapping[str, bytes], enforcement: Iterable[Enforced]
) -> str:
    whole = sha256(platform.digest.encode())
    for path, content in sorted(files.items()):
        whole.update(f"{path}\0".encode("utf-8", "surrogateescape"))
        whole.update(sha256(content).digest())
    for each in enforcement:
        whole.update(f"{each.rule}\0{each.enforcement}\0".encode())
    return whole.hexdigest()


def _problem(told: FileFault) -> Problem:
    fault = told.fault
    location = Location(told.path, fault.line, fault.column)
    return Problem(
        ProblemKind.CONFIGURATION,
        location,
        f"No change is judged by what this repository adds to the rules: {fault.message}",
        fault.remedy or "Mend the file.",
        field=fault.field,
    )
