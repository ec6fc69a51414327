"""The first rule that meets a connection decides, tier by tier."""

from edgewarden.reachability.concrete.tiers import Action, passing

FIRST, SECOND, THIRD = 0b001, 0b010, 0b100
EVERYONE = FIRST | SECOND | THIRD


def test_what_nobody_speaks_of_passes() -> None:
    assert passing(EVERYONE, (), 0, 0, ()) == EVERYONE


def test_an_isolated_pod_lets_pass_what_its_policies_admit() -> None:
    assert passing(EVERYONE, (), FIRST | SECOND, SECOND, ()) == SECOND | THIRD


def test_the_first_rule_of_a_tier_decides() -> None:
    admin = ((Action.DENY, FIRST), (Action.ACCEPT, EVERYONE))
    assert passing(EVERYONE, admin, EVERYONE, 0, ()) == SECOND | THIRD


def test_what_is_passed_on_skips_the_rest_of_its_tier() -> None:
    admin = ((Action.PASS, FIRST), (Action.DENY, EVERYONE))
    assert passing(EVERYONE, admin, 0, 0, ()) == FIRST
    assert passing(EVERYONE, admin, FIRST, 0, ()) == 0
    wide = ((Action.PASS, FIRST), (Action.ACCEPT, EVERYONE))
    assert passing(EVERYONE, wide, EVERYONE, 0, ()) == SECOND | THIRD


def test_the_baseline_does_not_speak_of_isolated_pods() -> None:
    baseline = ((Action.DENY, EVERYONE),)
    assert passing(EVERYONE, (), FIRST, FIRST, baseline) == FIRST
    assert passing(EVERYONE, (), FIRST, 0, baseline) == 0


def test_the_admin_tier_decides_before_network_policies_do() -> None:
    admin = ((Action.ACCEPT, FIRST), (Action.DENY, SECOND))
    assert passing(EVERYONE, admin, EVERYONE, SECOND | THIRD, ()) == FIRST | THIRD
