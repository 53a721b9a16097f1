"""What can go wrong in a migration, each one clear sentence.

MigrationError
├── PlanMissing         no plan was made for these two portals
├── PlanBroken          a plan without the tables that it must have, or that contradicts itself
├── PlanChanged         not the plan that was approved
├── PreflightRefused    a portal cannot be migrated from or to as things stand
├── WrongPortal         a session's token belongs to another portal than the plan names
├── WriteFailed         some objects could not be written; the ledger names each
└── NothingToUndo       the ledger knows no such migration
"""


class MigrationError(Exception):
    """Base: the message says what, which object, whether it is safe to run again, what to do."""


class PlanMissing(MigrationError):
    """No plan was made for these two portals."""


class PlanBroken(MigrationError):
    """The plan lacks a table or a column, or refers to what it does not have."""


class PlanChanged(MigrationError):
    """The plan is not the one that was approved."""


class PreflightRefused(MigrationError):
    """A portal cannot be migrated from or to as things stand; nothing was written."""


class WrongPortal(MigrationError):
    """The token belongs to another portal than the one approved."""


class WriteFailed(MigrationError):
    """Some objects could not be written."""


class NothingToUndo(MigrationError):
    """The ledger knows no migration of that plan."""
