"""Answers that are *may* where something is not known, with what would settle it."""

from collections.abc import Iterable
from dataclasses import dataclass

from edgewarden.governance.dns_pods import Answer


@dataclass(frozen=True, slots=True)
class Sureness:
    """An answer, and the questions that would settle it where it is *may*."""

    answer: Answer
    questions: tuple[str, ...] = ()

    def also(self, other: "Sureness") -> "Sureness":
        """Where both have to hold."""
        answer = min(self.answer, other.answer)
        asked = (*self.questions, *other.questions) if answer is Answer.MAY else ()
        return Sureness(answer, asked)


SURE = Sureness(Answer.YES)
NEVER = Sureness(Answer.NO)


def either(several: Iterable[Sureness]) -> Sureness:
    """Where one is enough."""
    every = list(several)
    answer = max((each.answer for each in every), default=Answer.NO)
    if answer is not Answer.MAY:
        return Sureness(answer)
    asked = (q for each in every if each.answer is Answer.MAY for q in each.questions)
    return Sureness(answer, tuple(dict.fromkeys(asked)))


def may(question: str) -> Sureness:
    """What ``question`` would settle."""
    return Sureness(Answer.MAY, (question,))
