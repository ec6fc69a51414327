from dataclasses import replace

import pytest

from edgewarden.governance.findings import Enforcement, Finding, Severity
from edgewarden.governance.review import Verdict
from edgewarden.governance.verdict import verdict
from edgewarden.reachability.ends import WorkloadEnd
from edgewarden.reachability.location import Location, Problem, ProblemKind
from edgewarden.reachability.model import Direction
from edgewarden.reachability.ports import ALL_PORTS, NO_PORTS
from edgewarden.reachability.reasons import Because, Fact, FactKind, Side
from edgewarden.reachability.report import (
    EdgeChange,
    IsolationChange,
    MayChange,
    ReachabilityDiff,
)
from edgewarden.reachability.symbolic.restrictions import Values
from edgewarden.reachability.symbolic.statements import (
    IsolationStatement,
    PodSet,
    Precision,
    StatedPorts,
    Statement,
    SymbolicDiff,
)

HERE = Location("a.yaml", 3)
WEB, DB = (WorkloadEnd("shop", name, "Deployment") for name in ("web", "db"))
WARN = Finding(
    "allow-all",
    "Allow-all rule",
    Severity.HIGH,
    Enforcement.WARN,
    "Message.",
    "Remedy.",
    HERE,
    Side.HEAD,
    "f",
)
DENY = replace(WARN, enforcement=Enforcement.DENY)
AUDIT = replace(WARN, enforcement=Enforcement.AUDIT)
DECISIVE = Problem(ProblemKind.UNPARSABLE, HERE, "It does not parse.", "Mend it.")
STANDING = replace(DECISIVE, decisive=False)
NOTHING = ReachabilityDiff()
FACT = Fact(FactKind.IP_BLOCK, "x", "Does the block match pods?", HERE)
MAY = MayChange((WEB,), (DB,), ALL_PORTS, (FACT,), Because.POLICY_CHANGED, ())
MAYBE_OPENED = ReachabilityDiff(may_added=(MAY,))
MAYBE_CLOSED = ReachabilityDiff(may_removed=(MAY,))
OPENED = ReachabilityDiff(
    added=(
        EdgeChange(
            (WEB,), (DB,), NO_PORTS, ALL_PORTS, ALL_PORTS, NO_PORTS, Because.POLICY_CHANGED, ()
        ),
    )
)

ANY_POD = Statement(
    PodSet(), PodSet(Values.only("shop")), StatedPorts(), Precision.EXACT, causes=()
)
STATED = ReachabilityDiff(symbolic=SymbolicDiff(opened=(ANY_POD,), closed=(ANY_POD,)))
STATED_MAYBE = ReachabilityDiff(symbolic=SymbolicDiff(opened=(replace(ANY_POD, facts=(FACT,)),)))
UNJUDGED = Fact(FactKind.UNJUDGED_POLICY, "x", "Does the Calico policy deny it?", HERE)
STATED_WITH_DOUBT = ReachabilityDiff(
    symbolic=SymbolicDiff(opened=(ANY_POD, replace(ANY_POD, facts=(UNJUDGED,))))
)
STATED_IN_DOUBT = ReachabilityDiff(
    symbolic=SymbolicDiff(opened=(replace(ANY_POD, facts=(UNJUDGED,)),))
)
STATED_ABOUT = ReachabilityDiff(
    symbolic=SymbolicDiff(closed=(replace(ANY_POD, precision=Precision.UPPER_BOUND),))
)


@pytest.mark.parametrize(
    ("findings", "problems", "diff", "expected"),
    [
        ([DENY, WARN], [DECISIVE], MAYBE_OPENED, Verdict.BLOCKED),
        ([WARN], [DECISIVE], MAYBE_OPENED, Verdict.INCONCLUSIVE),
        ([], [DECISIVE], NOTHING, Verdict.INCONCLUSIVE),
        ([WARN], [STANDING], NOTHING, Verdict.ATTENTION),
        ([], [], MAYBE_OPENED, Verdict.ATTENTION),
        ([], [], MAYBE_CLOSED, Verdict.PASS),
        ([], [], OPENED, Verdict.PASS),
        ([], [], STATED, Verdict.PASS),
        ([], [], STATED_MAYBE, Verdict.ATTENTION),
        ([], [], STATED_ABOUT, Verdict.ATTENTION),
        ([], [], STATED_IN_DOUBT, Verdict.ATTENTION),
        ([], [], STATED_WITH_DOUBT, Verdict.PASS),
        ([AUDIT], [STANDING], NOTHING, Verdict.PASS),
    ],
)
def test_the_weightiest_reason_decides(
    findings: list[Finding], problems: list[Problem], diff: ReachabilityDiff, expected: Verdict
) -> None:
    assert verdict(findings, problems, diff)[0] is expected


def test_all_reasons_are_told_the_weightiest_first() -> None:
    _, reasons = verdict([WARN, DENY], [DECISIVE, DECISIVE], MAYBE_OPENED)
    assert reasons == (
        "Allow-all rule: see a.yaml:3.",
        "Not everything could be judged: It does not parse (a.yaml:3), and 1 more.",
        "Allow-all rule: see a.yaml:3.",
        f"Connections may newly be allowed, which the repository does not settle. {FACT.question}",
    )


def test_a_pass_says_what_it_rests_on() -> None:
    assert verdict([], [], NOTHING)[1] == ("The change leaves what may talk to what as it was.",)
    assert verdict([], [], OPENED)[1] == ("No rule objects to what changes.",)


def test_a_pass_says_what_changes_for_pods_that_are_not_known() -> None:
    _, (reason,) = verdict([], [], STATED)
    assert reason == "No rule objects to what changes for pods that are not known."


def test_a_pass_does_not_hide_that_isolation_is_lost() -> None:
    redis = IsolationChange(WEB, Direction.EGRESS, isolated=False, certain=False, causes=())
    lab = IsolationStatement(
        PodSet(Values.only("lab")), Direction.INGRESS, isolated=False, exact=True, causes=()
    )
    gained = replace(lab, isolated=True)
    diff = ReachabilityDiff(isolation=(redis,), symbolic=SymbolicDiff(isolation=(lab, gained)))
    (reason,) = verdict([], [], diff)[1]
    assert reason == (
        "No rule objects to what changes, but isolation is lost: shop/web[Deployment] for egress "
        "(perhaps), all pods in namespace lab for ingress."
    )


def test_a_statement_that_hangs_on_a_fact_is_named_with_its_question() -> None:
    _, (reason,) = verdict([], [], STATED_MAYBE)
    assert "any pod → all pods in namespace shop: every port" in reason
    assert FACT.question in reason
