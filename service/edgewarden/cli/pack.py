"""What the commands judge by: the rules, the checklist and the zones."""

from edgewarden.adapters.resources import shipped_policy_pack
from edgewarden.cli.output import BadFilesError, BadInputError
from edgewarden.governance.pack import PolicyPack
from edgewarden.manifests.snapshot import Snapshot
from edgewarden.workflows.configuration.configuration import Configuration
from edgewarden.workflows.rulebook.faults import RulebookError
from edgewarden.workflows.rulebook.rulebook import extended


def shipped_pack() -> PolicyPack:
    """Those that come with the package. Raises ``BadInputError``."""
    try:
        return shipped_policy_pack()
    except RulebookError as error:
        raise BadFilesError(map(str, error.faults)) from error
    except FileNotFoundError as error:
        raise BadInputError(str(error)) from error


def pack_of(tree: Snapshot, configuration: Configuration) -> PolicyPack:
    """Those with what the configuration of ``tree`` adds to them. Raises ``BadInputError``."""
    try:
        return extended(shipped_pack(), tree, configuration)
    except RulebookError as error:
        raise BadFilesError(map(str, error.faults)) from error
