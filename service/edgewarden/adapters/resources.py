"""Where the data lies that comes with the code: in the wheel, or in the checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
_CHECKOUT = _PACKAGE.parents[1]


def migrations_directory() -> Path:
    """The Alembic scripts."""
    return _directory("migrations")


def _directory(name: str) -> Path:
    """The wheel carries the directory inside the package, the checkout at its root."""
    for parent in (_PACKAGE, _CHECKOUT):
        if (parent / name).is_dir():
            return parent / name
    raise FileNotFoundError(
        f"{name}/ is neither in {_PACKAGE} nor in {_CHECKOUT}: install edgewarden again"
    )
