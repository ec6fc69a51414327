"""What the policies of a chart ask that none of its files tells."""

import io
import tarfile
import zlib
from collections.abc import Mapping

import pytest

from edgewarden.manifests.chart_questions import Question, questions

POLICY = "kind: NetworkPolicy\n"


def asked(files: Mapping[str, str | bytes]) -> list[tuple[str, int, str]]:
    contents = {p: c.encode() if isinstance(c, str) else c for p, c in files.items()}
    return [(each.path, each.line, each.asked) for each in questions(contents)]


def packed(files: Mapping[str, str]) -> bytes:
    """A chart as ``helm package`` makes it."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as members:
        for path, text in files.items():
            member = tarfile.TarInfo(path)
            member.size = len(text)
            members.addfile(member, io.BytesIO(text.encode()))
    return archive.getvalue()


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ('if lookup "v1" "Namespace" "" "x"', "lookup"),
        ("if (.Capabilities.APIVersions.Has $api)", ".Capabilities"),
        ("- if $.Release.IsUpgrade -", ".Release.IsUpgrade"),
        ("now | unixEpoch", "now"),
        ("randAlphaNum 5", "randAlphaNum"),
        ('tpl "{{ lookup }}" .', "lookup"),
    ],
)
def test_a_policy_asks_what_no_file_tells(code: str, what: str) -> None:
    path = "c/templates/p.yaml"
    assert asked({path: f"{POLICY}a: {{{{{code}}}}}\n"}) == [(path, 2, what)]


@pytest.mark.parametrize(
    "code",
    [
        "if semverCompare .Capabilities.KubeVersion.Version",
        'if .Capabilities.APIVersions.Has "networking.k8s.io/v1/NetworkPolicy"',
        'fail "not now"',
        '/* as in {{ lookup "v1" }} */',
        "if .Values.now",
        "if .Release.Name",
    ],
)
def test_what_helm_knows_for_certain_is_no_question(code: str) -> None:
    assert asked({"c/templates/p.yaml": f"{POLICY}a: {{{{{code}}}}}\n"}) == []


def test_only_what_makes_policies_and_what_it_includes_is_asked() -> None:
    helpers = """\
{{ define "a" }}{{ include "b" . }}{{ end }}
{{ define "b" }}
{{ now }}{{ end }}
{{ define "c" }}{{ lookup }}{{ end }}
"""
    files = {"c/templates/_h.tpl": helpers, "c/templates/s.yaml": "kind: Secret\n# {{ uuidv4 }}"}
    policy = {"c/templates/p.yaml": f'{POLICY}a: {{{{ include "a" . }}}}'}
    computed = {"c/templates/p.yaml": f"{POLICY}a: {{{{ include .Values.name . }}}}"}
    digest = {"c/templates/p.yaml": f'{POLICY}a: {{{{ include (print "s") . | sha256sum }}}}'}
    now, lookup = ("c/templates/_h.tpl", 3, "now"), ("c/templates/_h.tpl", 4, "lookup")

    assert asked(files) == []
    assert asked({**files, **policy}) == [now]
    assert asked({**files, **computed}) == [now, lookup]
    assert asked({**files, **digest}) == []


def test_values_are_code_for_policies() -> None:
    values = {"c/values.yaml": "x: '{{ now }}'\n", "c/README.md": "{{ now }}"}
    assert asked(values) == []
    assert asked({**values, "c/templates/p.yaml": POLICY}) == [("c/values.yaml", 1, "now")]


@pytest.mark.parametrize(
    "path", ["templates/crds/p.yaml", "templates/p.md", "charts/s/templates/p.yaml"]
)
@pytest.mark.parametrize("chart", ["", "crds/c", "templates/c"])
def test_all_below_templates_is_rendered_wherever_the_chart_lies(chart: str, path: str) -> None:
    place = f"{chart}/{path}" if chart else path
    files = {place: f"{POLICY}{{{{ now }}}}".encode()}
    assert [(each.path, each.line) for each in questions(files, chart)] == [(place, 2)]


@pytest.mark.parametrize("path", ["crds/a.yaml", "README.md", "templates/NOTES.txt"])
@pytest.mark.parametrize("chart", ["c", "templates/c"])
def test_what_helm_does_not_evaluate_asks_nothing(chart: str, path: str) -> None:
    files = {f"{chart}/{path}": b"{{ now }}", f"{chart}/templates/p.yaml": POLICY.encode()}
    assert questions(files, chart) == ()


def test_values_of_a_chart_below_a_directory_of_that_name_are_code() -> None:
    files = {
        "templates/c/values.yaml": b"{{ now }}",
        "templates/c/templates/p.yaml": POLICY.encode(),
    }
    assert [each.path for each in questions(files, "templates/c")] == ["templates/c/values.yaml"]


def test_packed_charts_are_looked_through() -> None:
    chart = packed({"s/templates/p.yaml": f"{POLICY}{{{{ now }}}}", "s/NOTES.txt": "{{ now }}"})
    place = ("c/charts/s-1.tgz", 1, "now in s/templates/p.yaml:2")
    assert asked({"c/charts/s-1.tgz": chart}) == [place]


@pytest.mark.parametrize(
    ("archive", "what"),
    [
        (b"no gzip", "an archive that cannot be unpacked"),
        (packed({"s/a": ""}) + packed({"s/templates/p.yaml": POLICY}), "an archive of several"),
        (zlib.compress(bytes(33 << 20), wbits=31), "an archive of several parts, or more than 32"),
        (zlib.compress(b"s" + b"z" * 600, wbits=31), "an archive with sizes that are no numbers"),
    ],
)
def test_an_archive_that_could_hold_anything_is_a_question(archive: bytes, what: str) -> None:
    (question,) = questions({"c/charts/s-1.tgz": archive})
    assert question == Question("c/charts/s-1.tgz", 1, question.asked)
    assert question.asked.startswith(what)


def test_an_archive_whose_headers_lie_about_sizes_is_a_question() -> None:
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz", format=tarfile.PAX_FORMAT) as members:
        member = tarfile.TarInfo("s/templates/p.yaml")
        member.pax_headers = {"size": "0"}
        members.addfile(member)
    (question,) = questions({"c/charts/s-1.tgz": archive.getvalue()})
    assert question.asked == "an archive that gives its files other sizes"
