"""Proof at the borders: what HubSpot promised (raw) and what we promise readers (marts)."""
