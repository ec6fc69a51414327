"""The faults of ``make mutants`` fit the package as it is."""

import ast

import pytest

from tests.mutants.fault import ROOT, Fault, known_faults

FAULTS = known_faults()


@pytest.mark.parametrize("fault", FAULTS, ids=[each.fault for each in FAULTS])
def test_a_fault_fits_in_one_place_and_leaves_python(fault: Fault) -> None:
    assert fault.occurrences() == 1, f"{fault.file} no longer holds the text once: renew the fault"
    sound = (ROOT / fault.path).read_text(encoding="utf-8")
    faulty = sound.replace(fault.was, fault.becomes)
    assert ast.dump(ast.parse(faulty)) != ast.dump(ast.parse(sound))


def test_no_two_faults_are_the_same() -> None:
    assert len({fault.fault for fault in FAULTS}) == len(FAULTS)
    assert len({(fault.file, fault.was, fault.becomes) for fault in FAULTS}) == len(FAULTS)
