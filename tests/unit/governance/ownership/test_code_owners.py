"""Who a ``CODEOWNERS`` file names, as GitHub and GitLab read it."""

import time
from textwrap import dedent

import pytest

from edgewarden.governance.ownership.code_owners import CodeOwners, read_code_owners
from edgewarden.governance.ownership.path_patterns import MOST_WILDCARDS

GITHUB = """\
    *               @default @second
    *.yaml          @yaml-owner # an inline comment
    *.go            docs@example.com
    /build/logs/    @builders
    docs/*          @docs
    apps/           @apps
    /deploy/        @acme/platform
    **/drafts       @drafts
    deploy/**/db    @acme/db
    /deploy/github
    with\\ space/    @spaces
    !deploy/mine    @mine
    \\#literal       @sharp
    [abc].txt       @set
    /one?.md        @question
    /named          not-an-owner
"""

GITLAB = """\
    * @default
    !package.lock
    /exact @exact
    internal/README.md @inside
    # [Ignored] @nobody
    [Docs] @docs-team
    README.md
    docs/
    *.md @writers

    ^[Policies][2] @policies @@maintainer
    /policies/**/*.yaml
    !/policies/generated/
    /policies/generated/mine.yaml @mine
    [DOCS] @later
    /late
    \\#literal @sharp
    a[0-9].txt @set
"""


def read(text: str, path: str = "CODEOWNERS") -> CodeOwners:
    return read_code_owners(path, dedent(text).encode())


def named(file: CodeOwners, path: str) -> tuple[str, ...]:
    found = file.of(path)
    return () if found is None else found.owners


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("README", ("@default", "@second")),
        ("a/b/c.yaml", ("@yaml-owner",)),
        ("x.yaml/within", ("@yaml-owner",)),
        ("main.go", ("docs@example.com",)),
        ("build/logs/deep/x", ("@builders",)),
        ("other/build/logs/x", ("@default", "@second")),
        ("docs/start.md", ("@docs",)),
        ("docs/deeper/start.md", ("@default", "@second")),
        ("a/docs/start.md", ("@default", "@second")),
        ("a/apps/b/c", ("@apps",)),
        ("a/apps", ("@default", "@second")),
        ("deploy/x", ("@acme/platform",)),
        ("a/deploy/x", ("@default", "@second")),
        ("a/drafts/b", ("@drafts",)),
        ("drafts", ("@drafts",)),
        ("deploy/db", ("@acme/db",)),
        ("deploy/a/b/db/x", ("@acme/db",)),
        ("deploy/github/x", ()),
        ("with space/x", ("@spaces",)),
        ("deploy/mine", ("@acme/platform",)),
        ("#literal", ("@default", "@second")),
        ("a.txt", ("@default", "@second")),
        ("one1.md", ("@question",)),
        ("one/.md", ("@default", "@second")),
        ("named", ("@default", "@second")),
    ],
)
def test_the_last_pattern_that_fits_names_the_owners_on_github(
    path: str, owners: tuple[str, ...]
) -> None:
    assert named(read(GITHUB, ".github/CODEOWNERS"), path) == owners


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("a/b", ("@default",)),
        ("package.lock", ()),
        ("a/package.lock", ()),
        ("exact", ("@exact",)),
        ("exact/below", ("@default",)),
        ("a/internal/README.md", ("@inside", "@writers")),
        ("README.md", ("@default", "@writers")),
        ("notes.md", ("@default", "@writers")),
        ("a/docs/deep/x", ("@default", "@docs-team")),
        ("docs", ("@default",)),
        ("policies/a/b/c.yaml", ("@default", "@policies", "@@maintainer")),
        ("policies/c.yaml", ("@default", "@policies", "@@maintainer")),
        ("policies/generated/mine.yaml", ("@default",)),
        ("late", ("@default", "@later")),
        ("#literal", ("@default", "@sharp")),
        ("b/a7.txt", ("@default", "@set")),
    ],
)
def test_each_section_names_its_owners_on_gitlab(path: str, owners: tuple[str, ...]) -> None:
    assert named(read(GITLAB), path) == owners


def test_the_line_that_says_it_is_told() -> None:
    found = read(GITHUB).of("a/b/c.yaml")
    assert found is not None
    assert str(read(GITHUB).at(found.line)) == "CODEOWNERS:2"


def test_what_only_gitlab_takes_tells_whose_a_file_is() -> None:
    plain = "docs @writers\n"
    assert named(read(plain), "docs/x") == ("@writers",)
    assert named(read(f"[Docs]\n{plain}"), "docs/x") == ()
    assert named(read(plain, ".gitlab/CODEOWNERS"), "docs/x") == ()
    assert named(read(f"{plain}[ab].md @set\n"), "docs/x") == ("@writers",)


def test_bytes_that_are_no_text_break_nothing() -> None:
    found = read_code_owners("CODEOWNERS", b"\xff\xfe * \x00\n/a @a\r\n\\\n[\n^[]\n")
    assert named(found, "a") == ("@a",)


def test_more_patterns_with_wildcards_than_anybody_writes_are_not_tried() -> None:
    file = read("".join(f"*{number}*a*b?c @a\n" for number in range(100_000)))
    assert file.fault == "holds more than 5000 patterns with wildcards"
    assert named(file, "a") == ()


def test_a_file_that_github_does_not_load_says_nothing() -> None:
    assert read("#" * 3_000_001).fault == "is larger than 3 MB"


@pytest.mark.parametrize(
    "line",
    [
        "/apps/{}/policies.yaml @a",
        "*a*a*a*a*a*a*a*?b{} @a",
        "a/**/a/**/a/**/a/**/b{} @a",
        "**/**/**/**/*a*/**/{}?a? @a",
    ],
)
def test_a_path_is_looked_up_in_time_whatever_the_patterns_are(line: str) -> None:
    count = 100_000 if "*" not in line else MOST_WILDCARDS
    file = read("".join(f"{line.format(number)}\n" for number in range(count)))
    assert not file.fault
    named(file, "any")
    paths = [f"{'a/' * 100}{'a' * 200}/{number}.yaml" for number in range(20)]
    start = time.process_time()
    assert {named(file, path) for path in paths} == {()}
    assert time.process_time() - start < 4
