"""What can go wrong between the rooms.

PipelineError
├── RegistryError        the portals file cannot be used
├── ConnectionMissing    a portal's connection is not there or cannot be read
├── WrongPortal          the token belongs to another portal
├── OverBudget           a big read does not fit into what is left of today's calls
├── BadRequest           a run was asked for in words that make no sense
├── PolicyError          a policy file names something that does not exist
├── BuildFailed          dbt ended with an error or a failed test
└── AuditFailed          the expectations refused to publish
"""


class PipelineError(Exception):
    """Base: the message is one sentence that says what, which object and what to do next."""


class RegistryError(PipelineError):
    """The portals file is missing, is not YAML, or describes a portal that cannot be.

    Args:
        what: what is wrong in it; a clause.
    """

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what}; nothing was read or written: correct the portals file (PORTALS_FILE) and "
            "run again."
        )


class ConnectionMissing(PipelineError):
    """The environment holds no usable connection for a portal."""


class WrongPortal(PipelineError):
    """A connection's token belongs to another portal than the registry says."""


class OverBudget(PipelineError):
    """A big read does not fit into what is left of the account's calls of today."""


class BadRequest(PipelineError):
    """A run's mode, window or choices contradict each other."""


class PolicyError(PipelineError):
    """A policy file is broken; the message names the file and the row."""


class BuildFailed(PipelineError):
    """dbt ended with an error or a failed test; the marts served are still the former ones."""


class NotFaithful(PipelineError):
    """A migration or its undo ended, and something is not as it should be; the report says what."""


class AuditFailed(PipelineError):
    """The expectations refused to publish; the marts served are still the former ones."""
