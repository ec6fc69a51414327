"""The options of the commands that can be asked about some connections only."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import click

from edgewarden.cli.output import BadInputError
from edgewarden.governance.proposal import Proposal
from edgewarden.reachability.designations import (
    DesignationError,
    EndDesignation,
    PortDesignation,
    parse_end,
    parse_port,
)
from edgewarden.reachability.focus import Focus
from edgewarden.reachability.model import ClusterState
from edgewarden.reachability.named_focus import focus_on
from edgewarden.reachability.questions import QuestionError

Command = TypeVar("Command", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Named:
    """What ``--from``, ``--to`` and ``--port`` name; nothing where they are not given."""

    sources: tuple[EndDesignation, ...]
    destinations: tuple[EndDesignation, ...]
    ports: tuple[PortDesignation, ...]

    @classmethod
    def of(
        cls, sources: Sequence[str], destinations: Sequence[str], ports: Sequence[str]
    ) -> "Named":
        """Raises ``BadInputError``."""
        try:
            return cls(
                tuple(map(parse_end, sources)),
                tuple(map(parse_end, destinations)),
                tuple(map(parse_port, ports)),
            )
        except DesignationError as error:
            raise BadInputError(str(error)) from error

    @property
    def ends(self) -> tuple[EndDesignation, ...]:
        return (*self.sources, *self.destinations)

    def focus(self, states: Sequence[ClusterState]) -> Focus:
        """What is meant in these states. Raises ``BadInputError``."""
        try:
            return focus_on(states, self.sources, self.destinations, self.ports)
        except QuestionError as error:
            raise BadInputError(str(error)) from error

    def in_each(self, proposals: Iterable[Proposal]) -> Iterator[tuple[Proposal, Focus]]:
        """What is meant in each cluster. Raises ``BadInputError`` where it is in none.

        A cluster that has not what is named has no part in the question.
        """
        objection = None
        meant = False
        for proposal in proposals:
            try:
                focus = self.focus((proposal.base, proposal.head))
            except BadInputError as error:
                objection = objection or error
            else:
                meant = True
                yield proposal, focus
        if objection is not None and not meant:
            raise objection


def focus_options(command: Command) -> Command:
    """``--from``, ``--to`` and ``--port``, each of which can be given several times."""
    end = (
        "a workload (shop/web), pods by labels (shop/app=web), a namespace (shop/*), addresses"
        " (10.0.0.0/8) or the internet (internet)"
    )
    for option in (
        click.option("--port", "ports", multiple=True, help="Only on: 5432, 53/udp or a name."),
        click.option("--to", "destinations", multiple=True, help="Only to such an end."),
        click.option("--from", "sources", multiple=True, help=f"Only from {end}."),
    ):
        command = option(command)
    return command
