"""The engine and the oracle agree on many random clusters, at some points of each.

``EDGEWARDEN_SEEDS`` says how many pairs of states, ``EDGEWARDEN_FIRST_SEED`` where to begin. A seed
that fails here is asked at every point by ``check_diff(..., Questions.every(...))``.
"""

import os
from random import Random

import pytest

from tests.support.agreement import Questions, check_diff
from tests.support.conceivable import check_statements
from tests.support.random_clusters import certain_pair, uncertain_pair

_COUNT = int(os.environ.get("EDGEWARDEN_SEEDS", "1000"))
_FIRST = int(os.environ.get("EDGEWARDEN_FIRST_SEED", "1000000"))
_AT_ONCE = 50
_CONCEIVABLE = 12
"""Connections between pods that nobody has written, asked of every certain pair."""


@pytest.mark.parametrize("first", range(_FIRST, _FIRST + _COUNT, _AT_ONCE))
def test_the_difference_is_the_oracles(first: int) -> None:
    for seed in range(first, min(first + _AT_ONCE, _FIRST + _COUNT)):
        base, head = (certain_pair if seed % 2 else uncertain_pair)(seed)
        try:
            check_diff(base, head, Questions.some((base, head), Random(seed)))
            if seed % 2:
                check_statements(base, head, Random(seed), _CONCEIVABLE)
        except AssertionError as error:
            error.add_note(f"seed {seed}")
            raise
