"""What a tree deploys, read in a child process that hostile content can break but not leave."""

from hashlib import sha256

from edgewarden.adapters.cache.code import reading_code
from edgewarden.adapters.confinement import Limits
from edgewarden.adapters.isolated_python import Child, ChildFailedError
from edgewarden.workflows.codec import DeploymentAssignment, encode_deployment
from edgewarden.workflows.configuration.claims import ProfileClaims
from edgewarden.workflows.deployed_codec import decode_deployed
from edgewarden.workflows.ports import Deployed, DeploymentError, DeploymentRequest

ANSWER_LIMIT = 8 << 20
"""Bytes that one repository adds to the reviews of all others at most."""

_CHILD = "edgewarden.adapters.deployment_child"


class ChildDeploymentReader:
    """Reads each tree in a process of its own, as ``DeploymentReader`` asks.

    Memory, processor time, files and processes are limited. The answer is validated like any
    other input.
    """

    def __init__(self, platform: ProfileClaims, limits: Limits | None = None) -> None:
        self._platform = platform
        self._child = Child(_CHILD, limits or Limits(), ANSWER_LIMIT)

    @property
    def identity(self) -> str:
        return sha256(f"{reading_code()} {self._platform!r}".encode()).hexdigest()

    def deployed(self, request: DeploymentRequest) -> Deployed:
        assignment = encode_deployment(DeploymentAssignment(request, self._platform))
        try:
            return self._child.ask(assignment, decode_deployed).of(request.clusters)
        except ChildFailedError as error:
            raise DeploymentError(f"reading its files {error}") from error
