"""Tests that were run, as JUnit XML: what CI systems show as a list of tests."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from xml.etree import ElementTree as ET

from edgewarden.reporting.escaping import visible


@dataclass(frozen=True, slots=True)
class TestCase:
    """A test of ``group``. ``fault`` says why it failed, empty where it did not."""

    group: str
    name: str
    path: str
    line: int
    fault: str


def junit(name: str, cases: Iterable[TestCase]) -> str:
    """A ``testsuites`` document; cases of one group stand together.

    What XML cannot hold is written as an escape.
    """
    told = list(map(_fit, cases))
    root = ET.Element("testsuites", _counts(name, told))
    for group, members in groupby(told, key=lambda case: case.group):
        some = list(members)
        suite = ET.SubElement(root, "testsuite", _counts(group, some))
        for case in some:
            place = {"file": case.path, "line": str(case.line)}
            element = ET.SubElement(
                suite, "testcase", {"classname": group, "name": case.name, **place}
            )
            if case.fault:
                failure = ET.SubElement(element, "failure", {"message": case.fault})
                failure.text = f"{case.path}:{case.line}"
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _fit(case: TestCase) -> TestCase:
    name, path = visible(case.name), visible(case.path)
    return replace(
        case, name=name, path=path, fault="\n".join(map(visible, case.fault.split("\n")))
    )


def _counts(name: str, cases: list[TestCase]) -> dict[str, str]:
    failures = sum(bool(case.fault) for case in cases)
    return {"name": name, "tests": str(len(cases)), "failures": str(failures)}
