"""``/api/v1/commits/…/contract``: what became of agreed connections in a commit, for auditors."""

import json
from dataclasses import asdict
from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import Response
from flask_openapi.blueprint import APIBlueprint
from flask_openapi.models.tag import Tag
from pydantic import BaseModel

from edgewarden.reporting.contract_json import contract_document
from edgewarden.web.answers import json_answer
from edgewarden.web.authentication import current_actor
from edgewarden.web.problems import ProblemError, documented
from edgewarden.web.services import WebServices
from edgewarden.web.uploads_api import CommitPath, RepositoryQuery
from edgewarden.workflows.ports import StoredReview
from edgewarden.workflows.reading import review_of_commit


class ContractAnswer(BaseModel):
    """The contract as the newest review of a head found it.

    `contract` has the form that it has in `edgewarden diff --format json`. The contract is that of
    `base`; `policy_pack` is the digest of all that the review was held against.
    """

    head: str
    base: str
    judged_at: datetime
    policy_pack: str
    contract: dict[str, Any]


def contracts_api(services: WebServices) -> APIBlueprint:
    api = APIBlueprint(
        "contracts",
        __name__,
        url_prefix="/api/v1/commits",
        abp_tags=[Tag(name="contracts", description="What became of agreed connections")],
        abp_security=[{"token": []}],
        abp_responses=documented(400, 401, 403, 404),
    )

    @api.get("/<commit>/contract", responses={200: ContractAnswer})
    def contract_of_commit(path: CommitPath, query: RepositoryQuery) -> Response:
        """Show which agreed connections held, broke or were open in a commit"""
        found = review_of_commit(
            query.forge, query.repository, path.commit, current_actor(), services.store
        )
        if found is None:
            raise ProblemError(HTTPStatus.NOT_FOUND, "No review of this commit is known here.")
        return json_answer(_answer(found), HTTPStatus.OK)

    return api


def _answer(stored: StoredReview) -> ContractAnswer:
    review = stored.review
    document = contract_document((each.contract, each.clusters) for each in review.clusters)
    return ContractAnswer(
        head=stored.head,
        base=review.provenance.base,
        judged_at=review.judged_at,
        policy_pack=review.provenance.policy_pack,
        contract=json.loads(json.dumps(asdict(document))),
    )
