"""The web server: gunicorn with threads, in one process beside its master."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger


@dataclass(frozen=True, slots=True)
class Binding:
    """Where the server listens, and how many requests it works on at once."""

    host: str
    port: int
    threads: int


class _Records(Logger):  # type: ignore[misc]  # gunicorn is untyped
    """Gunicorn's records go the way of all others; requests are not logged."""

    def setup(self, cfg: Any) -> None:
        self.cfg = cfg
        self.error_log.handlers.clear()
        self.error_log.propagate = True
        self.error_log.setLevel(logging.INFO)


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn is untyped
    def __init__(self, application: Callable[[], Flask], binding: Binding) -> None:
        self._application = application
        self._binding = binding
        super().__init__()

    def load_config(self) -> None:
        host = f"[{self._binding.host}]" if ":" in self._binding.host else self._binding.host
        for name, value in {
            "bind": f"{host}:{self._binding.port}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": self._binding.threads,
            "graceful_timeout": 10,
            "logger_class": _Records,
            "control_socket_disable": True,
            "proc_name": "edgewarden-web",
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._application()


def serve(application: Callable[[], Flask], binding: Binding) -> None:
    """Serve until SIGTERM or SIGINT. ``application`` is made in the process that answers."""
    _Server(application, binding).run()
