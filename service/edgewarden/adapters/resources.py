"""Where the data lies that comes with the code: in the wheel, or in the checkout."""

from pathlib import Path

from edgewarden.governance.checklist.reading import parse_checklist
from edgewarden.governance.pack import PolicyPack
from edgewarden.workflows.rulebook.pack import policy_pack
from edgewarden.workflows.rulebook.rule_file import RuleFile

_PACKAGE = Path(__file__).resolve().parents[1]
_CHECKOUT = _PACKAGE.parents[1]


def migrations_directory() -> Path:
    """The Alembic scripts."""
    return _directory("migrations")


def policies_directory() -> Path:
    """The rules and the checklist that a review is held against."""
    return _directory("policies")


def shipped_rules() -> tuple[RuleFile, ...]:
    """The rules that come with the code, with their tests. Raises ``RulebookError``."""
    # Only here: the form of rules takes long to load, and many commands judge nothing.
    from edgewarden.workflows.rulebook.rules import read_rules  # noqa: PLC0415

    root = policies_directory()
    files = sorted((root / "rules").glob("*.yaml"))
    return read_rules({str(file.relative_to(root)): file.read_bytes() for file in files})


def shipped_policy_pack() -> PolicyPack:
    """The rules and the checklist as they come with the code.

    Raises ``RulebookError`` or ``ChecklistError`` where somebody has changed them into something
    else.
    """
    rules = shipped_rules()
    checklist = parse_checklist((policies_directory() / "checklist.yaml").read_bytes())
    return policy_pack(rules, checklist)


def _directory(name: str) -> Path:
    """The wheel carries the directory inside the package, the checkout at its root."""
    for parent in (_PACKAGE, _CHECKOUT):
        if (parent / name).is_dir():
            return parent / name
    raise FileNotFoundError(
        f"{name}/ is neither in {_PACKAGE} nor in {_CHECKOUT}: install edgewarden again"
    )
