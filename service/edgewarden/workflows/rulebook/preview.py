"""What a change of the rules would make of the clusters once it is merged."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from edgewarden.governance.findings import Finding
from edgewarden.governance.pack import PolicyPack
from edgewarden.governance.rules.terms import RuleTerms
from edgewarden.governance.zones.today import edges_against, today
from edgewarden.governance.zones.zones import Zones
from edgewarden.manifests.division import CONFIGURATION_FILE
from edgewarden.manifests.snapshot import Snapshot
from edgewarden.manifests.tree import by_path, same_file
from edgewarden.reachability.connectivity import connectivity_of
from edgewarden.reachability.focus import Focus
from edgewarden.reachability.location import Location, Problem, ProblemKind
from edgewarden.reachability.model import ClusterState
from edgewarden.reachability.wording import listed
from edgewarden.reporting.wording import counted
from edgewarden.workflows.cluster_parts import DividedTree
from edgewarden.workflows.configuration.claims import NO_CLAIMS, ProfileClaims
from edgewarden.workflows.configuration.configuration import Configuration
from edgewarden.workflows.configuration.tree_configuration import usable_configuration
from edgewarden.workflows.ownership import read_owners
from edgewarden.workflows.ports import TreePair
from edgewarden.workflows.rulebook.contract_preview import foretold, fresh_entries
from edgewarden.workflows.rulebook.files import governs
from edgewarden.workflows.rulebook.rulebook import Rulebook, rulebook
from edgewarden.workflows.standing import standing_findings
from edgewarden.workflows.states import states_of

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class _Sides:
    base: Snapshot
    head: Snapshot
    before: Configuration
    after: Configuration

    def touched(self) -> list[str]:
        """The paths of files that say something in one of the two, and not the same in both."""
        base, head = by_path(self.base), by_path(self.head)
        before = {path: file for path, file in base.items() if governs(path, self.before)}
        after = {path: file for path, file in head.items() if governs(path, self.after)}
        paths = sorted({*before, *after})
        touched = [path for path in paths if not same_file(before.get(path), after.get(path))]
        said = [
            {each.rule: each.enforcement for each in side.enforcement}
            for side in (self.before, self.after)
        ]
        return touched if said[0] == said[1] else [*touched, CONFIGURATION_FILE]


def held_against(
    trees: TreePair,
    configuration: Configuration,
    platform_pack: PolicyPack,
    claims: ProfileClaims = NO_CLAIMS,
) -> Rulebook:
    """What a change is judged by: the platform's pack, and what the base's configuration adds.

    Its problems tell as well what the change makes of that, which counts once it is merged.
    """
    book = rulebook(platform_pack, trees.steering, configuration)
    told = _previewed(trees, configuration, platform_pack, book, claims)
    return replace(book, problems=(*book.problems, *told))


def _previewed(
    trees: TreePair,
    configuration: Configuration,
    platform_pack: PolicyPack,
    used: Rulebook,
    claims: ProfileClaims,
) -> Iterator[Problem]:
    """Decisive is what would leave later reviews without some of it."""
    after = usable_configuration(trees.head)
    touched = _Sides(trees.base, trees.head, configuration, after).touched()
    if not touched or after.problems:
        return
    book = rulebook(platform_pack, trees.head, after)
    if book.problems:
        for problem in book.problems:
            yield replace(problem, message=f"Once merged: {problem.message}")
        return
    own = {rule.id: rule for rule in used.pack.rules}
    fresh = [rule for rule in book.pack.rules if not _says_the_same(rule, own.get(rule.id))]
    gone = sorted(own.keys() - {rule.id for rule in book.pack.rules})
    rezoned = book.pack.zones != used.pack.zones
    entries = fresh_entries(used.pack.contract, book.pack.contract)
    asked = fresh or rezoned or entries.entries
    states = states_of(DividedTree.of(trees.head, after, claims).read()) if asked else ()
    owners = read_owners(trees.base, after.owners)
    pack = replace(book.pack, rules=tuple(fresh))
    found = [each for state in states for each in standing_findings(state, pack, owners)]
    sentences = [
        f"The change touches {counted(len(touched), 'file')} that changes are judged by.",
        "This review is made by the base's.",
        *(_of_rule(rule.id, found) for rule in fresh),
        *([_of_zones(states, used.pack.zones, book.pack.zones)] if rezoned else []),
        *foretold(entries, states),
    ]
    sentences += _of_enforcement(used.pack, book.pack)
    if gone:
        sentences.append(f"Once merged, nothing is judged by {listed(gone)} any more.")
    sentences += _of_items(used.pack, book.pack)
    yield Problem(
        ProblemKind.CONFIGURATION,
        Location(touched[0], 1),
        " ".join(sentences),
        "Let those who answer for the rules review it.",
        decisive=False,
    )


def _says_the_same(rule: RuleTerms, other: RuleTerms | None) -> bool:
    """Whatever comes of what it finds."""
    return other is not None and rule == replace(other, enforcement=rule.enforcement)


def _of_enforcement(used: PolicyPack, merged: PolicyPack) -> Iterator[str]:
    before = {rule.id: rule.enforcement for rule in used.rules}
    for rule in merged.rules:
        was = before.get(rule.id, rule.enforcement)
        if was is not rule.enforcement:
            yield f"Once merged, {rule.id} is {rule.enforcement}, and no longer {was}."


def _of_items(used: PolicyPack, merged: PolicyPack) -> Iterator[str]:
    before = {item.id: item for item in used.checklist}
    after = {item.id: item for item in merged.checklist}
    added, gone = after.keys() - before.keys(), before.keys() - after.keys()
    changed = {name for name in after.keys() & before.keys() if after[name] != before[name]}
    for names, what in ((added, "has"), (changed, "says otherwise of"), (gone, "lacks")):
        if names:
            yield f"Once merged, the checklist {what} {listed(sorted(names))}."


def _of_rule(rule: str, found: Sequence[Finding]) -> str:
    some = [each for each in found if each.rule == rule]
    if not some:
        return f"Once merged, {rule} would object to nothing that stands."
    places = [str(each.location) for each in some]
    more = f" and {len(places) - _SHOWN} more" if len(places) > _SHOWN else ""
    count = counted(len(some), "thing")
    return f"Once merged, {rule} would object to {count}: {', '.join(places[:_SHOWN])}{more}."


def _of_zones(states: Sequence[ClusterState], used: Zones, fresh: Zones) -> str:
    """What a change of zones would make of the edges that stand."""
    connected = [(state, connectivity_of(state, Focus(None, None, None))) for state in states]
    before, after = (
        sum(edges_against(today(*each, zones)) for each in connected) for zones in (used, fresh)
    )
    return (
        f"Once merged, {counted(after, 'edge')} of known workloads that stand would be against the "
        f"terms of their zones, and by the base's {before} are."
    )
