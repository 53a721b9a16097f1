"""What a token may not see: sensitive properties, and the bodies of e-mails."""

from include.sandbox.store import Store

_EMAIL_BODIES = frozenset({"hs_email_text", "hs_email_html", "hs_email_headers"})


def hide_from(scopes: frozenset[str] | None, stores: dict[str, Store]) -> None:
    """Hide from a token with these scopes (None: all) what it may not see."""
    for object_type, store in stores.items():
        store.definitions.secret = _secret_sensitivities(scopes, object_type)
    if scopes is not None and "sales-email-read" not in scopes:
        stores["emails"].definitions.secret_names = _EMAIL_BODIES


def _secret_sensitivities(scopes: frozenset[str] | None, object_type: str) -> frozenset[str]:
    """Return which sensitivities of properties a token with these scopes may not see."""
    if scopes is None:
        return frozenset()
    opened = {
        "sensitive": {
            "tickets.sensitive.v2",
            f"crm.objects.{object_type}.sensitive.read",
            f"crm.objects.{object_type}.sensitive.read.v2",
        },
        "highly_sensitive": {
            "tickets.highly_sensitive.v2",
            f"crm.objects.{object_type}.highly_sensitive.read",
            f"crm.objects.{object_type}.highly_sensitive.read.v2",
        },
    }
    return frozenset(name for name, granting in opened.items() if scopes.isdisjoint(granting))
