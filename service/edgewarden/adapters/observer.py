"""What a job passes, for the log and for the metrics."""

import structlog
from prometheus_client import CollectorRegistry, Counter

from edgewarden.workflows.ports import Stage


class LoggingObserver:
    """Logs every boundary and counts it as ``edgewarden_stages_total``."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._log = structlog.get_logger("edgewarden.flow")
        self._stages = Counter(
            "edgewarden_stages",
            "Boundaries that jobs have passed",
            ["stage"],
            registry=registry,
        )

    def passed(self, stage: Stage, change_id: int | None) -> None:
        self._stages.labels(stage.value).inc()
        self._log.info("stage passed", stage=stage.value, change=change_id)
