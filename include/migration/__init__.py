"""The writer of a portal-to-portal migration: what is planned becomes what is there, and back."""
