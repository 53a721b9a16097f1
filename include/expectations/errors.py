"""What goes wrong with an audit itself.

Exception
└── AuditError    the audit could not be held, so nothing is proven and nothing may be published

An expectation that fails is not an error: it is a result, listed in the report.
"""


class AuditError(Exception):
    """The audit could not be held; the message says which file, why, and what to do."""
