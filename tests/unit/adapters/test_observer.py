"""What jobs pass is counted and logged."""

import structlog
from prometheus_client import CollectorRegistry

from edgewarden.adapters.observer import LoggingObserver
from edgewarden.workflows.ports import Message, MessageKind, Stage


def test_every_boundary_is_counted_and_logged() -> None:
    registry = CollectorRegistry()
    with structlog.testing.capture_logs() as logs:
        observer = LoggingObserver(registry)
        observer.passed(Stage.FETCHED, 7)
        observer.passed(Stage.FETCHED, 8)
    assert registry.get_sample_value("edgewarden_stages_total", {"stage": "fetched"}) == 2
    assert [(entry["stage"], entry["change"]) for entry in logs] == [("fetched", 7), ("fetched", 8)]


def test_a_message_that_is_put_off_is_counted_and_logged_without_its_content() -> None:
    registry = CollectorRegistry()
    message = Message(3, MessageKind.REMINDER, "EXC-1:7d", None, "payload", attempts=2, version=1)
    with structlog.testing.capture_logs() as logs:
        LoggingObserver(registry).put_off(message, "the server refused the sender")
    name, labels = "edgewarden_messages_put_off_total", {"kind": "reminder"}
    assert registry.get_sample_value(name, labels) == 1
    [entry] = logs
    assert (entry["log_level"], entry["key"], entry["attempts"]) == ("warning", "EXC-1:7d", 3)
    assert entry["reason"] == "the server refused the sender"
    assert "payload" not in entry.values()
