"""As much of a cluster's API server as `kubectl get` and `kubectl api-resources` ask for."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

CLUSTER_SCOPED = frozenset({"Namespace", "GlobalNetworkPolicy"})
CONTEXT = "admin@town"


@dataclass(frozen=True, slots=True)
class Served:
    """A resource that the cluster has, as discovery tells of it."""

    group: str
    version: str
    resource: str
    kind: str

    @property
    def path(self) -> str:
        """Of the list over all namespaces."""
        return f"{self._group_path}/{self.resource}"

    @property
    def _group_path(self) -> str:
        return f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version


@dataclass
class Cluster:
    """What the API server holds and whom it refuses; ``asked`` are the requests it got."""

    objects: Mapping[Served, list[dict[str, Any]]]
    forbidden: frozenset[str] = frozenset()
    broken_groups: frozenset[str] = frozenset()
    asked: list[str] = field(default_factory=list)

    def answer(self, address: str) -> tuple[HTTPStatus, dict[str, Any]]:
        split = urlsplit(address)
        path, query = split.path, parse_qs(split.query)
        self.asked.append(path)
        for served, objects in self.objects.items():
            if path == served.path:
                return self._list(served, objects, query)
        return self._discovery(path)

    def _list(
        self, served: Served, objects: list[dict[str, Any]], query: dict[str, list[str]]
    ) -> tuple[HTTPStatus, dict[str, Any]]:
        """A page of a list; items carry no type, as API servers of built-in kinds send them."""
        name = f"{served.resource}.{served.group}".rstrip(".")
        if name in self.forbidden:
            message = (
                f'{name} is forbidden: User "scout" cannot list resource "{served.resource}" in '
                f'API group "{served.group}" at the cluster scope'
            )
            return _failure(HTTPStatus.FORBIDDEN, "Forbidden", message)
        start = int(query.get("continue", ["0"])[0])
        size = int(query.get("limit", ["0"])[0]) or len(objects)
        following = start + size
        metadata: dict[str, Any] = {"resourceVersion": "7"}
        if following < len(objects):
            metadata["continue"] = str(following)
        return HTTPStatus.OK, {
            "kind": f"{served.kind}List",
            "apiVersion": served.api_version,
            "metadata": metadata,
            "items": [
                {key: value for key, value in each.items() if key not in {"kind", "apiVersion"}}
                for each in objects[start:following]
            ],
        }

    def _discovery(self, path: str) -> tuple[HTTPStatus, dict[str, Any]]:
        if path == "/api":
            return HTTPStatus.OK, {"kind": "APIVersions", "versions": ["v1"]}
        if path == "/apis":
            named = {(each.group, each.version) for each in self.objects if each.group}
            groups = [
                {
                    "name": group,
                    "versions": [{"groupVersion": f"{group}/{version}", "version": version}],
                    "preferredVersion": {
                        "groupVersion": f"{group}/{version}",
                        "version": version,
                    },
                }
                for group, version in sorted(named)
            ]
            return HTTPStatus.OK, {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}
        if path.split("/")[2:3] and path.split("/")[2] in self.broken_groups:
            return _failure(HTTPStatus.SERVICE_UNAVAILABLE, "ServiceUnavailable", "unavailable")
        resources = [
            {
                "name": each.resource,
                "singularName": each.kind.lower(),
                "namespaced": each.kind not in CLUSTER_SCOPED,
                "kind": each.kind,
                "verbs": ["get", "list", "watch"],
            }
            for each in self.objects
            if each.path.rpartition("/")[0] == path
        ]
        if not resources:
            return _failure(HTTPStatus.NOT_FOUND, "NotFound", "there is no such path")
        return HTTPStatus.OK, {
            "kind": "APIResourceList",
            "apiVersion": "v1",
            "groupVersion": path.removeprefix("/apis/").removeprefix("/api/"),
            "resources": resources,
        }


def _failure(status: HTTPStatus, reason: str, message: str) -> tuple[HTTPStatus, dict[str, Any]]:
    return status, {
        "kind": "Status",
        "apiVersion": "v1",
        "status": "Failure",
        "message": message,
        "reason": reason,
        "code": status.value,
    }


@contextmanager
def served_cluster(cluster: Cluster, directory: Path) -> Iterator[Path]:
    """Serve the cluster; the path of a kubeconfig whose context ``CONTEXT`` leads to it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, document = cluster.answer(self.path)
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None: ...  # noqa: A002

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    host, port = server.server_address[:2]
    kubeconfig = directory / "kubeconfig.json"
    kubeconfig.write_text(
        json.dumps(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "clusters": [{"name": "town", "cluster": {"server": f"http://{host!s}:{port}"}}],
                "users": [{"name": "admin", "user": {}}],
                "contexts": [{"name": CONTEXT, "context": {"cluster": "town", "user": "admin"}}],
            }
        )
    )
    try:
        yield kubeconfig
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
