from dataclasses import replace

from edgewarden.reachability.location import Problem, ProblemKind
from edgewarden.reporting.standing import PROBLEM_KINDS, apart
from tests.support.reviews import problem


def standing(namespace: str, kind: ProblemKind = ProblemKind.NOT_JUDGED) -> Problem:
    told = problem(f"In {namespace}.", decisive=False, kind=kind)
    return replace(told, namespaces=frozenset({namespace}), standing=True)


def test_what_the_change_does_not_touch_is_one_line_of_each_kind() -> None:
    news = problem("New.", decisive=False)
    some = [standing(f"ns-{number}") for number in range(6)]

    told, lines = apart((news, *some))

    assert told == (news,)
    (line,) = lines
    assert line.startswith("6 policies of kinds that are not judged, in namespaces ns-0, ns-1,")
    assert line.endswith("ns-3 and 2 more; the change does not touch them")


def test_the_only_one_of_its_kind_is_told_in_full() -> None:
    one = standing("shop")
    assert apart((one,)) == ((one,), ())


def test_what_decides_is_never_summed_up() -> None:
    two = tuple(replace(standing(name), decisive=True) for name in ("a", "b"))
    assert apart(two) == (two, ())


def test_every_kind_of_problem_has_words() -> None:
    assert PROBLEM_KINDS.keys() == set(ProblemKind)
