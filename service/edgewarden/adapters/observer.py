"""What a job passes and what it fails at, for the log and for the metrics."""

import structlog
from prometheus_client import CollectorRegistry, Counter

from edgewarden.workflows.ports import Message, Stage


class LoggingObserver:
    """Logs and counts: boundaries as ``edgewarden_stages_total``, messages that could not be
    delivered as ``edgewarden_messages_put_off_total``."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._log = structlog.get_logger("edgewarden.flow")
        self._stages = Counter(
            "edgewarden_stages",
            "Boundaries that jobs have passed",
            ["stage"],
            registry=registry,
        )
        self._put_off = Counter(
            "edgewarden_messages_put_off",
            "Attempts to deliver a message that failed",
            ["kind"],
            registry=registry,
        )

    def passed(self, stage: Stage, change_id: int | None) -> None:
        self._stages.labels(stage.value).inc()
        self._log.info("stage passed", stage=stage.value, change=change_id)

    def put_off(self, message: Message, reason: str) -> None:
        self._put_off.labels(message.kind.value).inc()
        self._log.warning(
            "message put off",
            kind=message.kind.value,
            key=message.key,
            attempts=message.attempts + 1,
            reason=reason,
        )
