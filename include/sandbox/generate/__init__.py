"""Generated portals: seeded, any size."""

from include.sandbox.generate.generating import generate

__all__ = ["generate"]
