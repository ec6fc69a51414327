"""Where the data lies that comes with the code: in the wheel, or in the checkout."""

from pathlib import Path

from edgewarden.governance.findings import PolicyPack
from edgewarden.governance.pack import parse_pack

_PACKAGE = Path(__file__).resolve().parents[1]
_CHECKOUT = _PACKAGE.parents[1]


def migrations_directory() -> Path:
    """The Alembic scripts."""
    return _directory("migrations")


def policies_directory() -> Path:
    """The rules and the checklist that a review is held against."""
    return _directory("policies")


def shipped_policy_pack() -> PolicyPack:
    """The rules and the checklist as they come with the code.

    Raises ``governance.pack.PackError`` where somebody has changed them into something else.
    """
    directory = policies_directory()
    return parse_pack(
        (directory / "rules.yaml").read_bytes(), (directory / "checklist.yaml").read_bytes()
    )


def _directory(name: str) -> Path:
    """The wheel carries the directory inside the package, the checkout at its root."""
    for parent in (_PACKAGE, _CHECKOUT):
        if (parent / name).is_dir():
            return parent / name
    raise FileNotFoundError(
        f"{name}/ is neither in {_PACKAGE} nor in {_CHECKOUT}: install edgewarden again"
    )
