import pytest

from edgewarden.governance.observations.manifest_problems import LIMITS
from edgewarden.governance.proposal import Proposal
from edgewarden.reachability.location import Location, Problem, ProblemKind
from edgewarden.reachability.model import ClusterState
from edgewarden.reachability.report import ReachabilityDiff
from tests.support.proposals import deployment, found, policy, proposal

GOOD = policy("shop", "web", "podSelector: {}")
BROKEN = GOOD + "  x: [\n"


def test_a_manifest_that_does_not_parse_is_named_with_its_line() -> None:
    (finding,) = found(proposal([GOOD], [BROKEN]), "parse-problem")
    assert (finding.location.path, finding.location.line) == ("0.yaml", 10)
    assert finding.remedy


def test_a_manifest_that_the_api_server_refuses_is_named() -> None:
    bad = policy("shop", "web", "podSelector: {}, ingress: [{ports: [{port: 70000}]}]")
    (finding,) = found(proposal([GOOD], [bad]), "parse-problem")
    assert finding.location.line > 1
    assert "70000" in finding.message


def test_good_manifests_give_none() -> None:
    assert found(proposal([GOOD], [GOOD + deployment("shop", "web")]), "parse-problem") == []


def test_a_problem_that_the_change_mends_is_none() -> None:
    assert found(proposal([BROKEN], [GOOD]), "parse-problem") == []


def problem(kind: ProblemKind, decisive: bool, line: int = 1) -> Problem:
    return Problem(kind, Location("a.yaml", line), "It is wrong.", "Mend it.", decisive)


def with_problems(*problems: Problem) -> Proposal:
    return Proposal(
        ClusterState("cluster"), ClusterState("cluster", problems=problems), ReachabilityDiff()
    )


def test_limits_of_the_tool_and_standing_problems_are_none() -> None:
    limits = [problem(kind, decisive=True) for kind in sorted(LIMITS)]
    standing = problem(ProblemKind.UNPARSABLE, decisive=False)
    assert found(with_problems(*limits, standing), "parse-problem") == []


def test_two_problems_of_one_file_are_two_findings() -> None:
    first, second = (problem(ProblemKind.UNPARSABLE, True, line) for line in (3, 9))
    assert len(found(with_problems(first, second), "parse-problem")) == 2


def test_objects_of_one_file_that_are_refused_are_one_finding() -> None:
    bad = "podSelector: {}, ingress: [{ports: [{port: 70000}, {port: 0}]}]"
    head = policy("shop", "web", bad) + policy("shop", "api", bad)
    (finding,) = found(proposal([""], [head]), "parse-problem")
    assert "70000" in finding.message
    assert "The file holds 3 more things that it does not take: line " in finding.message


@pytest.mark.parametrize("name", ["${TENANT}", "shop-${TENANT:=a}", "__NAMESPACE__", "NAMESPACE"])
def test_what_is_filled_in_before_it_is_applied_is_a_limit_and_no_finding(name: str) -> None:
    held = proposal([""], [policy(name, "web", "podSelector: {}")])
    assert found(held, "parse-problem") == []
    (limit,) = held.head.problems
    assert limit.kind is ProblemKind.NOT_RENDERED
    assert limit.decisive
    assert "holds the placeholder" in limit.message


def test_a_path_that_is_no_utf8_has_a_fingerprint_too() -> None:
    strange = Problem(ProblemKind.UNPARSABLE, Location("\udcff.yaml", 1), "m", "r")
    (finding,) = found(with_problems(strange), "parse-problem")
    assert len(finding.fingerprint) == 32
