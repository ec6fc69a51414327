"""Real git over HTTP: the smart protocol of ``git http-backend`` behind a small server.

``with serving(directory) as address`` offers every repository below ``directory`` under its
relative path. Run as a program (``python -m tests.support.git_http DIRECTORY``), it prints its
address on the first line and serves until it is ended.
"""

import os
import subprocess
import sys
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from tests.support.repositories import git_environment


@dataclass(frozen=True, slots=True)
class Login:
    """What HTTP basic authentication must say."""

    username: str
    secret: str

    @property
    def header(self) -> str:
        return "Basic " + b64encode(f"{self.username}:{self.secret}".encode()).decode("ascii")


class GitServer(ThreadingHTTPServer):
    """Serves ``root``. Answers wait for ``delay`` seconds; ``authorised`` counts logins."""

    daemon_threads = True

    def __init__(self, root: Path, login: Login | None = None, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), GitHandler)
        self.root = root
        self.login = login
        self.delay = 0.0
        self.redirect_to = ""
        self.requests: list[str] = []
        self.authorised = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class GitHandler(BaseHTTPRequestHandler):
    server: GitServer

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, *_: object) -> None:
        """Silence: what was asked is in ``GitServer.requests``."""

    def _serve(self) -> None:
        self.server.requests.append(self.path)
        time.sleep(self.server.delay)
        if self.server.redirect_to:
            self.send_response(HTTPStatus.MOVED_PERMANENTLY)
            self.send_header("Location", self.server.redirect_to + self.path)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        login = self.server.login
        if login is not None and self.headers.get("Authorization") != login.header:
            self.send_response(HTTPStatus.UNAUTHORIZED)
            self.send_header("WWW-Authenticate", 'Basic realm="git"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.server.authorised += 1
        self._backend()

    def _backend(self) -> None:
        target = urlsplit(self.path)
        environment = {
            **git_environment(),
            "GIT_PROJECT_ROOT": str(self.server.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "REQUEST_METHOD": self.command,
            "PATH_INFO": target.path,
            "QUERY_STRING": target.query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "REMOTE_USER": "ada",
            "REMOTE_ADDR": "127.0.0.1",
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
        }
        body = self._body()
        done = subprocess.run(
            ["git", "http-backend"],
            input=body,
            env={**environment, "CONTENT_LENGTH": str(len(body))},
            capture_output=True,
            check=False,
            timeout=120,
        )
        self._answer(done.stdout)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", "0")))
        body = bytearray()
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return bytes(body)

    def _answer(self, answer: bytes) -> None:
        head, _, body = answer.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode("latin-1").splitlines())
        status = int(headers.pop("Status", "200 OK").split()[0])
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serving(root: Path, login: Login | None = None, port: int = 0) -> Iterator[GitServer]:
    """A server in a thread of this process, at any free port unless one is named."""
    server = GitServer(root, login, port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def main() -> None:
    server = GitServer(Path(sys.argv[1]).absolute())
    os.write(1, f"{server.address}\n".encode())
    server.serve_forever()


if __name__ == "__main__":
    main()
