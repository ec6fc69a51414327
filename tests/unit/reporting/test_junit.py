"""Results of tests as CI systems read them."""

from xml.etree import ElementTree as ET

from edgewarden.reporting import junit


def test_what_xml_cannot_hold_is_written_as_an_escape() -> None:
    odd = "b\0a\x1b]0;\ufffe \udcff <d>&"
    (case,) = ET.fromstring(
        junit.junit("rules", [junit.TestCase("own", odd, odd, 3, f"1\n{odd}")])
    ).iter("testcase")
    assert case.get("name") == r"b\x00a\x1b]0;\ufffe \xff <d>&"
    failure = case.find("failure")
    assert failure is not None
    assert failure.get("message") == f"1\n{case.get('name')}"
