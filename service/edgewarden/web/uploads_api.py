"""``/api/v1/commits``: what CI rendered of commits, and how it gets here."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import Response, request
from flask_openapi.blueprint import APIBlueprint
from flask_openapi.models.tag import Tag
from pydantic import BaseModel, Field
from werkzeug.exceptions import UnsupportedMediaType

from edgewarden.manifests.uploads.document import DOCUMENT_SUFFIX, STREAM, RenderedFile
from edgewarden.web.answers import json_answer
from edgewarden.web.authentication import current_actor
from edgewarden.web.bodies import bounded_pieces, read_to_its_end
from edgewarden.web.problems import documented
from edgewarden.web.scopes import Document
from edgewarden.web.services import WebServices
from edgewarden.workflows import uploads
from edgewarden.workflows.configuration.schema import CLUSTER_NAME
from edgewarden.workflows.ports import StoredUpload, UploadPlace
from edgewarden.workflows.uploads import COMMIT, LONGEST_BRANCH, UploadOutcome, UploadReceipt

PUSH_ENDPOINT = "uploads.push_manifests"

_YAML = frozenset({"application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"})
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "What `kustomize build` or `helm template` prints, or the document that "
        "`edgewarden rendered push --dry-run` prints; as it is or as gzip.",
        "content": {
            "application/yaml": {"schema": {"type": "string"}},
            "application/json": {"schema": {"type": "object"}},
        },
    }
}


class CommitPath(Document):
    """The commit that is meant."""

    commit: str = Field(
        description="The whole id of the commit.", json_schema_extra={"pattern": f"^{COMMIT}$"}
    )


class UploadPath(CommitPath):
    """The cluster at a commit that is meant."""

    cluster: str = Field(
        description="As `.edgewarden.yaml` calls it.",
        json_schema_extra={"pattern": f"^{CLUSTER_NAME.pattern}$"},
    )


class RepositoryQuery(Document):
    """The governed repository that the commit is of."""

    forge: str = Field(description="`github`, or `git/` and the name of a hook.")
    repository: str = Field(description="owner/name")


class UploadQuery(RepositoryQuery):
    """The governed repository that the commit is of, and where it stands there."""

    branch: str = Field(
        default="",
        description="The branch of which the commit is the tip. The newest manifests of a branch "
        "that changes go to are kept for as long as nothing newer comes.",
        json_schema_extra={"maxLength": LONGEST_BRANCH},
    )


class UploadAnswer(BaseModel):
    """What CI rendered of a cluster at a commit."""

    cluster: str
    commit: str
    digest: str = Field(description="SHA-256 of what is kept of it.")
    branch: str
    received_at: datetime
    actor: str = Field(description="Who handed it in.")
    counts: dict[str, int] = Field(description="Objects by kind.")
    replaced: str = Field(description="The digest of what stood there before; empty without it.")

    @classmethod
    def of(cls, stored: StoredUpload) -> "UploadAnswer":
        return cls(
            cluster=stored.place.cluster,
            commit=stored.place.commit,
            digest=stored.digest,
            branch=stored.branch,
            received_at=stored.received_at,
            actor=stored.actor,
            counts=dict(stored.counts),
            replaced=stored.replaced,
        )


class UploadList(BaseModel):
    """What was handed in for a commit, by cluster."""

    clusters: list[UploadAnswer]


class PushedAnswer(UploadAnswer):
    """What became of manifests that were handed in."""

    outcome: UploadOutcome
    dropped: dict[str, int] = Field(description="Objects of kinds that are not kept, by kind.")
    wanted: int = Field(description="Open changes that are reviewed again.")

    @classmethod
    def of_receipt(cls, receipt: UploadReceipt) -> "PushedAnswer":
        return cls(
            **dict(UploadAnswer.of(receipt.upload)),
            outcome=receipt.outcome,
            dropped=dict(receipt.tally.dropped),
            wanted=receipt.wanted,
        )


def uploads_api(services: WebServices) -> APIBlueprint:
    api = APIBlueprint(
        "uploads",
        __name__,
        url_prefix="/api/v1/commits",
        abp_tags=[Tag(name="manifests", description="What CI rendered of commits")],
        abp_security=[{"token": []}],
        abp_responses=documented(400, 401, 403, 404),
    )

    @api.get(
        "/<commit>/clusters",
        responses={200: UploadList, **documented(422)},
    )
    def list_manifests(path: CommitPath, query: RepositoryQuery) -> Response:
        """List the clusters of which rendered manifests are there"""
        found = uploads.known(
            current_actor(),
            forge=query.forge,
            repository=query.repository,
            commit=path.commit,
            governed=services.repositories,
            store=services.store,
        )
        return json_answer(UploadList(clusters=[UploadAnswer.of(each) for each in found]))

    @api.put(
        "/<commit>/clusters/<cluster>/manifests",
        responses={200: PushedAnswer, 201: PushedAnswer, **documented(413, 415, 422)},
        openapi_extensions=_BODY,
    )
    def push_manifests(path: UploadPath, query: UploadQuery) -> Response:
        """Hand in what was rendered for a cluster; doing it again changes nothing"""
        with read_to_its_end(services.upload_limit):
            receipt = uploads.receive(
                UploadPlace(query.forge, query.repository, path.commit, path.cluster),
                lambda: _file(services.upload_limit),
                current_actor(),
                branch=query.branch,
                governed=services.repositories,
                cleaner=services.cleaner,
                store=services.store,
                queue=services.queue,
                clock=services.clock,
            )
        first = receipt.outcome is UploadOutcome.FIRST
        status = HTTPStatus.CREATED if first else HTTPStatus.OK
        return json_answer(PushedAnswer.of_receipt(receipt), status)

    return api


def _file(limit: int) -> RenderedFile:
    if not request.is_json and request.mimetype not in _YAML:
        raise UnsupportedMediaType(
            "Send what was rendered as application/yaml, or the document of `edgewarden rendered "
            "push --dry-run` as application/json."
        )
    refusal = (
        f"The manifests have more than {limit} bytes, unpacked. `edgewarden rendered push` cleans "
        "them before it sends them; whoever runs the service can raise EDGEWARDEN_UPLOAD_LIMIT."
    )
    body = b"".join(bounded_pieces(limit, refusal))
    return RenderedFile(f"manifests{DOCUMENT_SUFFIX}" if request.is_json else STREAM, body)
