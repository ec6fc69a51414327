"""``/api/v1/clusters``: what is known of clusters, and how it gets here."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import Response, request
from flask_openapi.blueprint import APIBlueprint
from flask_openapi.models.tag import Tag
from pydantic import BaseModel, Field
from werkzeug.exceptions import UnsupportedMediaType

from edgewarden.manifests.inventory.document import Unseen
from edgewarden.web.answers import json_answer
from edgewarden.web.authentication import current_actor
from edgewarden.web.bodies import bounded_pieces, read_to_its_end
from edgewarden.web.problems import documented
from edgewarden.web.schemas import Moment
from edgewarden.web.scopes import Document
from edgewarden.web.services import WebServices
from edgewarden.workflows import inventories
from edgewarden.workflows.configuration.schema import CLUSTER_NAME
from edgewarden.workflows.inventories import InventoryOutcome, InventoryReceipt
from edgewarden.workflows.ports import StoredInventory

PUSH_ENDPOINT = "inventories.push_inventory"

_MOST_TOLD = 100
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "What `kubectl get -A -o json` prints, or the document that `edgewarden "
        "inventory push --dry-run` prints; as it is or as gzip.",
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
}


class ClusterPath(Document):
    """The cluster that is meant."""

    cluster: str = Field(
        description="As `.edgewarden.yaml` calls it.",
        json_schema_extra={"pattern": f"^{CLUSTER_NAME.pattern}$"},
    )


class PushQuery(Document):
    """When the cluster was asked."""

    taken_at: Moment | None = Field(
        default=None,
        description="When the cluster was asked, with its zone. Needed unless the document names "
        "it; an inventory never takes the place of one that was taken later.",
    )


class InventoryAnswer(BaseModel):
    """What is known of a cluster."""

    cluster: str
    digest: str = Field(description="SHA-256 of what it says of the cluster.")
    taken_at: datetime = Field(description="When the cluster was asked.")
    age_seconds: int = Field(description="How long ago that was.")
    received_at: datetime
    actor: str = Field(description="Who handed it in.")
    counts: dict[str, int] = Field(description="Objects by kind.")
    unseen: dict[str, Unseen] = Field(
        description="Resources of which the cluster may have more objects, and why."
    )

    @classmethod
    def of(cls, stored: StoredInventory, now: datetime) -> "InventoryAnswer":
        return cls(
            cluster=stored.cluster,
            digest=stored.digest,
            taken_at=stored.taken_at,
            age_seconds=max(0, int((now - stored.taken_at).total_seconds())),
            received_at=stored.received_at,
            actor=stored.actor,
            counts=dict(stored.counts),
            unseen=dict(stored.unseen),
        )


class ClusterList(BaseModel):
    """Every cluster of which an inventory is known, by name."""

    clusters: list[InventoryAnswer]


class PushAnswer(InventoryAnswer):
    """What became of an inventory that was handed in."""

    outcome: InventoryOutcome
    dropped: dict[str, int] = Field(description="Objects of kinds that are not kept, by kind.")
    folded: int = Field(description="Pods and replica sets for which their controller stands.")
    finished: int = Field(description="Pods that have run to their end.")
    not_understood: list[str] = Field(
        max_length=_MOST_TOLD,
        description="Objects that the cluster has and that this version cannot read, the first of "
        "them.",
    )

    @classmethod
    def of_receipt(cls, receipt: InventoryReceipt) -> "PushAnswer":
        known = InventoryAnswer.of(receipt.inventory, receipt.received_at)
        return cls(
            **dict(known),
            outcome=receipt.outcome,
            dropped=dict(receipt.tally.dropped),
            folded=receipt.tally.folded,
            finished=receipt.tally.finished,
            not_understood=[each.message for each in receipt.problems[:_MOST_TOLD]],
        )


def inventories_api(services: WebServices) -> APIBlueprint:
    api = APIBlueprint(
        "inventories",
        __name__,
        url_prefix="/api/v1/clusters",
        abp_tags=[Tag(name="clusters", description="What clusters hold")],
        abp_security=[{"token": []}],
        abp_responses=documented(400, 401, 403),
    )

    @api.get("", responses={200: ClusterList})
    def list_clusters() -> Response:
        """List the clusters of which an inventory is known"""
        found = inventories.known(current_actor(), services.store, services.clock)
        clusters = [InventoryAnswer.of(each, found.now) for each in found.inventories]
        return json_answer(ClusterList(clusters=clusters))

    @api.get("/<cluster>/inventory", responses={200: InventoryAnswer, **documented(404)})
    def show_inventory(path: ClusterPath) -> Response:
        """Show how much is known of a cluster, and how old it is"""
        found = inventories.show(path.cluster, current_actor(), services.store, services.clock)
        (stored,) = found.inventories
        return json_answer(InventoryAnswer.of(stored, found.now))

    @api.put(
        "/<cluster>/inventory",
        responses={200: PushAnswer, 201: PushAnswer, **documented(409, 413, 415, 422)},
        openapi_extensions=_BODY,
    )
    def push_inventory(path: ClusterPath, query: PushQuery) -> Response:
        """Hand in what a cluster holds; doing it again changes nothing"""
        limit = services.inventory_limit
        with read_to_its_end(limit):
            if not request.is_json:
                raise UnsupportedMediaType("Send the body as application/json.")
            receipt = inventories.receive(
                path.cluster,
                bounded_pieces(limit, _too_large(limit)),
                current_actor(),
                store=services.store,
                clock=services.clock,
                taken_at=query.taken_at,
            )
        first = receipt.outcome is InventoryOutcome.FIRST
        status = HTTPStatus.CREATED if first else HTTPStatus.OK
        return json_answer(PushAnswer.of_receipt(receipt), status)

    return api


def _too_large(limit: int) -> str:
    return (
        f"The inventory has more than {limit} bytes, unpacked. `edgewarden inventory push` cleans "
        "it before it sends it; whoever runs the service can raise EDGEWARDEN_INVENTORY_LIMIT."
    )
