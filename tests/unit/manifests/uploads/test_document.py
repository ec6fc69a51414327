"""The document in which rendered manifests travel and are kept."""

import json

import pytest

from edgewarden.manifests.places import lies_elsewhere
from edgewarden.manifests.uploads.document import API_VERSION, KIND, Upload, read_document
from edgewarden.manifests.uploads.errors import UploadError
from edgewarden.reachability.location import Location

UPLOAD = Upload({"b.yaml": "--- {}\n", "a/ü.yaml": "x"})


def document(**changed: object) -> bytes:
    return json.dumps(
        {"apiVersion": API_VERSION, "kind": KIND, "files": {"a.yaml": "x"}} | changed
    ).encode()


def test_a_document_comes_back_whatever_the_order_of_its_files() -> None:
    turned = Upload({path: UPLOAD.files[path] for path in sorted(UPLOAD.files)})
    assert read_document(UPLOAD.document) == UPLOAD
    assert (turned.document, turned.digest) == (UPLOAD.document, UPLOAD.digest)


def test_another_text_has_another_digest() -> None:
    assert Upload({"b.yaml": "--- {} \n"}).digest != Upload({"b.yaml": "--- {}\n"}).digest


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[" * 100_000,
        b"a: 1",
        b"[]",
        document(kind="List"),
        document(apiVersion="rendered.edgewarden/v2"),
        document(more=1),
        document(files=["a.yaml"]),
        document(files={"a.yaml": 1}),
        document(files={"../a.yaml": "x"}),
    ],
)
def test_anything_else_is_refused(content: bytes) -> None:
    with pytest.raises(UploadError):
        read_document(content)


def test_its_files_lie_in_no_repository() -> None:
    files = UPLOAD.snapshot("prod").files
    assert [file.path for file in files] == [
        "(rendered for prod)/a/ü.yaml",
        "(rendered for prod)/b.yaml",
    ]
    assert all(lies_elsewhere(Location(file.path, 1)) for file in files)
