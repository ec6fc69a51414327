"""What is about the connections that were asked about."""

from collections.abc import Iterable, Iterator

from edgewarden.governance.findings import Finding
from edgewarden.reachability.model import ObjectRef
from edgewarden.reachability.paths.path import Paths
from edgewarden.reachability.report import ReachabilityDiff


def relevant(
    findings: Iterable[Finding], diff: ReachabilityDiff, paths: Paths
) -> tuple[Finding, ...]:
    """Those on what accounts for something in ``diff`` or ``paths``, and those on no object.

    Where the difference is not restricted to some connections, all of them.
    """
    if not diff.scope:
        return tuple(findings)
    accountable = {*_accountable(diff), *_accountable_for(paths)}
    return tuple(each for each in findings if each.subject is None or each.subject in accountable)


def _accountable(diff: ReachabilityDiff) -> Iterator[ObjectRef]:
    for change in (*diff.added, *diff.removed, *diff.changed):
        yield from (cause.subject for cause in change.causes)
    for doubt in (*diff.may_added, *diff.may_removed):
        yield from (cause.subject for cause in doubt.causes)
    for isolated in diff.isolation:
        yield from (cause.subject for cause in isolated.causes)
    for statement in (*diff.symbolic.opened, *diff.symbolic.closed):
        yield from (cause.subject for cause in statement.causes)
    for told in diff.symbolic.isolation:
        yield from (cause.subject for cause in told.causes)


def _accountable_for(paths: Paths) -> Iterator[ObjectRef]:
    return (cause.subject for path in paths.found for hop in path.hops for cause in hop.causes)
