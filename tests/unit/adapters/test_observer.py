"""What jobs pass is counted and logged."""

import structlog
from prometheus_client import CollectorRegistry

from edgewarden.adapters.observer import LoggingObserver
from edgewarden.workflows.ports import Stage


def test_every_boundary_is_counted_and_logged() -> None:
    registry = CollectorRegistry()
    with structlog.testing.capture_logs() as logs:
        observer = LoggingObserver(registry)
        observer.passed(Stage.FETCHED, 7)
        observer.passed(Stage.FETCHED, 8)
    assert registry.get_sample_value("edgewarden_stages_total", {"stage": "fetched"}) == 2
    assert [(entry["stage"], entry["change"]) for entry in logs] == [("fetched", 7), ("fetched", 8)]
