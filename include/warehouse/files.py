"""Where the files of one portal lie."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class PortalFiles:
    """The paths of one portal: one tenant, one folder, so that it can be erased or moved whole.

    Attributes:
        data_dir: The setting `DATA_DIR`.
        portal_id: HubSpot's id of the account, as text.
    """

    data_dir: Path
    portal_id: str

    def __post_init__(self) -> None:
        """Refuse a portal id that would name another folder than its own."""
        if not self.portal_id.isalnum():
            raise ValueError(f"{self.portal_id!r} is not a portal id: letters and digits only.")

    @property
    def root(self) -> Path:
        """The portal's folder."""
        return Path(self.data_dir) / "portals" / self.portal_id

    @property
    def landing(self) -> Path:
        """One folder per run: the source of truth."""
        return self.root / "landing"

    @property
    def warehouse(self) -> Path:
        """Schemas raw, policies, staging, intermediate; rebuildable from `landing`."""
        return self.root / "warehouse.duckdb"

    @property
    def candidate(self) -> Path:
        """The marts of the night being built."""
        return self.root / "candidate" / "tickets.duckdb"

    @property
    def published(self) -> Path:
        """The file that readers open, read-only."""
        return self.root / "published" / "tickets.duckdb"

    @property
    def auditing(self) -> Path:
        """The copy that the audit reads; beside `published`, so that its renames are atomic."""
        return self.root / "published" / "tickets.auditing.duckdb"

    @property
    def staged(self) -> Path:
        """The copy that passed the audit and waits to be published."""
        return self.root / "published" / "tickets.staged.duckdb"

    @property
    def generations(self) -> Path:
        """Published files of earlier nights, one per version."""
        return self.root / "published" / "generations"

    @property
    def reports(self) -> Path:
        """Audit results."""
        return self.root / "reports"

    @property
    def lock(self) -> Path:
        """Held by the command that works on this portal."""
        return self.root / "lock"

    @property
    def limits(self) -> Path:
        """HubSpot's limits as all processes that read this portal keep them together."""
        return self.root / "limits"

    def ensure(self) -> "PortalFiles":
        """Make the folders that do not exist yet.

        Returns:
            Itself, for chaining.
        """
        private = (self.landing, self.candidate.parent, self.reports)
        for folder in (*private, self.generations):
            folder.mkdir(parents=True, exist_ok=True)
        # Ticket text is personal: others of this machine get what is published, nothing else.
        self.root.chmod(0o711)
        for folder in private:
            folder.chmod(0o700)
        return self
