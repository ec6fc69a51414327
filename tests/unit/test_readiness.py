"""What is told of a database that cannot be worked with."""

from pathlib import Path

import pytest
from sqlalchemy.exc import DatabaseError

from edgewarden.bootstrap import DatabaseReadiness


def test_a_database_that_does_not_answer_comes_with_its_remedy(tmp_path: Path) -> None:
    readiness = DatabaseReadiness(f"sqlite:///{tmp_path}")
    assert readiness.problem() == (
        "the database does not answer: start it, or correct EDGEWARDEN_DATABASE_URL"
    )


def test_another_fault_is_not_taken_for_silence(tmp_path: Path) -> None:
    file = tmp_path / "edgewarden.sqlite"
    file.write_bytes(b"no database" * 1000)
    with pytest.raises(DatabaseError, match="not a database"):
        DatabaseReadiness(f"sqlite:///{file}").problem()
