"""Where the data lies that comes with the code: in the wheel, or in the checkout."""

from collections.abc import Mapping
from pathlib import Path

from edgewarden.adapters.rule_files import rules_in
from edgewarden.governance.enforcement.plugin import Plugin
from edgewarden.governance.pack import PolicyPack
from edgewarden.governance.zones.zones import Zones
from edgewarden.workflows.rulebook.pack import policy_pack
from edgewarden.workflows.rulebook.rule_file import RuleFile

_PACKAGE = Path(__file__).resolve().parents[1]
_CHECKOUT = _PACKAGE.parents[1]
_CHECKLIST = "checklist.yaml"


def migrations_directory() -> Path:
    """The Alembic scripts."""
    return _directory("migrations")


def policies_directory() -> Path:
    """The rules and the checklist that a review is held against."""
    return _directory("policies")


def shipped_rules() -> tuple[RuleFile, ...]:
    """The rules that come with the code, with their tests. Raises ``RulebookError``."""
    return rules_in([policies_directory() / "rules"])


def shipped_plugins() -> tuple[Plugin, ...]:
    """The network plugins of which the code comes with what they enforce.

    Raises ``RulebookError``.
    """
    # Only here: forms take long to load, and many commands judge nothing.
    from edgewarden.workflows.rulebook.plugins import read_plugins  # noqa: PLC0415

    return read_plugins({str(file): file.read_bytes() for file in _files("cni")})


def shipped_policy_pack() -> PolicyPack:
    """All that changes are held against as it comes with the code.

    Raises ``RulebookError`` where somebody has changed them into something else.
    """
    # Only here, as in ``rule_files``: forms take long to load, and many commands judge nothing.
    from edgewarden.workflows.rulebook.checklist import read_checklist  # noqa: PLC0415

    rules = shipped_rules()
    content = (policies_directory() / _CHECKLIST).read_bytes()
    checklist = read_checklist({_CHECKLIST: content}, [rule.terms for rule in rules])
    return policy_pack(rules, checklist, shipped_zones(), shipped_plugins())


def shipped_zones() -> Zones:
    """The zones that count where an organisation states none of its own."""
    # Only here: the form takes long to load, and many commands judge nothing.
    from edgewarden.workflows.rulebook.zones import read_zones  # noqa: PLC0415

    return read_zones((policies_directory() / "zones.yaml").read_bytes(), "policies/zones.yaml")


def shipped_profiles() -> Mapping[str, bytes]:
    """What is usual for clusters of a kind, by its name: files of ``ProfileTerms``."""
    return {each.stem: each.read_bytes() for each in _files("profiles")}


def baseline_templates() -> Mapping[str, str]:
    """The policies of a namespace's baseline as templates, by the names of their files."""
    return {each.name: each.read_text(encoding="utf-8") for each in _files("baseline")}


def _files(name: str) -> list[Path]:
    return sorted((policies_directory() / name).glob("*.yaml"))


def _directory(name: str) -> Path:
    """The wheel carries the directory inside the package, the checkout at its root."""
    for parent in (_PACKAGE, _CHECKOUT):
        if (parent / name).is_dir():
            return parent / name
    raise FileNotFoundError(
        f"{name}/ is neither in {_PACKAGE} nor in {_CHECKOUT}: install edgewarden again"
    )
