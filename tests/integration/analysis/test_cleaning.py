"""What was rendered, cleaned in the child, also where it is hostile."""

import pytest
import structlog

from edgewarden.adapters.cleaning import ChildCleaner
from edgewarden.adapters.confinement import Limits
from edgewarden.manifests.uploads.cleaning import cleaned
from edgewarden.manifests.uploads.document import RenderedFile
from edgewarden.manifests.uploads.errors import UploadError, UploadTooLargeError
from tests.support.manifest_trees import policy_named

POLICY = policy_named("deny")
MANY = "---\n".join(policy_named(f"p{number}") for number in range(9_000))


def stream(text: str | bytes) -> RenderedFile:
    return RenderedFile("deny.yaml", text if isinstance(text, bytes) else text.encode())


@pytest.mark.parametrize(
    "file",
    [
        stream(POLICY),
        RenderedFile("all.json", cleaned({"a/ü.yaml": POLICY.encode(), "b.yml": b""})[0].document),
    ],
)
def test_the_child_answers_what_is_kept(file: RenderedFile) -> None:
    assert ChildCleaner().cleaned(file) == cleaned(file.streams)


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (stream(f"{POLICY}---\na: ["), r"deny\.yaml:\d+: This is not YAML"),
        (stream(b"\xff"), "no UTF-8"),
        (stream(b"[" * 1_000_000), r"deny\.yaml:1: "),
        (RenderedFile("x.json", b"[" * 1_000_000), "no document of rendered manifests"),
    ],
)
def test_what_cannot_be_read_is_told_as_it_is_without_a_child(
    file: RenderedFile, told: str
) -> None:
    with pytest.raises(UploadError, match=told):
        ChildCleaner().cleaned(file)


@pytest.mark.parametrize(
    ("file", "limits", "told"),
    [
        (stream(MANY), Limits(seconds=0.2), r"longer than 0\.2 s"),
        (stream(b"#" * 20_000_000), Limits(memory=100 << 20), "more than 100 MiB of memory"),
    ],
)
def test_what_exceeds_a_limit_is_too_large_and_says_what_to_do(
    file: RenderedFile, limits: Limits, told: str
) -> None:
    with pytest.raises(UploadTooLargeError, match=rf"{told}.*EDGEWARDEN_ANALYSIS_MEMORY"):
        ChildCleaner(limits).cleaned(file)


def test_a_child_that_breaks_is_refused_and_logged_without_what_it_read() -> None:
    cleaner = ChildCleaner(child="tests.support.no_such_child")
    with structlog.testing.capture_logs() as logs, pytest.raises(UploadError, match="log"):
        cleaner.cleaned(stream(POLICY))

    (entry,) = logs
    assert (entry["event"], entry["failure"]) == ("cleaning failed", "fault")
    assert "deny" not in str(entry)
