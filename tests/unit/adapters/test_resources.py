from edgewarden.adapters.resources import (
    migrations_directory,
    policies_directory,
    shipped_policy_pack,
)


def test_the_shipped_rules_and_checklist_are_a_policy_pack() -> None:
    pack = shipped_policy_pack()

    assert len(pack.checklist) == 12
    assert len({rule.id for rule in pack.rules}) == len(pack.rules)


def test_the_data_is_found() -> None:
    assert (migrations_directory() / "env.py").is_file()
    assert (policies_directory() / "rules" / "or-where-and.yaml").is_file()
