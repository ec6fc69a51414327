"""The rules and the checklist that the commands judge by."""

from edgewarden.adapters.resources import shipped_policy_pack
from edgewarden.cli.output import BadInputError
from edgewarden.governance.pack import PolicyPack
from edgewarden.workflows.rulebook.faults import RulebookError


def shipped_pack() -> PolicyPack:
    """Those that come with the package. Raises ``BadInputError``."""
    try:
        return shipped_policy_pack()
    except (RulebookError, FileNotFoundError) as error:
        raise BadInputError(str(error)) from error
