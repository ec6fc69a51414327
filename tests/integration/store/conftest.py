"""The contract suite meets every store: in memory, on SQLite, on PostgreSQL."""

import pytest

from edgewarden.workflows.ports import Store
from tests.support.memory_store import MemoryStore


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Store:
    """An empty store. Tests that ask for it state what every store keeps to."""
    if request.param == "memory":
        return MemoryStore()
    opened: Store = request.getfixturevalue(f"{request.param}_store")
    return opened
