"""Portal datasets: read whole, or refused with file, line and reason."""

from include.sandbox.dataset.loading import load_dataset

__all__ = ["load_dataset"]
