"""What Airflow tries again: nothing that the same try would meet again, everything else."""

from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule

from include.hubspot.errors import (
    DailyLimitReached,
    InvalidAuthentication,
    InvalidRequest,
    MissingScopes,
    ObjectNotFound,
    PortalMigrating,
    WrongAccount,
)
from include.migration.errors import MigrationError
from include.pipeline.errors import PipelineError
from include.warehouse.errors import LandingCorrupt, LandingMisused, WarehouseUnreadable

RETRY_POLICY = ExceptionRetryPolicy(
    rules=[
        RetryRule(
            exception=[
                InvalidAuthentication,
                MissingScopes,
                InvalidRequest,
                ObjectNotFound,
                DailyLimitReached,
                PortalMigrating,
                WrongAccount,
                LandingCorrupt,
                LandingMisused,
                WarehouseUnreadable,
                PipelineError,
                MigrationError,
            ],
            action=RetryAction.FAIL,
            reason="another try would meet the same again; a person has to look",
        )
    ]
)
